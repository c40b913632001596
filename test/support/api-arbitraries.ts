import type { Arbitrary } from 'fast-check';
import * as fc from 'fast-check';
import { resolveSchema, type Schema } from './api-description.js';

/** What values may name of what there is. */
export interface Known {
  /** Where URLs that are taken may lead: a receiver of ours, so that a test of a destination goes nowhere else. */
  readonly receiverUrl: string;
  readonly ids: readonly string[];
  readonly accountIds: readonly string[];
}

const nasty = fc.constantFrom(
  '',
  ' ',
  '\0',
  'a\0b',
  '\u0085',
  '\ud800',
  '\udfff\ud800',
  '💥',
  'İ',
  '%',
  '%00',
  '[]',
  '{}',
  'null',
  'NaN',
  '-1',
  '0x10',
  '1e309',
  '99999999999999999999',
  '__proto__',
  'constructor',
  'toString',
  "'; DROP TABLE accounts; --",
  '\\',
  '"',
  '********',
  'http://[::1',
  'javascript:alert(1)',
  '../..',
  '2026-02-30T00:00:00Z',
  '2026-01-31T23:59:60Z',
  '+012026-01-01T00:00:00Z',
);
const long = fc.integer({ min: 200, max: 9_000 }).map((length) => 'x'.repeat(length));

/** Any text. */
export const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 30 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 3, arbitrary: nasty },
  { weight: 1, arbitrary: long },
);

/** Any JSON. */
export const junk = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 2, arbitrary: text },
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e308, [], {}, [null], [[]], { constructor: { prototype: {} } }),
);

/** Values that the schema allows (what it can not say, such as that an email is taken, may still be refused). */
export function allowedBy(given: Schema, known: Known): Arbitrary<unknown> {
  const schema = resolveSchema(given);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const parts = schema.anyOf ?? schema.allOf;
  if (parts) return fc.oneof(...parts.map((part) => allowedBy(part, known)));
  const types = [schema.type ?? 'any'].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, known)));
}

/** What stands just beyond the limits of a schema, or is of another type. */
export function beyond(given: Schema, known: Known): Arbitrary<unknown> {
  const schema = resolveSchema(given);
  const { minimum = 0, maximum = 1e9, maxLength = 300, maxItems, items } = schema;
  return fc.oneof(
    { weight: 2, arbitrary: junk },
    { weight: 2, arbitrary: fc.constantFrom(minimum - 1, maximum + 1, minimum + 0.5, -1e308) },
    fc.constantFrom('x'.repeat(maxLength), '💥'.repeat(maxLength), 'x'.repeat(maxLength + 1)),
    ...(items
      ? [
          beyond(items, known).map((item) => [item]),
          allowedBy(items, known).map((item) => Array.from({ length: (maxItems ?? 100) + 1 }, () => item)),
        ]
      : []),
  );
}

function ofType(type: string, schema: Schema, known: Known): Arbitrary<unknown> {
  const { minimum, maximum } = schema;
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: minimum ?? 0, max: maximum ?? 1_000 });
    case 'number':
      return fc.double({ min: minimum ?? 0, max: maximum ?? 1_000, noNaN: true });
    case 'string':
      return textOf(schema, known);
    case 'array':
      return fc.array(allowedBy(schema.items ?? {}, known), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, (schema.minItems ?? 0) + 4),
      });
    case 'object':
      return schema.properties ? membersOf(schema, known) : anyMembers(schema, known);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function textOf(
  { format, pattern, minLength = 0, maxLength = 60 }: Schema,
  { receiverUrl, ids }: Known,
): Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  if (format === 'uuid') return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...ids) }, fc.uuid());
  if (format === 'uri') return fc.oneof(fc.webPath(), text).map((path) => `${receiverUrl}/${path}`);
  if (format === 'email') return fc.emailAddress();
  if (format === 'date-time') {
    return fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  return fc.oneof(
    fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 40) }),
    text.filter(({ length }) => length >= minLength && length <= maxLength),
  );
}

function membersOf({ properties = {}, required = [] }: Schema, known: Known): Arbitrary<object> {
  const members = Object.entries(properties).map(([name, member]) => {
    const value = allowedBy(member, known);
    // Else what names its account would hardly ever be taken.
    const isOwner = name === 'account_id';
    return [name, isOwner ? fc.oneof(fc.constantFrom(...known.accountIds), value) : value] as const;
  });
  return fc.record(Object.fromEntries(members), { requiredKeys: [...required], noNullPrototype: true });
}

/** Names as headers have them, mostly. */
function anyMembers({ additionalProperties, minProperties = 0 }: Schema, known: Known): Arbitrary<object> {
  const value = typeof additionalProperties === 'object' ? allowedBy(additionalProperties, known) : fc.jsonValue();
  const word = fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/);
  const name = fc.oneof({ weight: 20, arbitrary: word.map((suffix) => `X-${suffix}`) }, text);
  const tame = fc.dictionary(name, fc.oneof({ weight: 8, arbitrary: word }, value), {
    minKeys: minProperties,
    maxKeys: 4,
  });
  return tame.map((members) => ({ ...members }));
}
