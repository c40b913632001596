import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { PROBLEM_HELP } from './problem-help.js';
import { problemPage } from './problem-page.js';
import { Problem, PROBLEMS, type ProblemCode } from './problem.js';

/** Where the `type` of a problem leads: what its code means and what to do; a page for browsers, JSON for programs. */
@ApiExcludeController()
@Controller('docs/problems')
export class ProblemsController {
  @Get(':code')
  get(
    @Param('code') code: string,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | object {
    if (!isProblemCode(code)) throw new Problem('not_found');
    void reply.header('Vary', 'Accept');
    if (!accept?.includes('text/html')) return { code, ...PROBLEMS[code], ...PROBLEM_HELP[code] };
    void reply.type('text/html; charset=utf-8');
    return problemPage(code);
  }
}

function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text);
}
