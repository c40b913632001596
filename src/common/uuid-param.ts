import { Param, type PipeTransform } from '@nestjs/common';
import { isUuid } from './list-query.js';
import { Problem } from './problem.js';

class UuidPipe implements PipeTransform<string, string> {
  transform(text: string): string {
    if (!isUuid(text)) throw new Problem('not_found');
    return text.toLowerCase();
  }
}

/** An id in a path. What is no UUID names nothing: 404. */
export function UuidParam(name: string): ParameterDecorator {
  return Param(name, new UuidPipe());
}
