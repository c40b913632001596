import { describe, expect, it } from 'vitest';
import { IdlePool } from './idle-pool.js';

describe('IdlePool', () => {
  it('gives the one used last, of that origin only', () => {
    const pool = new IdlePool<string>(10);
    for (const item of ['a1', 'b1', 'a2']) pool.put(item.slice(0, 1), item);
    expect([pool.take('a'), pool.take('a'), pool.take('a'), pool.take('c')]).toEqual([
      'a2',
      'a1',
      undefined,
      undefined,
    ]);
    expect(pool.size).toBe(1);
  });

  it('gives back the oldest when it is full', () => {
    const pool = new IdlePool<string>(2);
    expect([pool.put('a', 'a1'), pool.put('b', 'b1'), pool.put('a', 'a2')]).toEqual([undefined, undefined, 'a1']);
    expect([pool.take('a'), pool.take('a')]).toEqual(['a2', undefined]);
  });

  it('removes what waits and nothing else', () => {
    const pool = new IdlePool<string>(10);
    for (const item of ['a1', 'a2', 'a3']) pool.put('a', item);
    expect([pool.remove('a2'), pool.remove('a2'), pool.remove('x')]).toEqual([true, false, false]);
    expect(pool.clear()).toEqual(['a1', 'a3']);
    expect([pool.size, pool.take('a')]).toEqual([0, undefined]);
  });
});
