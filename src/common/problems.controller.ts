import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Problem, PROBLEMS, type ProblemCode } from './problem.js';

/** Where the `type` of a problem leads: what its code means. */
@ApiExcludeController()
@Controller('docs/problems')
export class ProblemsController {
  @Get(':code')
  get(@Param('code') code: string): { code: string; status: number; title: string } {
    if (!isProblemCode(code)) throw new Problem('not_found');
    return { code, ...PROBLEMS[code] };
  }
}

function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text);
}
