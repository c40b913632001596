import { expect, it } from 'vitest';
import { WeighedMap } from './weighed-map.js';

const keysOf = (map: WeighedMap<string, { weight: number }>): string[] =>
  ['a', 'b', 'c', 'd', 'e'].filter((key) => map.get(key) !== undefined);

it('holds no more entries and bytes than it may; those set longest ago go', () => {
  const map = new WeighedMap<string, { weight: number }>(3, 100);
  for (const key of ['a', 'b', 'c', 'd']) map.set(key, { weight: 10 });
  expect([keysOf(map), map.weight, map.size]).toEqual([['b', 'c', 'd'], 30, 3]);
  map.set('b', { weight: 20 });
  map.set('e', { weight: 70 });
  expect([keysOf(map), map.weight]).toEqual([['b', 'd', 'e'], 100]);
  map.set('a', { weight: 80 });
  expect([keysOf(map), map.weight]).toEqual([['a'], 80]);
  map.set('c', { weight: 101 });
  expect([keysOf(map), map.weight]).toEqual([[], 0]);
});

it('counts what becomes heavier, as long as it is there', () => {
  const map = new WeighedMap<string, { weight: number }>(3, 100);
  const [first, second] = [{ weight: 40 }, { weight: 40 }];
  map.set('a', first);
  map.set('b', second);
  const grow = (key: string, value: { weight: number }, bytes: number): void =>
    map.grow(key, value, bytes, () => (value.weight += bytes));
  grow('b', second, 20);
  expect([keysOf(map), map.weight]).toEqual([['a', 'b'], 100]);
  grow('b', second, 1);
  expect([keysOf(map), map.weight]).toEqual([['b'], 61]);
  grow('a', first, 1000);
  expect([keysOf(map), map.weight]).toEqual([['b'], 61]);
  map.delete('b');
  map.delete('b');
  expect([map.weight, map.size]).toEqual([0, 0]);
});
