import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import {
  ApiHeader,
  ApiOperation,
  type ApiOperationOptions,
  ApiProperty,
  type ApiPropertyOptions,
  ApiQuery,
  ApiResponse,
} from '@nestjs/swagger';
import { ApiProblems } from './api-problems.js';
import { type ListSpec, MAX_PAGE, MAX_SEARCH_CHARACTERS } from './list-query.js';

/** Documents the query parameters of a list. */
export function ApiList(spec: ListSpec): MethodDecorator {
  const fields = spec.ordering.join(', ');
  const field = `-?(?:${spec.ordering.join('|')})`;
  return applyDecorators(
    ApiQuery({
      name: 'page',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: 1 },
    }),
    ApiQuery({
      name: 'page_size',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 100, default: 25 },
    }),
    ApiQuery({
      name: 'search',
      required: false,
      description: 'Text to look for, whatever its case',
      schema: { type: 'string', maxLength: MAX_SEARCH_CHARACTERS },
    }),
    ApiQuery({
      name: 'ordering',
      required: false,
      description: `Fields, comma-separated, with \`-\` for descending: ${fields}`,
      schema: { type: 'string', default: `-${spec.ordering[0]}`, pattern: `^(?:${field}(?:,${field})*)?$` },
    }),
    ...Object.entries(spec.filters).map(([name, { schema }]) => ApiQuery({ name, required: false, schema })),
    ApiProblems('unknown_parameter'),
  );
}

/** The answer's entity tag. */
export const ETAG_HEADER = {
  ETag: { description: 'The version of what was read', schema: { type: 'string' as const } },
};

/** Documents a read and its entity tag. */
export function ApiRead(type: Type<unknown>): MethodDecorator {
  return applyDecorators(
    ApiResponse({ status: 200, type, description: 'What was asked for', headers: ETAG_HEADER }),
    ApiConditional(),
  );
}

/** Documents that a read may be made conditional. */
export function ApiConditional(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'The `ETag` that is known already: if nothing has changed since, the answer is 304',
      schema: { type: 'string' },
    }),
    ApiResponse({ status: 304, description: 'Nothing has changed since', headers: ETAG_HEADER }),
  );
}

/** Documents what a write answers: the object as it is now, with its entity tag. */
export function ApiWritten(type: Type<unknown>, status: 200 | 202 = 200): MethodDecorator {
  return ApiResponse({ status, type, description: 'As it is now', headers: ETAG_HEADER });
}

/** Documents what creating an object answers: the object, its entity tag and where it is. */
export function ApiCreated(type: Type<unknown>): MethodDecorator {
  const location = { Location: { description: 'Where it is from now on', schema: { type: 'string' as const } } };
  return ApiResponse({ status: 201, type, description: 'Created', headers: { ...ETAG_HEADER, ...location } });
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

/** What a person does with an object, where its state allows that: answers it as it is then, and may be conditional. */
export function ApiStep(type: Type<unknown>, operation: ApiOperationOptions, status: 200 | 202 = 200): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    ApiOperation(operation),
    ApiWritten(type, status),
    ApiIfMatch(),
    ApiProblems('conflict'),
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

/** Where Nest keeps what `@ApiProperty` says: the names (with a colon in front), and the options of each. */
const PROPERTY_NAMES = 'swagger/apiModelPropertiesArray';
const PROPERTY = 'swagger/apiModelProperties';

/** A class with the properties of `type`, each described with `change`: an input in parts, or as it is answered. */
export function redescribe<T extends object>(type: Type<T>, change: ApiPropertyOptions): Type<T> {
  abstract class Redescribed {}
  const names = (Reflect.getMetadata(PROPERTY_NAMES, type.prototype) ?? []) as string[];
  for (const name of names.map((text) => text.slice(1))) {
    const said = Reflect.getMetadata(PROPERTY, type.prototype, name) as ApiPropertyOptions;
    ApiProperty(Object.assign({}, said, change))(Redescribed.prototype, name);
  }
  return Redescribed as Type<T>;
}

/** For members that are always there in an answer, whatever may be left out of a request. */
export const ANSWERED = { required: true, default: undefined } satisfies ApiPropertyOptions;
/** For a merge: what is left out stays as it is and gets no default. */
export const MERGED = { required: false, default: undefined } satisfies ApiPropertyOptions;
