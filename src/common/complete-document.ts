import type { OpenAPIObject } from '@nestjs/swagger';
import { problemResponse } from './api-problems.js';
import { exampleOf, type Schema } from './schema-example.js';
import { PROBLEMS, type ProblemCode } from './problem.js';

type Components = NonNullable<OpenAPIObject['components']>;

interface Content {
  schema?: Schema;
  example?: unknown;
  examples?: object;
}

interface Response {
  $ref?: string;
  description?: string;
  content?: Record<string, Content>;
}

interface Operation {
  security?: object[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, Response>;
}

/** What HTTP itself answers, whatever the operation: a request that ends too slowly, headers that are too large. */
const BY_HTTP: readonly ProblemCode[] = ['timeout', 'header_fields_too_large'];

/** Adds what holds for all operations: the errors of HTTP itself, explicit security, examples; errors stand once each. */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  const shared: Record<string, Response> = {};
  for (const operation of operationsOf(document)) {
    operation.security ??= [];
    for (const code of BY_HTTP) operation.responses[PROBLEMS[code].status] ??= problemResponse([code]);
    addExamples(operation.requestBody?.content, schemas);
    for (const [status, response] of Object.entries(operation.responses)) {
      if (Number(status) < 400) addExamples(response.content, schemas);
      else operation.responses[status] = share(response, shared);
    }
  }
  return { ...document, components: { ...document.components, responses: shared as Components['responses'] } };
}

function operationsOf(document: OpenAPIObject): Operation[] {
  return Object.values(document.paths).flatMap((item) => Object.values(item) as Operation[]);
}

function addExamples(content: Record<string, Content> | undefined, schemas: Readonly<Record<string, Schema>>): void {
  for (const media of Object.values(content ?? {})) {
    if (media.examples !== undefined || media.schema === undefined) continue;
    const example = exampleOf(media.schema, schemas);
    if (example !== undefined) media.example ??= example;
  }
}

/** The same errors of many operations as one component, named by their codes. */
function share(response: Response, shared: Record<string, Response>): Response {
  const codes = Object.keys(response.content?.['application/problem+json']?.examples ?? {});
  if (codes.length === 0) return response;
  const name = codes.join('.');
  shared[name] = response;
  return { $ref: `#/components/responses/${name}` };
}
