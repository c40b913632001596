import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, ApiClient } from '../support/api-client.js';
import { sendRaw } from '../support/raw-http.js';
import { startApi, type TestApi } from '../support/start-api.js';
import { openGate } from '../support/tcp-gate.js';

let api: TestApi;
let admin: ApiClient;

const NOWHERE = '0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f';
const ACCOUNT = { email: 'a@example.com', account_name: 'A' };

function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ status, code, error: expect.any(String), title: expect.any(String) });
  expect(answer.body.type).toBe(`/docs/problems/${code}`);
}

beforeAll(async () => {
  api = await startApi();
  admin = api.admin;
});
afterAll(() => api.stop());

describe('paths', () => {
  it.each(['/', '/nope', '/api', '/api/', '/api/accounts/x/y/z', '/docs/nope', '//api/accounts'])(
    '%s is 404',
    async (path) => {
      expectProblem(await admin.get(path), 404, 'not_found');
    },
  );

  it.each([NOWHERE, 'x', '1', `${NOWHERE}0`, '%00', '%20', 'null', '..%2f', `{${NOWHERE}}`, 'a'.repeat(90)])(
    'an account or destination called %s is 404, whatever the method',
    async (id) => {
      expectProblem(await admin.get(`/api/accounts/${id}/`), 404, 'not_found');
      expectProblem(await admin.patch(`/api/accounts/${id}`, {}), 404, 'not_found');
      expectProblem(await admin.delete(`/api/accounts/${id}`), 404, 'not_found');
      expectProblem(await admin.post(`/api/accounts/${id}/rotate-token/`), 404, 'not_found');
      expectProblem(await admin.get(`/api/destinations/${id}/`), 404, 'not_found');
      expectProblem(await admin.get(`/api/destinations/${id}/signing-secret/`), 404, 'not_found');
    },
  );

  it.each(['%', '%zz', '%ff', '%c0%80', '%ed%a0%80'])('%s in a path is 400', async (junk) => {
    const { status, body } = await sendRaw(
      api.url,
      `GET /api/accounts/${junk} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    expect(status).toBe(400);
    expect(body).toContain('"malformed_request"');
  });

  it('that are very long are 414 or 404', async () => {
    expect([404, 414]).toContain((await admin.get(`/api/accounts/${'a'.repeat(5000)}/`)).status);
  });

  it('of each problem type say what it means', async () => {
    const { body } = await admin.get('/nope');
    expect(await admin.get(body.type)).toMatchObject({ status: 200, body: { code: 'not_found', status: 404 } });
    expectProblem(await admin.get('/docs/problems/toString'), 404, 'not_found');
  });
});

describe('methods', () => {
  it.each([
    ['/api/accounts', 'GET, HEAD, OPTIONS, POST'],
    ['/api/accounts/', 'GET, HEAD, OPTIONS, POST'],
    [`/api/accounts/${NOWHERE}/`, 'DELETE, GET, HEAD, OPTIONS, PATCH, PUT'],
    [`/api/accounts/${NOWHERE}/rotate-token/`, 'OPTIONS, POST'],
    ['/health/live', 'GET, HEAD, OPTIONS'],
    ['/docs/openapi.json', 'GET, HEAD, OPTIONS'],
  ])('%s allows %s', async (path, allow) => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'PURGE']) {
      if (allow.includes(method)) continue;
      const answer = await admin.send(method, path, method === 'GET' ? undefined : 'not json');
      expectProblem(answer, 405, 'method_not_allowed');
      expect(answer.headers.get('allow')).toBe(allow);
    }
    const options = await admin.send('OPTIONS', path);
    expect(options).toMatchObject({ status: 204, body: undefined });
    expect(options.headers.get('allow')).toBe(allow);
  });

  it('HEAD answers as GET without a body', async () => {
    const answer = await admin.send('HEAD', '/api/accounts/');
    expect(answer).toMatchObject({ status: 200, body: undefined });
  });
});

describe('bodies', () => {
  it.each(['{', '', ' ', '{"a":}', "{'a':1}", '\u0000', '{"a":1}}', 'nul'])(
    '%j is no valid JSON object',
    async (body) => {
      expect((await admin.post('/api/accounts/', body)).status).toBe(400);
    },
  );

  it('that are not UTF-8 are 400', async () => {
    const answer = await admin.post('/api/accounts/', Buffer.from([0x22, 0xff, 0x22]));
    expectProblem(answer, 400, 'invalid_json');
  });

  it.each([[[]], ['text'], [5], [true], [null]])('%j is valid JSON but no object', async (body) => {
    expectProblem(await admin.post('/api/accounts/', JSON.stringify(body)), 400, 'validation_failed');
  });

  it('of 20,000 levels do no harm', async () => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    expectProblem(await admin.post('/api/accounts/', deep), 400, 'validation_failed');
    expectProblem(await admin.post('/api/accounts/', `{"email":${deep}}`), 400, 'validation_failed');
    expectProblem(await admin.post('/api/destinations/', `{"headers":{"A":${deep}}}`), 400, 'validation_failed');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'application/jsonx',
    'garbage',
    'a/b/c',
  ])('of type %s are 415', async (type) => {
    const answer = await admin.post('/api/accounts/', '{}', { 'Content-Type': type });
    expectProblem(answer, 415, 'unsupported_media_type');
  });

  it.each([
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/merge-patch+json',
    'application/ld+json;a=b',
  ])('of type %s are JSON', async (type) => {
    const answer = await admin.post('/api/accounts/', '{}', { 'Content-Type': type });
    expectProblem(answer, 400, 'validation_failed');
  });

  it('without a type are 415', async () => {
    const head = 'POST /api/accounts/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}';
    expect((await sendRaw(api.url, head)).status).toBe(415);
  });

  it('that are empty count as left out', async () => {
    expectProblem(await admin.send('POST', '/api/accounts/'), 400, 'validation_failed');
    expect((await admin.delete(`/api/accounts/${NOWHERE}/`, { 'Content-Type': 'application/json' })).status).toBe(404);
  });

  it('over 1 MiB are 413, announced or not', async () => {
    const head = 'POST /api/accounts/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
    const announced = await sendRaw(api.url, `${head}Content-Length: 1048577\r\n\r\n{}`);
    expect(announced.status).toBe(413);
    expect(announced.body).toContain('"payload_too_large"');
    const chunk = `10000\r\n${' '.repeat(0x1_00_00)}\r\n`;
    const streamed = await sendRaw(api.url, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(17)}0\r\n\r\n`);
    expect(streamed.status).toBe(413);
    const fits = await admin.post('/api/accounts/', `{${' '.repeat(1_048_574)}}`);
    expectProblem(fits, 400, 'validation_failed');
  });
});

describe('HTTP that can not be read', () => {
  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400, 'malformed_request'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400, ''],
    ['huge header', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'header_fields_too_large'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'malformed_request',
    ],
  ])('%s is answered', async (_name, bytes, status, code) => {
    const answer = await sendRaw(api.url, bytes);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(code);
  });
});

describe('no input is answered with a 5xx', () => {
  const junk: unknown[] = [
    null,
    true,
    0,
    -1,
    1e308,
    1.5,
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    '\udfff\ud800',
    '💥',
    'x'.repeat(100_000),
    [],
    [null],
    [[]],
    ['\0'],
    {},
    { a: 1 },
    { constructor: { prototype: {} } },
    { 'X\0': 'a' },
    { 'X-A': '\0' },
    { '': '' },
    "'; DROP TABLE accounts; --",
    '%',
    'http://',
    'http://[::1',
    'http://1',
    'https://a.example.com:0/',
  ];
  const accountFields = ['email', 'account_name', 'website', 'overlap_seconds', '__proto__', 'toString'];
  const destinationFields = [
    'account_id',
    'url',
    'http_method',
    'headers',
    'enabled',
    'description',
    'event_types',
    'timeout_ms',
    'max_concurrency',
    'rate_limit',
    'retry_schedule',
    'ordered',
  ];
  const bodyWith = (base: object, field: string, value: unknown): string =>
    `{${[...Object.entries(base).filter(([name]) => name !== field), [field, value]]
      .map(([name, member]) => `${JSON.stringify(name)}:${JSON.stringify(member)}`)
      .join()}}`;

  it.each(accountFields)('in %s of an account', async (field) => {
    const { account_id: id } = (await admin.post('/api/accounts/', { ...ACCOUNT, email: `${field}@example.com` })).body;
    for (const value of junk) {
      const body = bodyWith(ACCOUNT, field, value);
      for (const path of [`/api/accounts/${id}`, `/api/accounts/${id}/rotate-token`]) {
        const answer = await admin.send(path.endsWith('token') ? 'POST' : 'PUT', path, body);
        expect(answer.status, body.slice(0, 200)).toBeLessThan(500);
      }
    }
  });

  it.each(destinationFields)('in %s of a destination', async (field) => {
    const owner = (await admin.post('/api/accounts/', { ...ACCOUNT, email: `${field}2@example.com` })).body.account_id;
    const base = { account_id: owner, url: 'https://r.example.com/', http_method: 'POST', headers: { 'X-A': 'b' } };
    const { id } = (await admin.post('/api/destinations/', base)).body;
    for (const value of junk) {
      const body = bodyWith(base, field, value);
      for (const method of ['PUT', 'PATCH']) {
        const answer = await admin.send(method, `/api/destinations/${id}`, body);
        expect(answer.status, body.slice(0, 200)).toBeLessThan(500);
      }
    }
  });

  it('in query strings', async () => {
    const values = [
      '',
      '%',
      '%zz',
      '%00',
      '%ed%a0%80',
      '%ff',
      '-1',
      '1e99',
      '99999999999999999999',
      "'",
      '%5C',
      '[]',
      'null',
    ];
    const names = [
      'page',
      'page_size',
      'search',
      'ordering',
      'account_id',
      'email',
      'url',
      'timeout_ms',
      '__proto__',
      'a[b]',
    ];
    for (const name of names) {
      for (const value of values) {
        for (const path of ['/api/accounts', '/api/destinations/']) {
          expect((await admin.get(`${path}?${name}=${value}`)).status, `${name}=${value}`).toBeLessThan(500);
        }
      }
    }
  });

  it.each(['If-Match', 'If-None-Match', 'Authorization', 'Accept', 'Accept-Version', 'Range'])(
    'in %s',
    async (name) => {
      for (const value of ['', '"', 'W/', '*,*', 'ÿ', ','.repeat(5000), '"a', 'bytes=5-1']) {
        expect((await admin.get('/api/accounts/', { [name]: value })).status).toBeLessThan(500);
      }
    },
  );
});

describe('what is ours', () => {
  it('is a 500 that shows nothing but an id to find it by', async () => {
    const broken = await startApi();
    try {
      await broken.sql('ALTER TABLE accounts RENAME TO lost');
      const answer = await broken.admin.get('/api/accounts/');
      expectProblem(answer, 500, 'internal_error');
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(JSON.stringify(answer.body)).not.toMatch(/accounts|relation|SELECT|node_modules/i);
    } finally {
      await broken.stop();
    }
  });

  it('is a 503 with Retry-After while the database is away, and passes when it is back', async () => {
    const { hostname, port } = new URL(api.databaseUrl);
    const gate = await openGate({ host: hostname, port: Number(port || 5432) });
    const gated = await startApi({}, (url) => Object.assign(new URL(url), { host: `127.0.0.1:${gate.port}` }).href);
    try {
      expect((await gated.admin.get('/api/accounts/')).status).toBe(200);
      await gate.shut();
      const answer = await gated.admin.get('/api/accounts/');
      expectProblem(answer, 503, 'unavailable');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      await gate.open();
      // A connection of the pool whose end is not noticed yet may take one more with it.
      await expect.poll(async () => (await gated.admin.get('/api/accounts/')).status).toBe(200);
    } finally {
      await gated.stop();
      await gate.shut();
    }
  });
});

it('every answer carries security headers', async () => {
  for (const path of ['/api/accounts/', '/nope', '/docs/', '/health/live', '/api/accounts/%2fa']) {
    const answer = await fetch(api.url + path, { headers: { Origin: 'https://elsewhere.example' } });
    await answer.arrayBuffer();
    const { headers } = answer;
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
  }
});
