import { expect, test } from 'vitest';
import { ago, count, duration, share, size } from './format.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

test.each([
  [0.4, '0.4 ms'],
  [9.97, '10 ms'],
  [999, '1 s'],
  [1_000, '1 s'],
  [1_449, '1.4 s'],
  [59_900, '1 min'],
  [61_000, '1 min'],
  [90 * 60_000, '1.5 h'],
  [3 * 86_400_000, '3 d'],
])('%d ms are %s', (ms, text) => {
  expect(plain(duration(ms))).toBe(text);
});

test('a share is never rounded to all or nothing', () => {
  expect(plain(share(0, 0))).toBe('–');
  expect(plain(share(9_999, 10_000))).toBe('99.9 %');
  expect(plain(share(1, 100_000))).toBe('0.1 %');
  expect(plain(share(1, 3))).toBe('33 %');
  expect(plain(share(5, 5))).toBe('100 %');
  expect(plain(share(0, 5))).toBe('0 %');
});

test('a count that stopped says so', () => {
  expect(count(5, 10)).toBe('5');
  expect(count(10, 10)).toBe('10+');
  expect(count(999_999)).toBe('999,999');
  expect(count(12_345_678)).toBe('12.35M');
});

test('times lie behind or ahead', () => {
  const now = Date.parse('2026-01-31T09:00:00Z');
  expect(plain(ago('2026-01-31T08:57:00Z', now))).toBe('3 min ago');
  expect(plain(ago('2026-01-31T09:00:30Z', now))).toBe('in 30 s');
  expect(plain(ago('2026-01-31T09:00:00.500Z', now))).toBe('now');
});

test.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_024, '1.0 KiB'],
  [100_000, '97.7 KiB'],
  [5 * 1024 * 1024, '5.0 MiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(plain(size(bytes))).toBe(text);
});
