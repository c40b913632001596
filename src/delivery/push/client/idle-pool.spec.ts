import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdlePool, type Resting } from './idle-pool.js';

class Item implements Resting<Item> {
  readonly origin: string;
  before: Item | null = null;
  after: Item | null = null;
  isResting = false;

  /** Of the origin that its name begins with. */
  constructor(readonly name: string) {
    this.origin = name.slice(0, 1);
  }
}

const namesOf = (items: Iterable<Item>): string[] => Array.from(items, ({ name }) => name);

function poolOf(
  capacity: number,
  names: readonly string[],
): { pool: IdlePool<Item>; madeRoom: (string | undefined)[] } {
  const pool = new IdlePool<Item>(capacity);
  return { pool, madeRoom: names.map((name) => pool.put(new Item(name))?.name) };
}

describe('IdlePool', () => {
  it('gives the one used last, of that origin only', () => {
    const { pool } = poolOf(10, ['a1', 'b1', 'a2']);
    const taken = ['a', 'a', 'a', 'c'].map((origin) => pool.take(origin)?.name);
    expect(taken).toEqual(['a2', 'a1', undefined, undefined]);
    expect([pool.size, namesOf(pool)]).toEqual([1, ['b1']]);
  });

  it('gives back the oldest when it is full', () => {
    const { pool, madeRoom } = poolOf(2, ['a1', 'b1', 'a2']);
    expect(madeRoom).toEqual([undefined, undefined, 'a1']);
    expect([pool.take('a')?.name, pool.take('a')]).toEqual(['a2', undefined]);
  });

  it('removes what waits and nothing else', () => {
    const pool = new IdlePool<Item>(10);
    const [one, two, three] = ['a1', 'a2', 'a3'].map((name) => new Item(name));
    for (const item of [one, two, three]) pool.put(item!);
    expect([pool.remove(two!), pool.remove(two!), pool.remove(new Item('a'))]).toEqual([true, false, false]);
    expect(namesOf(pool.clear())).toEqual(['a1', 'a3']);
    expect([pool.size, pool.take('a'), [...pool]]).toEqual([0, undefined, []]);
  });

  it('can be emptied while one walks over it', () => {
    const { pool } = poolOf(10, ['a1', 'b1', 'a2']);
    for (const item of pool) pool.remove(item);
    expect(pool.size).toBe(0);
  });

  it('is what a list in the order of coming would be, whatever comes and goes', () => {
    const step = fc.record({ what: fc.constantFrom('put', 'take', 'remove', 'tidy'), which: fc.nat({ max: 8 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const items = Array.from({ length: 9 }, (_none, index) => new Item(`${'abc'[index % 3]}${index}`));
        const pool = new IdlePool<Item>(5);
        let expected: Item[] = [];
        for (const { what, which } of steps) {
          const item = items[which]!;
          const [waits, last] = [expected.includes(item), expected.findLast(({ origin }) => origin === item.origin)];
          if (what === 'tidy') pool.tidy();
          else if (what === 'take') {
            expect(pool.take(item.origin)).toBe(last);
            expected = expected.filter((other) => other !== last);
          } else if (what === 'remove') {
            expect(pool.remove(item)).toBe(waits);
            expected = expected.filter((other) => other !== item);
          } else if (!waits) {
            expected.push(item);
            expect(pool.put(item)).toBe(expected.length > 5 ? expected.shift() : undefined);
          }
          expect(namesOf(pool)).toEqual(namesOf(expected));
          expect(pool.size).toBe(expected.length);
        }
      }),
    );
  });
});
