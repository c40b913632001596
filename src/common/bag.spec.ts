import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Bag, type Member } from './bag.js';

it('holds what was added and not deleted, whatever the order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 200 }), (steps) => {
      const members = Array.from({ length: 21 }, (): Member => ({ place: -1 }));
      const bag = new Bag<Member>();
      const expected = new Set<Member>();
      for (const step of steps) {
        const member = members[step]!;
        if (expected.delete(member)) bag.delete(member);
        else {
          expected.add(member);
          bag.add(member);
        }
        expect(bag.size).toBe(expected.size);
        expect(new Set(bag)).toEqual(expected);
      }
    }),
  );
});

it('can be emptied while one walks over it', () => {
  const bag = new Bag<Member>();
  for (let n = 0; n < 5; n++) bag.add({ place: -1 });
  let seen = 0;
  for (const member of bag) {
    bag.delete(member);
    seen++;
  }
  expect([seen, bag.size]).toEqual([5, 0]);
});
