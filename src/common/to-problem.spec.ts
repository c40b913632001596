import { HttpException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { Problem } from './problem.js';
import { toProblem } from './to-problem.js';

const withStatus = (statusCode: number): Error => Object.assign(new Error('secret detail'), { statusCode });

describe('toProblem', () => {
  it('passes problems on', () => {
    const problem = new Problem('conflict');
    expect(toProblem(problem)).toEqual({ problem, isOurFault: false });
  });

  it.each([
    [400, 'malformed_request'],
    [404, 'not_found'],
    [413, 'payload_too_large'],
    [414, 'uri_too_long'],
    [415, 'unsupported_media_type'],
    [418, 'malformed_request'],
  ])('takes a %i for %s, from Nest or Fastify', (status, code) => {
    expect(toProblem(new HttpException('x', status)).problem.code).toBe(code);
    expect(toProblem(withStatus(status)).problem.code).toBe(code);
  });

  it('tells a lost database by 503 with Retry-After', () => {
    const { problem } = toProblem(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }));
    expect(problem).toMatchObject({ code: 'unavailable', headers: { 'Retry-After': '5' } });
  });

  it.each([new Error('secret detail'), withStatus(500), 'text', undefined])('shows nothing of %s', (error) => {
    const { problem, isOurFault } = toProblem(error);
    expect(problem.code).toBe('internal_error');
    expect(problem.message).not.toContain('secret detail');
    expect(isOurFault).toBe(true);
  });
});
