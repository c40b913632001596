import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { Problem, problemBody, PROBLEMS, type FieldErrors, type ProblemCode } from './problem.js';

/** The body of every error, for the API's description; the thing itself is made by {@link problemBody}. */
export class ProblemDocument {
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
  @ApiProperty({ required: false, description: 'What is wrong with the body, where `error` is fixed' })
  detail?: string;
  @ApiProperty({ type: 'integer', required: false, description: 'Where: the byte of the body, from 0' })
  offset?: number;
  @ApiProperty({ type: 'integer', required: false, description: 'Its line, from 1' })
  line?: number;
  @ApiProperty({ type: 'integer', required: false, description: 'Its column in characters, from 1' })
  column?: number;
  @ApiProperty({ type: 'integer', required: false, description: 'The item of a batch that it is in, from 0' })
  index?: number;
  @ApiProperty({
    required: false,
    description: 'Messages by field',
    type: Object,
    additionalProperties: { type: 'array', items: { type: 'string' } },
  })
  errors?: FieldErrors;
}

const CODES = 'problem-codes';
const ALL = Object.keys(PROBLEMS) as ProblemCode[];

/** Headers that come with a status, and what they are for. */
const HEADERS: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 'WWW-Authenticate': 'How to authenticate' },
  429: { 'Retry-After': 'Seconds to wait before the request is sent again' },
  503: { 'Retry-After': 'Seconds to wait before the request is sent again' },
};

/** Documents errors an operation may answer, by their codes; adds to those that other decorators named. */
export function ApiProblems(...codes: readonly ProblemCode[]): MethodDecorator {
  return (target, name, descriptor) => {
    const handler: unknown = descriptor.value;
    if (typeof handler !== 'function') return;
    const known = (Reflect.getMetadata(CODES, handler) ?? []) as ProblemCode[];
    const all = ALL.filter((code) => known.includes(code) || codes.includes(code));
    Reflect.defineMetadata(CODES, all, handler);
    // Nest keeps one answer a status, the last: each is written anew with all of its codes.
    for (const status of new Set(codes.map((code) => PROBLEMS[code].status))) {
      const same = all.filter((code) => PROBLEMS[code].status === status);
      applyDecorators(ApiExtraModels(ProblemDocument), ApiResponse({ status, ...problemResponse(same) }))(
        target,
        name,
        descriptor,
      );
    }
  };
}

/** The answer for errors of one status. */
export function problemResponse(codes: readonly ProblemCode[]) {
  const [first] = codes;
  const headers = first && HEADERS[PROBLEMS[first].status];
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('. '),
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, description]) => [
          name,
          { description, schema: { type: 'string' as const } },
        ]),
      ),
    }),
    content: {
      'application/problem+json': {
        schema: { $ref: getSchemaPath(ProblemDocument) },
        examples: Object.fromEntries(
          codes.map((code) => [code, { summary: PROBLEMS[code].title, value: problemBody(new Problem(code)) }]),
        ),
      },
    },
  };
}
