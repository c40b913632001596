import { readFileSync } from 'node:fs';

/** A JSON Schema as it stands in the description. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
}

interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
  /** Of problems: one for each code that can occur. */
  readonly examples?: Readonly<Record<string, unknown>>;
}

interface Response {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, Media>>;
}

interface DescribedOperation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Response>>;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly 'x-required-roles'?: readonly string[];
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, Response>>;
  };
}

/** One operation with all that its description says of it, references resolved. */
export interface Operation {
  readonly id: string;
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** The body it takes as JSON, and an example of it. */
  readonly body: Media | null;
  /** Of bodies it takes. */
  readonly mediaTypes: readonly string[];
  readonly responses: Readonly<Record<string, Response>>;
  /** What identifies the caller; null: nothing is asked. */
  readonly security: 'apiKey' | 'appToken' | null;
  readonly roles: readonly string[];
}

/** The committed description; `npm run check` sees to it that it is the one the product answers. */
export const description = JSON.parse(
  readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
) as Description;

export const operations: readonly Operation[] = Object.entries(description.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    parameters: operation.parameters ?? [],
    body: operation.requestBody?.content['application/json'] ?? null,
    mediaTypes: Object.keys(operation.requestBody?.content ?? {}),
    responses: Object.fromEntries(
      Object.entries(operation.responses).map(([status, response]) => [status, resolveResponse(response)]),
    ),
    security: (Object.keys(operation.security[0] ?? {})[0] ?? null) as Operation['security'],
    roles: operation['x-required-roles'] ?? [],
  })),
);

/** The schema that a reference leads to. */
export function resolveSchema(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const target = description.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
  if (!target) throw new Error(`${schema.$ref} leads nowhere`);
  return target;
}

function resolveResponse(response: Response): Response {
  if (response.$ref === undefined) return response;
  return description.components.responses[response.$ref.split('/').at(-1) ?? ''] ?? response;
}
