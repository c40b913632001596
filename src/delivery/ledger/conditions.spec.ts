import { describe, expect, it } from 'vitest';
import { Conditions, deliveryIdsOf, fromCursor, idNotAfter, idNotBefore } from './conditions.js';

describe('Conditions', () => {
  it('numbers the values in the order in which they came', () => {
    const conditions = new Conditions();
    conditions.add('a = $', 1);
    conditions.addPlain('b IS NULL');
    conditions.add('(c = $ OR d = $)', 'x');
    expect(conditions.where).toBe('WHERE a = $1 AND b IS NULL AND (c = $2 OR d = $2)');
    expect(conditions.value(10)).toBe('$3');
    expect(conditions.values).toEqual([1, 'x', 10]);
  });

  it('is nothing when there is none', () => {
    expect(new Conditions().where).toBe('');
  });
});

describe('bounds on ids', () => {
  const TIME_MS = Date.UTC(2026, 0, 31);
  const idAt = (ms: number): string => {
    const hex = ms.toString(16).padStart(12, '0');
    return `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8abc-0123456789ab`;
  };

  it('leave an hour of grace on either side, and no more', () => {
    expect(idAt(TIME_MS - 3_599_000) > idNotBefore(TIME_MS)).toBe(true);
    expect(idAt(TIME_MS - 3_601_000) < idNotBefore(TIME_MS)).toBe(true);
    expect(idAt(TIME_MS + 3_599_000) < idNotAfter(TIME_MS)).toBe(true);
    expect(idAt(TIME_MS + 3_601_000) > idNotAfter(TIME_MS)).toBe(true);
  });

  it('take the beginning of time', () => {
    expect(idNotBefore(0)).toMatch(/^00000000-0000-/);
  });
});

it('an event’s deliveries lie between its bounds, those of another do not', () => {
  const { first, last } = deliveryIdsOf('0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f');
  const own = '0198d4a2-7b00-7d11-8f33-1b2c3d4e5f60';
  const others = '0198d4a2-7b00-7d12-8f33-1b2c3d4e5f60';
  expect([first < own && own < last, others > last]).toEqual([true, true]);
});

it.each([
  [null, null, 'DESC'],
  ['after', '<', 'DESC'],
  ['before', '>', 'ASC'],
] as const)('a list goes on from a cursor %s by %s in the order %s', (direction, comparison, order) => {
  expect(fromCursor(direction && { direction, key: '1' })).toEqual({ comparison, order });
});
