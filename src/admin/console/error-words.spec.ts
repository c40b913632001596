import { expect, test } from 'vitest';
import { errorWords } from './error-words.js';

test.each([
  [null, null, null],
  ['connection_refused', null, 'Connection refused'],
  ['server_error', 503, '503 Server error'],
  ['client_error', 404, '404 Refused'],
  ['tls_error', null, 'TLS error'],
  ['event_type_not_wanted', null, 'Event type not wanted'],
])('%s with status %s is "%s"', (code, status, words) => {
  expect(errorWords(code, status)).toBe(words);
});
