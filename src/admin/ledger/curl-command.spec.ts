import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { AttemptView } from '../attempt-view.js';
import { curlCommand } from './curl-command.js';

const attempt = (more: Partial<AttemptView>): AttemptView => ({
  number: 1,
  startedAt: '',
  method: 'POST',
  url: 'https://example.com/hook?a=1&b=2',
  requestHeaders: [
    ['X-Api-Key', '********'],
    ['X-Note', `it's $HOME \`id\``],
  ],
  status: 200,
  responseHeaders: [],
  responseBody: null,
  responseBodyNote: null,
  resent: false,
  address: null,
  timings: {},
  errorCode: null,
  message: '',
  ...more,
});

/** What curl would get, by a shell that runs `echo` of each argument in its place. */
function argumentsOf(command: string): string[] {
  const script = `curl() { for a in "$@"; do printf '%s\\0' "$a"; done; }; ${command}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

test('a shell takes it apart as it was meant, whatever stands in it', () => {
  const payload = `{"name": "O'Neil", "run": "$(id)"}\n`;
  expect(argumentsOf(curlCommand(attempt({}), payload))).toEqual([
    '-i',
    '-X',
    'POST',
    'https://example.com/hook?a=1&b=2',
    '-H',
    'X-Api-Key: ********',
    '-H',
    "X-Note: it's $HOME `id`",
    '--data-binary',
    payload,
  ]);
});

test('a GET has no body, and what is large or no text comes from a file', () => {
  expect(curlCommand(attempt({ method: 'GET' }), '{}')).not.toContain('--data-binary');
  for (const payload of [null, 'x'.repeat(10_000)]) {
    expect(argumentsOf(curlCommand(attempt({}), payload)).at(-1)).toBe('@payload.json');
  }
});
