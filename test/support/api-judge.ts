import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { description, type Operation, resolveSchema, type Schema } from './api-description.js';
import type { GeneratedRequest } from './api-requests.js';

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  /** By their names in small letters. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
// What the WHATWG calls a URL, which is what every client reads it as; RFC 3986 wants more of it escaped.
ajv.addFormat('uri', (text: string) => URL.canParse(text));
// Closed: a member that the description does not know is outside of it.
ajv.addSchema(closed({ components: { schemas: description.components.schemas } }), 'api');

const validators = new WeakMap<Schema, ValidateFunction>();

/** What of an answer is not in the description of its operation: nothing, or complaints in words. */
export function judgeAnswer(operation: Operation, answer: RawAnswer): string[] {
  const { status, headers, text } = answer;
  const described = operation.responses[String(status)];
  if (!described) return [`${status} is not described`];
  const missing = Object.keys(described.headers ?? {}).filter((name) => headers[name.toLowerCase()] === undefined);
  const complaints = missing.map((name) => `${status} lacks its ${name}`);
  if (!described.content) return text === '' ? complaints : [...complaints, `${status} has a body`];
  const type = String(headers['content-type']).split(';')[0] ?? '';
  const media = described.content[type] ?? described.content[type.replace(/\/.*/, '/*')];
  if (!media) return [...complaints, `${status} has the content type ${type}`];
  const body: unknown = JSON.parse(text);
  if (media.examples) {
    const { code } = body as { code: string };
    if (!Object.hasOwn(media.examples, code)) complaints.push(`${status} has the code ${code}`);
  }
  const validate = validatorOf(media.schema);
  if (validate(body)) return complaints;
  return [...complaints, ajv.errorsText(validate.errors, { dataVar: String(status) })];
}

/** Is there something in a request that the description does not allow, so that it has to be refused? */
export function isOutside(operation: Operation, request: GeneratedRequest): boolean {
  return (
    Object.values(request.path).some((value) => typeof value === 'string') ||
    isQueryOutside(operation, request.query) ||
    (operation.body !== null && isBodyOutside(operation, request))
  );
}

function isQueryOutside(operation: Operation, query: GeneratedRequest['query']): boolean {
  const names = query.map(([name]) => name);
  if (new Set(names).size < names.length) return true;
  return query.some(([name, value]) => {
    const parameter = operation.parameters.find((one) => one.in === 'query' && one.name === name);
    return !parameter || !validatorOf(parameter.schema)(read(value, parameter.schema));
  });
}

/** A query parameter's text as the type it stands for. */
function read(text: string, { type }: Schema): unknown {
  if (type === 'integer' && /^\d+$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(?:true|false)$/.test(text)) return text === 'true';
  return text;
}

function isBodyOutside(operation: Operation, { body, contentType }: GeneratedRequest): boolean {
  if (!operation.body || body === null || body === '') return false;
  if (operation.mediaTypes.includes('application/x-ndjson') && contentType === 'application/x-ndjson') return false;
  if (!/^application\/(?:[a-z-]+\+)?json(?:;|$)/i.test(contentType)) return true;
  try {
    // RFC 8259 lets who reads JSON pass over a byte order mark.
    const read: unknown = JSON.parse(body.replace(/^\ufeff/, ''));
    return !validatorOf(operation.body.schema)(withoutReadOnly(read, operation));
  } catch {
    return true;
  }
}

/** Without the members that a resource shows but that nobody sets: who sends back what was read may leave them in. */
function withoutReadOnly(body: unknown, operation: Operation): unknown {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  const known = operation.body && resolveSchema(operation.body.schema).properties;
  if (!isObject || !known) return body;
  const answer = operation.responses['200'] ?? operation.responses['201'];
  const shown = resolveSchema(answer?.content?.['application/json']?.schema ?? {}).properties ?? {};
  const isReadOnly = (name: string): boolean => Object.hasOwn(shown, name) && !Object.hasOwn(known, name);
  return Object.fromEntries(Object.entries(body).filter(([name]) => !isReadOnly(name)));
}

function validatorOf(schema: Schema): ValidateFunction {
  const validate = validators.get(schema) ?? ajv.compile(closed(schema));
  validators.set(schema, validate);
  return validate;
}

/** A copy whose objects have only the members they name, and whose references lead into the document. */
function closed<T>(schema: T): T {
  const text = JSON.stringify(schema, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const isOpenObject = 'properties' in value && 'type' in value && !('additionalProperties' in value);
    return isOpenObject ? { ...value, additionalProperties: false } : value;
  });
  return JSON.parse(text.replaceAll('"#/components/', '"api#/components/')) as T;
}
