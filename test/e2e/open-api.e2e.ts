import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
  expect(Date.now() - startedMs).toBeLessThan(15_000);
});
