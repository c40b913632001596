import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../../common/version.js';
import { buildRequest, MAX_URL_BYTES, type PushDestination, type PushInput } from './build-request.js';
import type { HttpRequest } from './client/wire/http-request.js';
import { signingKey } from './sign.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const PAYLOAD = Buffer.from('{ "a": 1.0, "n": {"b": "ü"} }');

function input(destination: Partial<PushDestination> = {}, payload = PAYLOAD): PushInput {
  return {
    destination: { url: 'https://hook.example/in', httpMethod: 'POST', headers: [], ...destination },
    event: { eventId: 'evt-1', contentType: 'application/vnd.x+json; charset=utf-8', payload },
    signingKeys: [signingKey(SECRET)],
    nowMs: Date.now(),
  };
}

function build(destination: Partial<PushDestination> = {}, payload = PAYLOAD): HttpRequest {
  const result = buildRequest(input(destination, payload));
  if (!result.ok) throw new Error(result.message);
  return result.request;
}

function lines({ headers }: HttpRequest): string[] {
  return headers.split('\r\n').slice(0, -1);
}

function verify(request: HttpRequest, content: Buffer | string): unknown {
  const headers = Object.fromEntries(lines(request).map((line) => line.split(': ', 2)));
  return new Webhook(SECRET).verify(content, headers, { jsonParse: request.body !== null });
}

/** The headers as they are shown, and as they are sent with the values of the names in `secret` masked. */
function shownAndSent(destination: Partial<PushDestination>, secret: readonly string[]) {
  const result = buildRequest(input(destination));
  if (!result.ok) throw new Error(result.message);
  const sent = lines(result.request).map((line) => {
    const [name = '', value] = line.split(/: (.*)/);
    return [name, secret.includes(name) ? '********' : value];
  });
  return { shown: JSON.parse(result.shownHeaders) as unknown, sent };
}

describe('buildRequest', () => {
  it.each([
    [{}],
    [{ httpMethod: 'GET' }],
    [{ headers: [{ name: 'User-Agent', values: ['"quoted" \\ one'] }] }],
    [{ headers: [{ name: 'Content-Type', values: ['text/plain; charset="utf-8"'] }] }],
    [
      {
        headers: [
          { name: 'X-Api-Key', values: ['hidden', 'this one, too'] },
          { name: 'X-Open', values: ['a', 'b'] },
        ],
      },
    ],
  ])('shows the headers it sends, secrets masked: %j', (destination) => {
    const { shown, sent } = shownAndSent(destination, ['X-Api-Key', 'webhook-signature']);
    expect(shown).toEqual(sent);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s carries the bytes that were received, signed', (httpMethod) => {
    const request = build({ httpMethod });
    expect(request).toMatchObject({ method: httpMethod, url: 'https://hook.example/in' });
    expect(request.body).toBe(PAYLOAD);
    expect(verify(request, PAYLOAD)).toEqual({ a: 1, n: { b: 'ü' } });
  });

  it('GET carries the payload as parameters behind the URL’s own, signed as raw query', () => {
    const request = build({ httpMethod: 'GET', url: 'https://hook.example/in?key=x%20y#part' });
    expect(request).toMatchObject({
      url: 'https://hook.example/in?key=x%20y&a=1.0&n%5Bb%5D=%C3%BC',
      body: null,
    });
    verify(request, 'key=x%20y&a=1.0&n%5Bb%5D=%C3%BC');
  });

  it.each([
    ['https://hook.example', '{"a":1}', 'https://hook.example/?a=1'],
    ['https://hook.example/?', '{"a":1}', 'https://hook.example/?a=1'],
    ['https://hook.example/?x&', '{"a":1}', 'https://hook.example/?x&a=1'],
    ['https://hook.example/?x', '{}', 'https://hook.example/?x'],
    ['https://hook.example/', '{}', 'https://hook.example/'],
    ['HTTPS://HOOK.example:443/a b', '{}', 'https://hook.example/a%20b'],
    ['https://hook.example/', '[1, 2]', 'https://hook.example/?data=%5B1%2C%202%5D'],
  ])('GET %s with %s asks for %s', (url, payload, expected) => {
    const request = build({ httpMethod: 'GET', url }, Buffer.from(payload));
    expect(request.url).toBe(expected);
    verify(request, expected.split('?', 2)[1] ?? '');
  });

  it('sends configured headers in order, several values of one name as lines of their own', () => {
    const request = build({
      headers: [
        { name: 'X-Many', values: ['2', '1'] },
        { name: 'Authorization', values: ['Bearer t'] },
        { name: 'x-many', values: ['3'] },
        { name: 'X-None', values: [] },
      ],
    });
    expect(lines(request).slice(0, 6)).toEqual([
      'X-Many: 2',
      'X-Many: 1',
      'Authorization: Bearer t',
      'x-many: 3',
      `User-Agent: Data-Pusher/${VERSION}`,
      'Content-Type: application/vnd.x+json; charset=utf-8',
    ]);
    expect(VERSION).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('keeps a configured Content-Type and User-Agent', () => {
    const headers = [
      { name: 'content-TYPE', values: ['text/x'] },
      { name: 'user-agent', values: ['me'] },
    ];
    const names = (request: HttpRequest): string[] => lines(request).filter((line) => !line.startsWith('webhook-'));
    expect(names(build({ headers }))).toEqual(['content-TYPE: text/x', 'user-agent: me']);
    expect(names(build({ headers, httpMethod: 'GET' }))).toEqual(['content-TYPE: text/x', 'user-agent: me']);
  });

  it('describes no body where there is none', () => {
    expect(lines(build({ httpMethod: 'GET' })).join()).not.toMatch(/content-type/i);
  });

  it('leaves out headers that are not the destination’s to set', () => {
    const reserved = ['Host', 'CONNECTION', 'Content-Length', 'TE', 'Transfer-Encoding', 'Upgrade', 'Webhook-Id'];
    const headers = [...reserved, 'Expect', 'Proxy-Authorization', 'X-Ok'].map((name) => ({ name, values: ['v'] }));
    expect(lines(build({ headers })).filter((line) => line.endsWith(': v'))).toEqual(['X-Ok: v']);
  });

  it('signs with every secret', () => {
    const result = buildRequest({
      ...input(),
      signingKeys: [`whsec_${Buffer.alloc(24).toString('base64')}`, SECRET].map(signingKey),
    });
    if (!result.ok) throw new Error(result.message);
    expect(lines(result.request).at(-1)).toMatch(/^webhook-signature: v1,\S+ v1,\S+$/);
    verify(result.request, PAYLOAD);
  });

  it('fails for good when the URL gets longer than 8 KiB', () => {
    const prefix = 'https://hook.example/?a='.length;
    const fits = Buffer.from(JSON.stringify({ a: 'x'.repeat(MAX_URL_BYTES - prefix) }));
    const url = 'https://hook.example/';
    expect(build({ httpMethod: 'GET', url }, fits).url.length).toBe(MAX_URL_BYTES);
    const over = Buffer.from(JSON.stringify({ a: 'x'.repeat(MAX_URL_BYTES - prefix + 1) }));
    expect(buildRequest(input({ httpMethod: 'GET', url }, over))).toMatchObject({
      ok: false,
      errorCode: 'url_too_long',
    });
    expect(build({ url }, over).body).toBe(over);
  });

  it.each([
    ['nowhere', '{}'],
    ['ftp://hook.example/', '{}'],
    ['https://hook.example/', 'no json'],
  ])('%s with %s can not be sent', (url, payload) => {
    const result = buildRequest(input({ url, httpMethod: 'GET' }, Buffer.from(payload)));
    expect(result).toMatchObject({ ok: false, errorCode: 'cannot_be_sent' });
  });
});
