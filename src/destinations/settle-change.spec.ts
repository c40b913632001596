import { expect, it } from 'vitest';
import { MASK } from './header-rules.js';
import { settleChange } from './settle-change.js';

const stored = { url: 'https://one.example.com/a', headers: [{ name: 'Authorization', values: ['secret'] }] };
const settle = (value: object): ReturnType<typeof settleChange> => settleChange({ value, errors: {} }, stored);

it('fills masks in while the origin stays', () => {
  const headers = [{ name: 'Authorization', values: [MASK] }];
  const { value, errors } = settle({ url: 'https://one.example.com/b', headers });
  expect(errors).toEqual({});
  expect(value.headers).toEqual(stored.headers);
});

it.each(['http://one.example.com/a', 'https://one.example.com:8443/a', 'https://two.example.com/a'])(
  'does not send a secret to %s by the hand of who may not read it',
  (url) => {
    const masked = [{ name: 'Authorization', values: [MASK] }];
    expect(Object.keys(settle({ url }).errors)).toEqual(['url']);
    expect(Object.keys(settle({ url, headers: masked }).errors)).toEqual(['url']);
    expect(settle({ url, headers: [{ name: 'Authorization', values: ['new'] }] }).errors).toEqual({});
    expect(settle({ url, headers: [{ name: 'X-Tag', values: ['a'] }] }).errors).toEqual({});
  },
);
