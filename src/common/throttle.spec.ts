import { expect, test } from 'vitest';
import { Throttle } from './throttle.js';

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

test('forgets whom it did not see for longest when it is full', () => {
  const throttle = new Throttle({ attempts: 1, refillMs: 1000 }, 2);
  throttle.take('ada', 0);
  throttle.take('bob', 0);
  throttle.take('eve', 0);
  expect(throttle.take('bob', 0)).toBe(1000);
  expect(throttle.take('ada', 0)).toBe(0);
});
