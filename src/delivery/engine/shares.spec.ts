import { expect, it } from 'vitest';
import { Shares } from './shares.js';

/** Takes one by one until there is no room. */
function fill(shares: Shares, accountId: string): number {
  let taken = 0;
  for (; shares.hasRoom(accountId); taken++) shares.take(accountId, 1);
  return taken;
}

it('leaves room for the next account, however many have taken all they may', () => {
  const shares = new Shares(1000, 10);
  expect(['a', 'b', 'c', 'd'].map((accountId) => fill(shares, accountId))).toEqual([500, 250, 125, 63]);
  expect(shares.crowded()).toEqual(['a', 'b', 'c', 'd']);
  expect(shares.hasRoom('e')).toBe(true);
});

it('gives every account the least there is', () => {
  const shares = new Shares(20, 10);
  expect(['a', 'b', 'c', 'd'].map((accountId) => fill(shares, accountId))).toEqual([10, 10, 10, 10]);
});

it('gives back, and forgets who has nothing', () => {
  const shares = new Shares(100, 1);
  fill(shares, 'a');
  shares.take('a', -50);
  expect(shares.crowded()).toEqual([]);
  expect(fill(shares, 'b')).toBe(50);
});
