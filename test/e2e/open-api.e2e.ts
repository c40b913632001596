import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from '../support/api-client.js';
import { startApi, type TestApi } from '../support/start-api.js';

interface Response {
  $ref?: string;
  description?: string;
  content?: Record<string, { example?: unknown; examples?: object }>;
}

interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: object[];
  responses: Record<string, Response>;
  requestBody?: { content: Record<string, { example?: unknown; schema: object }> };
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: {
    securitySchemes: object;
    responses: Record<string, Response>;
    schemas: Record<string, { properties: Record<string, { example?: unknown }> }>;
  };
}

let api: TestApi;
let document: Document;

beforeAll(async () => {
  api = await startApi();
  document = (await api.admin.get('/docs/openapi.json')).body as Document;
});
afterAll(() => api.stop());

const operations = (): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
  );

const resolve = (response: Response): Response =>
  response.$ref === undefined ? response : document.components.responses[response.$ref.split('/').at(-1) ?? '']!;

describe('the description', () => {
  it('is OpenAPI 3.1 with both ways to authenticate', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.components.securitySchemes).toMatchObject({
      apiKey: { type: 'http', scheme: 'bearer' },
      appToken: { type: 'apiKey', in: 'header', name: 'CL-X-TOKEN' },
    });
  });

  it('gives every operation an id of its own, words, a tag and its errors', () => {
    const ids = operations().map(([, operation]) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [name, operation] of operations()) {
      expect(operation.operationId, name).toMatch(/^[a-z]\w+$/);
      expect(operation.summary, name).toBeTruthy();
      expect(operation.tags, name).toHaveLength(1);
      expect(operation.security, name).toBeDefined();
      for (const [status, response] of Object.entries(operation.responses)) {
        if (Number(status) >= 400) expect(resolve(response).content, name).toHaveProperty(['application/problem+json']);
      }
      if (!name.includes(' /api/')) continue;
      expect(operation.security, name).toEqual([{ apiKey: [] }]);
      expect(Object.keys(operation.responses), name).toEqual(expect.arrayContaining(['401', '500', '503']));
    }
  });

  it('has an example of every body', () => {
    for (const [name, { requestBody, responses }] of operations()) {
      const bodies = [requestBody, ...Object.values(responses).map(resolve)].flatMap((one) =>
        Object.values(one?.content ?? {}),
      );
      for (const { example, examples } of bodies as { example?: unknown; examples?: unknown }[]) {
        expect(example ?? examples, name).toBeDefined();
      }
    }
  });

  it('is the one that is committed and judged', async () => {
    const committed = await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
    expect(document).toEqual(JSON.parse(committed));
    expect(committed).not.toContain('"nullable"');
  });

  it('refers to nothing that is missing', () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g);
    for (const [, name = ''] of references) expect(document.components.schemas).toHaveProperty(name);
  });

  it('has examples that work when sent', async () => {
    const exampleOf = (schema: string): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries(document.components.schemas[schema]!.properties)
          .filter(([, property]) => property.example !== undefined)
          .map(([name, property]) => [name, property.example]),
      );
    const account = await api.admin.post('/api/accounts/', exampleOf('AccountInput'));
    expect(account.status).toBe(201);
    const path = `/api/accounts/${account.body.account_id}/`;
    const destination = await api.admin.post(`${path}destinations/`, exampleOf('DestinationInput'));
    expect(destination.status).toBe(201);
    expect(
      (await api.admin.patch(`/api/destinations/${destination.body.id}/`, exampleOf('DestinationPatch'))).status,
    ).toBe(200);
    expect((await api.admin.patch(path, exampleOf('AccountPatch'))).status).toBe(200);
    expect((await api.admin.post(`${path}rotate-token/`, exampleOf('OverlapInput'))).status).toBe(200);
  });
});

describe('every path it names, with and without the last slash', () => {
  const NOWHERE = '0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f';
  /** Each path in both forms, filled in, with the methods that it answers. */
  const paths = (): { path: string; allowed: string[] }[] =>
    Object.entries(document.paths).flatMap(([path, item]) => {
      const described = Object.keys(item).map((method) => method.toUpperCase());
      const head = described.includes('GET') ? ['HEAD'] : [];
      // Receiving refuses whatever is no POST, as the contract has it.
      const options = path.startsWith('/server/') ? [] : ['OPTIONS'];
      const allowed = [...described, ...head, ...options].toSorted();
      const filled = path.replaceAll(/\{\w+\}/g, NOWHERE);
      return [filled, `${filled}/`].map((form) => ({ path: form, allowed }));
    });

  it('refuses other methods by 405 with Allow, whoever asks', async () => {
    const anyone = new ApiClient(api.url, null);
    for (const { path, allowed } of paths()) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY']) {
        if (allowed.includes(method)) continue;
        const { status, headers, body } = await anyone.send(method, path);
        expect([status, headers.get('allow')], `${method} ${path}`).toEqual([405, allowed.join(', ')]);
        if (method !== 'HEAD') expect(body.code).toBe('method_not_allowed');
      }
    }
  });

  it('says by OPTIONS what it allows, whoever asks', async () => {
    const anyone = new ApiClient(api.url, null);
    for (const { path, allowed } of paths()) {
      if (!allowed.includes('OPTIONS')) continue;
      const { status, headers } = await anyone.send('OPTIONS', path);
      expect([status, headers.get('allow')], path).toEqual([204, allowed.join(', ')]);
    }
  });

  it('answers HEAD as GET, without the body', async () => {
    for (const { path, allowed } of paths()) {
      if (!allowed.includes('HEAD')) continue;
      const [got, head] = [await api.admin.get(path), await api.admin.send('HEAD', path)];
      expect([head.status, head.body], path).toEqual([got.status, undefined]);
      for (const name of ['content-type', 'content-length', 'etag']) {
        expect(head.headers.get(name), `${name} of ${path}`).toBe(got.headers.get(name));
      }
    }
  });
});

describe('Swagger UI', () => {
  it.each(['/docs', '/docs/'])('is served at %s with everything it needs from here', async (path) => {
    const page = await fetch(api.url + path, { redirect: 'manual' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    const html = await page.text();
    const links = [...html.matchAll(/(?:src|href)=["']([^"']+)["']/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      if (link.startsWith('#')) continue;
      const url = new URL(link, api.url + path);
      expect(url.origin).toBe(api.url);
      const file = await fetch(url);
      expect(file.status, url.href).toBe(200);
      expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(0);
    }
  });

  it('has a policy that lets its scripts run and nothing from elsewhere', async () => {
    const page = await fetch(`${api.url}/docs/`);
    await page.arrayBuffer();
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('http');
  });
});

it('a caller who does not read an answer does not keep the service from stopping', async () => {
  const service = await startApi({ DRAIN_SECONDS: '1' });
  const unread = await fetch(`${service.url}/docs/swagger-ui-bundle.js`);
  expect(unread.status).toBe(200);
  const startedMs = Date.now();
  await service.stop();
  expect(Date.now() - startedMs).toBeLessThan(60_000);
});
