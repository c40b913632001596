import { expect, test } from 'vitest';
import {
  type ChartData,
  logarithmicLines,
  logarithmicMarks,
  logarithmicRange,
  pointsAlone,
  stackedBars,
} from './chart-data.ts';

const common = { times: [0, 60], stepSeconds: 60, format: String, formatTime: String, whole: '' };
const series = (label: string, values: (number | null)[]) => ({ label, colour: label, values, total: null });

test('bars are drawn from the highest top down, the first series last and at the bottom', () => {
  const data: ChartData = { ...common, series: [series('good', [5, 0]), series('bad', [2, 1])] };
  const drawing = stackedBars(2);
  expect(drawing.stack(data)).toEqual([
    [0, 60],
    [7, 1],
    [5, 0],
  ]);
  expect([0, 1].map((index) => drawing.seriesAt(data, index)?.label)).toEqual(['bad', 'good']);
});

test('lines keep their gaps', () => {
  const data: ChartData = { ...common, series: [series('p50', [1000, null])] };
  expect(logarithmicLines(1).stack(data)).toEqual([
    [0, 60],
    [3, null],
  ]);
});

test('the scale of durations is marked at round places around what there is', () => {
  const [min, max] = logarithmicRange(Math.log10(12), Math.log10(45_000));
  expect([10 ** min, 10 ** max].map(Math.round)).toEqual([10, 60_000]);
  const marks = logarithmicMarks(min, max).map((place) => Math.round(10 ** place));
  expect(marks.length).toBeLessThanOrEqual(6);
  expect(marks[0]).toBe(10);
  expect(logarithmicRange(null, null)).toHaveLength(2);
});

test('a value that no line leads to is marked, one beside another is not', () => {
  expect(pointsAlone([1, null, 2, 3, undefined, null, 4])).toEqual([0, 6]);
  expect(pointsAlone([])).toEqual([]);
});
