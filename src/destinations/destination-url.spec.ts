import { expect, it } from 'vitest';
import { wrongUrlForm } from './destination-url.js';

it.each([
  'https://a.example.com/x?y=1#z',
  'http://localhost:8080',
  'HTTPS://A',
  'https://[2001:db8::1]/',
  'https://bücher.example/',
])('takes %s', (url) => expect(wrongUrlForm(url)).toBeNull());

it.each([
  undefined,
  null,
  5,
  '',
  'example.com',
  'ftp://example.com',
  'javascript:alert(1)',
  'https://',
  'https:/example.com',
  'https://user@example.com',
  'https://user:pass@example.com',
  'https://example.com/a b',
  'https://exa\nmple.com',
  'https://example.com/\ud800',
  'https://example.com:99999/',
  `https://example.com/${'a'.repeat(8192)}`,
  `https://example.com/${'ä'.repeat(2000)}`,
])('refuses %j', (url) => expect(wrongUrlForm(url)).toEqual(expect.any(String)));
