import { expect, it } from 'vitest';
import { Shares } from './shares.js';

/** Takes one by one until there is no room. */
function fill(shares: Shares): number {
  let own = 0;
  for (; shares.hasRoom(own); own++) shares.take(1);
  return own;
}

it('leaves room for the next account, however many have taken all they may', () => {
  const shares = new Shares(1000, 10);
  const taken = Array.from({ length: 4 }, () => fill(shares));
  expect(taken).toEqual([500, 250, 125, 63]);
  expect(taken.map((own) => shares.hasRoom(own))).toEqual([false, false, false, false]);
  expect(shares.hasRoom(0)).toBe(true);
});

it('gives every account the least there is', () => {
  const shares = new Shares(20, 10);
  expect(Array.from({ length: 4 }, () => fill(shares))).toEqual([10, 10, 10, 10]);
});

it('has room for whoever comes while half of it is free', () => {
  const shares = new Shares(100, 1);
  expect(fill(shares)).toBe(50);
  expect(shares.isRoomy).toBe(false);
  shares.take(-1);
  expect([shares.isRoomy, shares.hasRoom(49)]).toEqual([true, true]);
});

it('takes back', () => {
  const shares = new Shares(100, 1);
  const own = fill(shares);
  shares.take(-own);
  expect(fill(shares)).toBe(50);
});
