import { expect, test } from 'vitest';
import { networkOf, Throttle } from './throttle.js';

test('allows a few attempts at once, then one each time it refills, and says how long to wait', () => {
  const throttle = new Throttle({ attempts: 2, refillMs: 1000 });
  expect(throttle.take('ada', 0)).toBe(0);
  expect(throttle.take('ada', 0)).toBe(0);
  expect(throttle.take('ada', 0)).toBe(1000);
  expect(throttle.take('ada', 400)).toBe(600);
  expect(throttle.take('bob', 400)).toBe(0);
  expect(throttle.take('ada', 1000)).toBe(0);
  expect(throttle.take('ada', 1000)).toBe(1000);
});

test('an attempt that was given back does not count', () => {
  const throttle = new Throttle({ attempts: 1, refillMs: 1000 });
  throttle.take('office', 0);
  throttle.giveBack('office');
  throttle.giveBack('office');
  throttle.giveBack('unknown');
  expect(throttle.take('office', 0)).toBe(0);
  expect(throttle.take('office', 0)).toBe(1000);
});

test('forgets after a success, and whom it did not see for longest when it is full', () => {
  const throttle = new Throttle({ attempts: 1, refillMs: 1000 }, 2);
  throttle.take('ada', 0);
  throttle.forget('ada');
  expect(throttle.take('ada', 0)).toBe(0);
  throttle.take('bob', 0);
  throttle.take('eve', 0);
  expect(throttle.take('bob', 0)).toBe(1000);
  expect(throttle.take('ada', 0)).toBe(0);
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::7', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
