import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { ApiProblems } from './api-problems.js';
import { withoutBlanks } from './blanks.js';
import { isUuid } from './list-query.js';
import { Problem } from './problem.js';

class UuidPipe implements PipeTransform<string, string> {
  transform(text: string): string {
    const id = withoutBlanks(text);
    if (!isUuid(id)) throw new Problem('not_found');
    return id.toLowerCase();
  }
}

/** An id in a path. What is no UUID names nothing: 404. */
export function UuidParam(name: string): ParameterDecorator {
  return (target, key, index) => {
    Param(name, new UuidPipe())(target, key, index);
    const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (key === undefined || !descriptor) return;
    ApiParam({ name, schema: { type: 'string', format: 'uuid' } })(target, key, descriptor);
    // Malformed: percent signs that encode nothing.
    ApiProblems('not_found', 'malformed_request', 'uri_too_long')(target, key, descriptor);
  };
}
