import type { AlignedData } from 'uplot';

/** One line or one part of each bar. `colour` is a name of console.css: `--dp-chart-…`. */
export interface ChartSeries {
  readonly label: string;
  readonly colour: string;
  readonly values: readonly (number | null)[];
  /** For the whole time. */
  readonly total: number | null;
}

export interface ChartData {
  /** When each stretch begins, in seconds since 1970, and how long it is. */
  readonly times: readonly number[];
  readonly stepSeconds: number;
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
  readonly formatTime: (time: Date) => string;
  /** The whole time in words. */
  readonly whole: string;
}

/** How values become places on the canvas. */
export interface Drawing {
  readonly kind: 'bars' | 'lines';
  /** Values as they are drawn, in the order in which they are drawn. */
  readonly stack: (data: ChartData) => AlignedData;
  /** The series drawn as the nth, counted from 0. */
  readonly seriesAt: (data: ChartData, index: number) => ChartSeries | undefined;
  readonly count: number;
}

/**
 * Bars on top of each other: each part is drawn from the ground up to its own top, the highest first, so that the
 * lower ones cover it. The first series stands at the bottom.
 */
export function stackedBars(count: number): Drawing {
  return {
    kind: 'bars',
    count,
    seriesAt: ({ series }, index) => series[count - 1 - index],
    stack: ({ times, series }) => {
      const tops: number[][] = [];
      for (const { values } of series) {
        const below = tops.at(-1);
        tops.push(values.map((value, index) => (value ?? 0) + (below?.[index] ?? 0)));
      }
      return [[...times], ...tops.reverse()];
    },
  };
}

/** Lines of milliseconds on a scale of powers: what takes 20 ms and what takes an hour can both be seen. */
export function logarithmicLines(count: number): Drawing {
  return {
    kind: 'lines',
    count,
    seriesAt: ({ series }, index) => series[index],
    stack: ({ times, series }) => [
      [...times],
      ...series.map(({ values }) => values.map((value) => (value === null ? null : Math.log10(Math.max(value, 0.1))))),
    ],
  };
}

const DECADES = [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8];
/** Places on the scale that have a round name. */
const ROUND_MS = [
  ...DECADES.slice(0, 4).flatMap((power) => [10 ** power, 2 * 10 ** power, 5 * 10 ** power]),
  ...[1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 18_000, 43_200, 86_400].map((seconds) => seconds * 1000),
];
const MAX_MARKS = 6;

/** The round places from below the lowest value to above the highest one. */
export function logarithmicRange(min: number | null, max: number | null): [number, number] {
  const [low, high] = [min ?? 0, max ?? 3];
  const places = ROUND_MS.map((ms) => Math.log10(ms));
  const below = places.findLast((place) => place < low) ?? low - 1;
  const above = places.find((place) => place > high) ?? high + 1;
  return [below, above];
}

export function logarithmicMarks(min: number, max: number): number[] {
  const places = ROUND_MS.map((ms) => Math.log10(ms)).filter((place) => place >= min - 1e-9 && place <= max + 1e-9);
  const every = Math.ceil(places.length / MAX_MARKS);
  return places.filter((_place, index) => index % every === 0);
}

/** The places of values with nothing on either side: no line leads to them, so that they need a mark of their own. */
export function pointsAlone(values: ArrayLike<number | null | undefined>): number[] {
  const has = (place: number): boolean => typeof values[place] === 'number';
  return Array.from(values, (_value, place) => place).filter(
    (place) => has(place) && !has(place - 1) && !has(place + 1),
  );
}
