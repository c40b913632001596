import { expect, test } from 'vitest';
import { Circuit } from './circuit.js';

/** How many of so many failures, one a second, open it. */
const openings = (circuit: Circuit, failures: number, everyMs = 1_000, fromMs = 0): number =>
  Array.from({ length: failures }, (_, n) => circuit.note('down', fromMs + n * everyMs)).filter(Boolean).length;

test('opens with the tenth failure in a row', () => {
  const circuit = new Circuit();
  expect(openings(circuit, 9)).toBe(0);
  circuit.note('up', 9_000);
  expect(openings(circuit, 9, 1_000, 10_000)).toBe(0);
  expect(circuit.note('down', 19_000)).toBe(true);
});

test('needs ten more to open again', () => {
  const circuit = new Circuit();
  expect(openings(circuit, 19)).toBe(1);
  expect(openings(circuit, 1, 1_000, 19_000)).toBe(1);
});

test('what says nothing about the destination is not counted', () => {
  const circuit = new Circuit();
  for (let count = 0; count < 50; count++) expect(circuit.note('nothing', count)).toBe(false);
  expect(circuit.isPristine(50)).toBe(true);
});

test('failures hours apart are no row, and are forgotten', () => {
  const circuit = new Circuit();
  expect(openings(circuit, 50, 3_600_000)).toBe(0);
  const last = 49 * 3_600_000;
  expect([circuit.isPristine(last + 1), circuit.isPristine(last + 3_600_000)]).toEqual([false, true]);
});
