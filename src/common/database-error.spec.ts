import { describe, expect, it } from 'vitest';
import { isDatabaseUnavailable, isDataException, isRefused, uniqueViolation } from './database-error.js';

const withCode = (code: string, more: object = {}): Error => Object.assign(new Error('failed'), { code }, more);

describe('isDatabaseUnavailable', () => {
  it.each(['08006', '57P01', '53300', '57014', '40P01', '3D000', 'ECONNREFUSED'])('holds for %s', (code) => {
    expect(isDatabaseUnavailable(withCode(code))).toBe(true);
  });

  it.each(['Connection terminated unexpectedly', 'timeout exceeded when trying to connect'])(
    'holds for "%s"',
    (text) => {
      expect(isDatabaseUnavailable(new Error(text))).toBe(true);
    },
  );

  it('looks through a wrapper', () => {
    expect(isDatabaseUnavailable(Object.assign(new Error('query'), { driverError: withCode('57P01') }))).toBe(true);
  });

  it.each([withCode('23505'), withCode('42601'), new Error('other'), 'text', null])('does not hold for %s', (error) => {
    expect(isDatabaseUnavailable(error)).toBe(false);
  });
});

it('knows data exceptions', () => {
  expect(isDataException(withCode('22021'))).toBe(true);
  expect(isDataException(withCode('23505'))).toBe(false);
});

it.each([
  ['21000', true],
  ['22021', true],
  ['23505', true],
  ['54000', true],
  ['40P01', false],
  ['57014', false],
  ['08006', false],
  ['ECONNREFUSED', false],
])('knows what is refused for good: %s, %s', (code, refused) => {
  expect(isRefused(withCode(code))).toBe(refused);
});

it('names the constraint of a unique violation only', () => {
  expect(uniqueViolation(withCode('23505', { constraint: 'accounts_email' }))).toBe('accounts_email');
  expect(uniqueViolation(withCode('23503', { constraint: 'accounts_email' }))).toBeNull();
});
