import { expect, test } from 'vitest';
import { Circuit } from './circuit.js';

const open = (nowMs: number): Circuit => {
  const circuit = new Circuit();
  for (let failure = 1; failure < 10; failure++) expect(circuit.note('down', nowMs)).toBeNull();
  expect(circuit.note('down', nowMs)).toBe(5_000);
  return circuit;
};

test('lets everything through until ten failures in a row', () => {
  const circuit = new Circuit();
  for (let failure = 1; failure < 10; failure++) circuit.note('down', 0);
  expect(circuit.limit(0)).toBe(Infinity);
  circuit.note('up', 0);
  for (let failure = 1; failure < 10; failure++) circuit.note('down', 0);
  expect(circuit.isOpen).toBe(false);
  circuit.note('down', 0);
  expect(circuit.limit(0)).toBe(0);
});

test('what says nothing about the destination neither opens nor closes it', () => {
  const circuit = open(0);
  circuit.note('nothing', 6_000);
  expect(circuit.isOpen).toBe(true);
  const fresh = new Circuit();
  for (let count = 0; count < 50; count++) fresh.note('nothing', 0);
  expect(fresh.isPristine).toBe(true);
});

test('one probe after the pause; its success closes the circuit', () => {
  const circuit = open(1_000);
  expect(circuit.limit(5_999)).toBe(0);
  expect(circuit.limit(6_000)).toBe(1);
  circuit.note('up', 6_100);
  expect(circuit.limit(6_100)).toBe(Infinity);
});

test('each failed probe doubles the pause, up to a minute', () => {
  const circuit = open(0);
  let nowMs = 5_000;
  const pauses: (number | null)[] = [];
  for (let probe = 0; probe < 5; probe++) {
    const pauseMs = circuit.note('down', nowMs);
    pauses.push(pauseMs);
    nowMs += pauseMs ?? 0;
  }
  expect(pauses).toEqual([10_000, 20_000, 40_000, 60_000, 60_000]);
});

test('late failures of attempts under way when it opened do not lengthen the pause', () => {
  const circuit = open(0);
  expect(circuit.note('down', 100)).toBeNull();
  expect(circuit.limit(5_000)).toBe(1);
});
