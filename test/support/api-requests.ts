import type { Arbitrary } from 'fast-check';
import * as fc from 'fast-check';
import { allowedBy, beyond, junk, type Known, text } from './api-arbitraries.js';
import { type Operation, type Parameter, resolveSchema, type Schema } from './api-description.js';

/** Who sends a request. What each may is in the roles of an operation. */
export type Caller = 'admin' | 'bound' | 'readOnly' | 'nobody';

/** One request for an operation. */
export interface GeneratedRequest {
  readonly caller: Caller;
  /** By the parameter's name: a text that is no id of ours, or which of the ids that there are at the time of sending. */
  readonly path: Readonly<Record<string, string | { readonly live: number }>>;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as it is; null: none. */
  readonly body: string | null;
  readonly contentType: string;
}

const caller = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Caller>('admin') },
  { weight: 4, arbitrary: fc.constant<Caller>('bound') },
  fc.constant<Caller>('readOnly'),
  fc.constant<Caller>('nobody'),
);

/** Requests with valid and broken values for every parameter and every member of the body. */
export function requestsFor(operation: Operation, known: Known): Arbitrary<GeneratedRequest> {
  const of = (place: Parameter['in']): Parameter[] => operation.parameters.filter((one) => one.in === place);
  return fc.record({
    caller,
    path: fc.record(Object.fromEntries(of('path').map(({ name }) => [name, pathValue]))),
    query: queryOf(of('query'), known),
    headers: headersOf(of('header')),
    body: bodyOf(operation, known),
    contentType,
  });
}

const contentType = fc.oneof(
  { weight: 15, arbitrary: fc.constant('application/json') },
  { weight: 1, arbitrary: fc.constantFrom('application/merge-patch+json', 'APPLICATION/JSON;charset=utf-8') },
  { weight: 1, arbitrary: fc.constant('application/x-ndjson') },
  { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/xml', 'application/jsonx', 'x', 'a/b/c') },
);

const pathValue = fc.oneof(
  { weight: 16, arbitrary: fc.nat(50).map((live) => ({ live })) },
  fc.uuid(),
  text.map((junk) => encodeURIComponent(junk.replaceAll(/\p{Surrogate}/gu, '?')) || '-'),
  fc.constantFrom('%', '%zz', '%ff', '%00', '%2e%2e', '..', 'a'.repeat(300), '*'),
);

/** What a header field may carry over the wire. */
const headerValue = fc.oneof(
  fc.stringMatching(/^[\x21-\x7e]{1,20}$/),
  fc.constantFrom('"x"', '*', 'W/"x"', '""', ',', '"', 'x'.repeat(300), 'wait=0', 'wait=-1', 'é', '"a", "b"'),
);

function headersOf(parameters: readonly Parameter[]): Arbitrary<Record<string, string>> {
  const fields = parameters.map(({ name }) => headerValue.map((value) => [name, value] as const));
  return fields.length === 0
    ? fc.constant({})
    : fc.oneof(
        // A condition that does not hold ends most requests early.
        { weight: 2, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: fc.array(fc.oneof(...fields), { maxLength: 2 }).map((all) => Object.fromEntries(all)) },
      );
}

function queryOf(parameters: readonly Parameter[], known: Known): Arbitrary<GeneratedRequest['query']> {
  const options = parameters.map(({ name, schema }) =>
    fc
      .oneof({ weight: 4, arbitrary: allowedBy(schema, known) }, { weight: 1, arbitrary: beyond(schema, known) }, text)
      .map((value) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const),
  );
  if (options.length === 0) return fc.constant([]);
  const unknown = fc.constantFrom('foo', '__proto__', 'a[b]', 'page[]', '').map((name) => [name, '1'] as const);
  return fc.array(fc.oneof({ weight: 12, arbitrary: fc.oneof(...options) }, unknown), { maxLength: 3 });
}

/** JSON on the edge of what can be read, and just beyond it. */
const edges = fc.constantFrom(
  '',
  ' ',
  '{',
  '{"a":1,}',
  '{"a":1}{',
  '\ufeff{}',
  '\u00a0{}',
  '[01]',
  '[1e999]',
  '{"pace":1e999}',
  '{"__proto__":{"a":1}}',
  '{"email":"a@example.com","email":1}',
  '["\\ud800"]',
  '["\t"]',
  '['.repeat(3000) + ']'.repeat(3000),
  'nul',
);

function bodyOf({ body }: Operation, known: Known): Arbitrary<string | null> {
  const anything = fc.oneof(
    { weight: 2, arbitrary: junk.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: text },
    { weight: 1, arbitrary: edges },
  );
  const none = fc.constant(null);
  if (!body) return fc.oneof({ weight: 8, arbitrary: none }, { weight: 1, arbitrary: anything });
  const schema = resolveSchema(body.schema);
  return fc.oneof(
    { weight: 10, arbitrary: allowedBy(schema, known).map((value) => JSON.stringify(value)) },
    ...(schema.properties ? [{ weight: 8, arbitrary: oneMemberWrong(schema, known) }] : []),
    { weight: 3, arbitrary: anything },
    { weight: 1, arbitrary: none },
  );
}

const unknownMembers = fc.constantFrom(
  'colour',
  '__proto__',
  'constructor',
  '',
  'id',
  'created_at',
  'app_secret_token',
);

/** Objects with one member that may be wrong, is missing or is unknown. */
function oneMemberWrong(schema: Schema, known: Known): Arbitrary<string> {
  const { properties = {}, required = [] } = schema;
  const changes = Object.entries(properties).map(([name, member]) =>
    fc.tuple(fc.constant(name), beyond(member, known)),
  );
  const unknown = fc.tuple(unknownMembers, junk);
  const missing = required.map((name) => fc.constant([name, undefined] as const));
  return fc
    .tuple(allowedBy(schema, known), fc.oneof(...changes, ...missing, unknown))
    .map(([base, [name, value]]) => JSON.stringify({ ...(base as object), [name]: value }));
}
