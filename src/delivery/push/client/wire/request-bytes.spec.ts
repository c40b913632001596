import { describe, expect, it } from 'vitest';
import { UnsendableError } from './errors.js';
import { requestBytes } from './request-bytes.js';

const URL_OF_NO_USE = 'http://r.example/';

function text(method: string, body: Buffer | null, headers = 'X-A: é\r\n'): string {
  const pieces = requestBytes({ method, url: URL_OF_NO_USE, headers, body }, 'r.example:81', '/p?q=1');
  return Buffer.concat(pieces).toString('latin1');
}

const START = '/p?q=1 HTTP/1.1\r\nhost: r.example:81\r\nconnection: keep-alive\r\nX-A: é\r\n';

describe('a request', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('of %s carries its content and how long it is', (method) => {
    expect(text(method, Buffer.from('{"a":1}'))).toBe(`${method} ${START}content-length: 7\r\n\r\n{"a":1}`);
  });

  it.each([
    ['POST', 'content-length: 0\r\n'],
    ['GET', ''],
    ['DELETE', ''],
  ])('of %s without content says so by "%s"', (method, length) => {
    expect(text(method, null)).toBe(`${method} ${START}${length}\r\n`);
    expect(text(method, Buffer.alloc(0))).toBe(`${method} ${START}${length}\r\n`);
  });

  it('with much content leaves that where it is', () => {
    const body = Buffer.alloc(20_000, 'x');
    const pieces = requestBytes({ method: 'POST', url: URL_OF_NO_USE, headers: '', body }, 'r.example', '/');
    expect(pieces).toHaveLength(2);
    expect(pieces[1]).toBe(body);
  });
});

it.each([
  ['GET', '/a b'],
  ['GET', '/\r\nX-A: 1'],
  ['GET', '/ü'],
  ['get', '/'],
  ['GET / HTTP/1.1\r\nX-A: 1\r\n\r\nGET', '/'],
  ['', '/'],
])('of %j to %j can not be sent', (method, target) => {
  const request = { method, url: URL_OF_NO_USE, headers: '', body: null };
  expect(() => requestBytes(request, 'r.example', target)).toThrow(UnsendableError);
});
