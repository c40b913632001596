import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiProperty, ApiQuery, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { ListSpec } from './list-query.js';
import { Problem, problemBody, PROBLEMS, type FieldErrors, type ProblemCode } from './problem.js';

/** The body of every error, for the API's description; the thing itself is made by {@link problemBody}. */
class ProblemDocument {
  @ApiProperty({ format: 'uri-reference', example: '/docs/problems/not_found' })
  type!: string;
  @ApiProperty({ example: 'Not found' })
  title!: string;
  @ApiProperty({ type: 'integer', example: 404 })
  status!: number;
  @ApiProperty({ enum: Object.keys(PROBLEMS), example: 'not_found', description: 'Stable: programs decide by it' })
  code!: string;
  @ApiProperty({ example: 'Not found', description: 'For people' })
  error!: string;
  @ApiProperty({
    required: false,
    description: 'Messages by field',
    type: Object,
    additionalProperties: { type: 'array', items: { type: 'string' } },
  })
  errors?: FieldErrors;
}

/** Documents the errors an operation (or every operation of a controller) may answer, by their codes. */
export function ApiProblems(...codes: ProblemCode[]): MethodDecorator & ClassDecorator {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const responses = [...byStatus].map(([status, same]) =>
    ApiResponse({
      status,
      description: same.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('. '),
      content: {
        'application/problem+json': {
          schema: { $ref: getSchemaPath(ProblemDocument) },
          examples: Object.fromEntries(
            same.map((code) => [code, { summary: PROBLEMS[code].title, value: problemBody(new Problem(code)) }]),
          ),
        },
      },
    }),
  );
  return applyDecorators(ApiExtraModels(ProblemDocument), ...responses);
}

/** Documents the query parameters of a list. */
export function ApiList(spec: ListSpec): MethodDecorator {
  const fields = spec.ordering.join(', ');
  return applyDecorators(
    ApiQuery({ name: 'page', required: false, schema: { type: 'integer', minimum: 1, default: 1 } }),
    ApiQuery({
      name: 'page_size',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 100, default: 25 },
    }),
    ApiQuery({
      name: 'search',
      required: false,
      description: 'Text to look for, whatever its case',
      schema: { type: 'string' },
    }),
    ApiQuery({
      name: 'ordering',
      required: false,
      description: `Fields, comma-separated, with \`-\` for descending: ${fields}`,
      schema: { type: 'string', default: `-${spec.ordering[0]}` },
    }),
    ...Object.entries(spec.filters).map(([name, { schema }]) => ApiQuery({ name, required: false, schema })),
    ApiProblems('unknown_parameter'),
  );
}

/** Documents what may be wrong with the body of a write. */
export function ApiWrite(): MethodDecorator {
  return ApiProblems('validation_failed', 'invalid_json', 'payload_too_large', 'unsupported_media_type');
}

/** Documents that a write may be made conditional. */
export function ApiIfMatch(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: false,
      description:
        'The `ETag` that was read: if the object has changed since, nothing is written and the answer is 412',
      schema: { type: 'string' },
    }),
    ApiProblems('precondition_failed'),
  );
}

/** The class of one page of `Body`, for the API's description. */
export function pageOf<Body>(body: Type<Body>): Type<unknown> {
  class PageDocument {
    @ApiProperty({ type: 'integer', example: 1, description: 'How many there are on all pages' })
    count!: number;
    @ApiProperty({ type: String, nullable: true, example: null, format: 'uri', description: 'The next page' })
    next!: string | null;
    @ApiProperty({ type: String, nullable: true, example: null, format: 'uri', description: 'The page before' })
    previous!: string | null;
    @ApiProperty({ type: [body] })
    results!: Body[];
  }
  Object.defineProperty(PageDocument, 'name', { value: `${body.name}Page` });
  return PageDocument;
}
