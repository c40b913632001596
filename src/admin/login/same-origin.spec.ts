import { expect, test } from 'vitest';
import { isForeignRead, isFromOurPages, pageAfterLogin } from './same-origin.js';

const PUBLIC_URL = 'https://pusher.example.com';

test.each([
  [{ origin: PUBLIC_URL }, true],
  [{ origin: PUBLIC_URL, 'sec-fetch-site': 'same-origin' }, true],
  [{ origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' }, true],
  [{ 'sec-fetch-site': 'same-origin' }, true],
  [{}, false],
  [{ host: '127.0.0.1:3000' }, false],
  [{ origin: 'null' }, false],
  [{ origin: 'https://evil.example' }, false],
  [{ origin: 'https://evil.example', host: 'pusher.example.com' }, false],
  [{ origin: 'https://pusher.example.com.evil.example' }, false],
  [{ origin: PUBLIC_URL, 'sec-fetch-site': 'cross-site' }, false],
  [{ origin: PUBLIC_URL, 'sec-fetch-site': 'same-site' }, false],
  [{ origin: PUBLIC_URL, 'sec-fetch-site': 'none' }, false],
])('a change with %j is from our pages: %s', (headers, expected) => {
  expect(isFromOurPages(headers, PUBLIC_URL)).toBe(expected);
});

test.each([
  [{}, false],
  [{ 'sec-fetch-site': 'same-origin' }, false],
  [{ 'sec-fetch-site': 'none' }, false],
  [{ 'sec-fetch-site': 'cross-site' }, true],
  [{ 'sec-fetch-site': 'same-site' }, true],
])('a read with %j is foreign: %s', (headers, expected) => {
  expect(isForeignRead(headers)).toBe(expected);
});

test.each([
  ['/admin/resources/accounts?page=2', '/admin/resources/accounts?page=2'],
  ['/admin', '/admin'],
  ['/admin/login', '/admin'],
  ['/admin/logout', '/admin'],
  ['/admin/api/dashboard', '/admin'],
  ['/administrator', '/admin'],
  ['//evil.example/admin', '/admin'],
  ['/admin/resources/../../x', '/admin'],
  ['/admin/\\evil', '/admin'],
  ['https://evil.example/admin', '/admin'],
  [['/admin'], '/admin'],
  [undefined, '/admin'],
])('after the login %j leads to %s', (next, expected) => {
  expect(pageAfterLogin(next)).toBe(expected);
});
