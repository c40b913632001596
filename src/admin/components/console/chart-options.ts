import UPlot, { type Axis, type Options, type Series } from 'uplot';
import { type ChartData, type Drawing, logarithmicMarks, logarithmicRange, pointsAlone } from './chart-data.ts';

const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** Asked at each drawing, so that the colours follow the page's. */
function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--dp-chart-${name}`).trim();
}

/** uPlot's options for a chart of ours; `data` is asked whenever something is drawn. */
export function chartOptions(
  drawing: Drawing,
  data: () => ChartData,
  onPoint: (index: number | null) => void,
): Omit<Options, 'width' | 'height'> {
  const isBars = drawing.kind === 'bars';
  return {
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: !isBars } },
    // To the right the half of a label that stands under the end of the axis.
    padding: [8, 22, 0, 0],
    scales: {
      x: { time: true, range: () => timeRange(data()) },
      y: {
        range: (_chart, min, max) => (isBars ? [0, Math.max(1, max * 1.08)] : logarithmicRange(min, max)),
      },
    },
    axes: [timeAxis(), isBars ? countAxis() : durationAxis(data)],
    series: [{}, ...Array.from({ length: drawing.count }, (_, index) => seriesOptions(drawing, data, index))],
    hooks: { setCursor: [(chart) => onPoint(chart.cursor.idx ?? null)] },
  };
}

function timeRange({ times, stepSeconds }: ChartData): [number, number] {
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 1];
  return [first, last + stepSeconds];
}

function seriesOptions(drawing: Drawing, data: () => ChartData, index: number): Series {
  const paint = (): string => colour(drawing.seriesAt(data(), index)?.colour ?? 'text');
  if (drawing.kind === 'lines') {
    const alone = (chart: UPlot, series: number): number[] => pointsAlone(chart.data[series] ?? []);
    return { stroke: paint, width: 2, points: { show: true, size: 5, fill: paint, filter: alone } };
  }
  const bars = UPlot.paths.bars?.({ size: [0.8, 40], align: 1 });
  return { fill: paint, stroke: paint, width: 0, paths: bars, points: { show: false } };
}

const common: Axis = {
  font: FONT,
  stroke: () => colour('text'),
  grid: { stroke: () => colour('grid'), width: 1 },
  ticks: { show: false },
};

function timeAxis(): Axis {
  const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric' });
  return {
    ...common,
    space: 64,
    // Away from the lowest mark of the other axis, which ends where this one begins.
    gap: 9,
    size: 32,
    grid: { show: false },
    values: (_chart, splits, _axis, _space, increment) =>
      splits.map((seconds) => (increment >= 86_400 ? day : clock).format(seconds * 1000)),
  };
}

function countAxis(): Axis {
  const short = new Intl.NumberFormat(undefined, { notation: 'compact' });
  return {
    ...common,
    size: 48,
    incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7],
    values: (_chart, splits) => splits.map((value) => short.format(value)),
  };
}

function durationAxis(data: () => ChartData): Axis {
  return {
    ...common,
    size: 60,
    splits: (_chart, _axis, min, max) => logarithmicMarks(min, max),
    values: (_chart, splits) => splits.map((place) => data().format(10 ** place)),
  };
}
