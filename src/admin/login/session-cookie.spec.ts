import { expect, test } from 'vitest';
import { SessionCookie } from './session-cookie.js';

test('with https the cookie is Secure and bound to the host by its prefix', () => {
  const cookie = new SessionCookie('https://pusher.example.com');
  expect(cookie.set('t')).toBe('__Host-data_pusher=t; Max-Age=86400; HttpOnly; SameSite=Strict; Path=/; Secure');
  expect(cookie.clear()).toBe('__Host-data_pusher=; Max-Age=0; HttpOnly; SameSite=Strict; Path=/; Secure');
});

test('with http it is for the panel only, under a name of its own for each port', () => {
  const cookie = new SessionCookie('http://127.0.0.1:3000');
  expect(cookie.set('t')).toBe('data_pusher_3000=t; Max-Age=86400; HttpOnly; SameSite=Strict; Path=/admin');
});

test.each([
  ['data_pusher_3000=abc', 'abc'],
  ['a=b; data_pusher_3000=abc; c=d', 'abc'],
  ['data_pusher_3001=abc', null],
  ['data_pusher_3000=', null],
  ['', null],
  [undefined, null],
])('reads %j as %j', (header, token) => {
  expect(new SessionCookie('http://127.0.0.1:3000').read(header)).toBe(token);
});
