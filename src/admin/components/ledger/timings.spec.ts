import { expect, test } from 'vitest';
import { phasesOf } from './timings.js';

test('the parts add up to the whole', () => {
  const phases = phasesOf({ dns: 2, connect: 8, tls: 10, first_byte: 70, total: 75 });
  expect(phases).toEqual([
    { name: 'DNS', ms: 2 },
    { name: 'Connect', ms: 8 },
    { name: 'TLS', ms: 10 },
    { name: 'Waiting', ms: 50 },
    { name: 'Answer', ms: 5 },
  ]);
});

test('a kept connection has no parts of its own, and what never answered says so', () => {
  expect(phasesOf({ first_byte: 5, total: 6 }).map(({ name }) => name)).toEqual(['Waiting', 'Answer']);
  expect(phasesOf({ dns: 1, total: 100 })).toEqual([
    { name: 'DNS', ms: 1 },
    { name: 'No answer', ms: 99 },
  ]);
  expect(phasesOf({})).toEqual([]);
});
