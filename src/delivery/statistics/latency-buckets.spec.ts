import { expect, test } from 'vitest';
import { latencyBucket, latencyQuantile } from './latency-buckets.js';

test.each([
  [-5, 0],
  [0, 0],
  [1, 0],
  [1.2, 1],
  [2, 2],
  [2.1, 3],
  [1000, 20],
  [24 * 3_600_000, 53],
  [Number.MAX_SAFE_INTEGER, 54],
  [Number.NaN, 0],
])('%d ms fall into bucket %i', (ms, bucket) => {
  expect(latencyBucket(ms)).toBe(bucket);
});

function countsOf(latencies: readonly number[]): number[] {
  const counts = Array.from({ length: 55 }, () => 0);
  for (const ms of latencies) counts[latencyBucket(ms)]! += 1;
  return counts;
}

test('quantiles are near the true ones', () => {
  const latencies = Array.from({ length: 1000 }, (_, index) => 10 + index);
  const counts = countsOf(latencies);
  expect(latencyQuantile(counts, 0.5)).toBeGreaterThan(510 * 0.9);
  expect(latencyQuantile(counts, 0.5)).toBeLessThan(510 * 1.1);
  expect(latencyQuantile(counts, 0.95)).toBeGreaterThan(960 * 0.9);
  expect(latencyQuantile(counts, 0.95)).toBeLessThan(960 * 1.1);
});

test('one slow delivery in a hundred does not move the median', () => {
  const counts = countsOf([...Array.from({ length: 99 }, () => 20), 3_600_000]);
  expect(latencyQuantile(counts, 0.5)).toBeLessThanOrEqual(23);
  expect(latencyQuantile(counts, 1)).toBeGreaterThan(2_500_000);
});

test('nothing counted has no quantile', () => {
  expect(latencyQuantile([], 0.5)).toBeNull();
  expect(latencyQuantile([0, 0], 0.5)).toBeNull();
});
