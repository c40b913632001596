import { describe, expect, it } from 'vitest';
import { concernsDestination, judge } from './judge.js';
import { type AttemptOutcome, type ErrorCode, type FailureCode, failedOutcome } from './outcome.js';

function answer(status: number, ...retryAfter: readonly string[]): AttemptOutcome {
  const headers = retryAfter.map((value) => ['Retry-After', value] as const);
  const head = { status, headers, headersJson: JSON.stringify(headers) };
  const body = { body: Buffer.alloc(0), truncated: false, bodySize: 0 };
  return { kind: 'answered', ...head, ...body, address: '203.0.113.1', timings: { total: 1 }, resent: false };
}

describe('judge', () => {
  it.each([200, 201, 202, 204, 206, 299])('%i is delivered', (status) => {
    expect(judge(answer(status, '5'))).toEqual({
      delivered: true,
      errorCode: null,
      retry: 'no',
      disableDestination: false,
      countsAgainstCircuit: false,
      countsAsFailing: false,
      retryAfterMs: null,
    });
  });

  it.each<[number, ErrorCode, boolean]>([
    [301, 'redirected', false],
    [304, 'redirected', false],
    [308, 'redirected', false],
    [400, 'client_error', false],
    [401, 'client_error', false],
    [404, 'client_error', false],
    [408, 'client_error', false],
    [429, 'rate_limited', true],
    [499, 'client_error', false],
    [500, 'server_error', true],
    [503, 'server_error', true],
    [599, 'server_error', true],
    [600, 'unexpected_status', false],
    [999, 'unexpected_status', false],
  ])('%i is %s and tried again', (status, errorCode, countsAgainstCircuit) => {
    expect(judge(answer(status, '5'))).toEqual({
      delivered: false,
      errorCode,
      retry: 'schedule',
      disableDestination: false,
      countsAgainstCircuit,
      countsAsFailing: true,
      retryAfterMs: 5000,
    });
  });

  it('lets the longest of several Retry-After fields count, and none where it can not be understood', () => {
    expect(judge(answer(503, '5', '1.2')).retryAfterMs).toBe(5000);
    expect(judge(answer(503, 'soon')).retryAfterMs).toBeNull();
    expect(judge(answer(503)).retryAfterMs).toBeNull();
  });

  it('410 ends the delivery and disables the destination', () => {
    expect(judge(answer(410, '5'))).toMatchObject({
      errorCode: 'gone',
      retry: 'no',
      disableDestination: true,
      retryAfterMs: null,
    });
  });

  it.each<[FailureCode, 'no' | 'schedule', boolean, boolean]>([
    ['connection_refused', 'schedule', true, true],
    ['connection_reset', 'schedule', true, true],
    ['unreachable', 'schedule', true, true],
    ['timed_out', 'schedule', true, true],
    ['name_not_found', 'schedule', true, true],
    ['tls_error', 'schedule', true, true],
    ['invalid_response', 'schedule', true, true],
    ['address_blocked', 'schedule', false, false],
    ['interrupted', 'schedule', false, false],
    ['url_too_long', 'no', false, false],
    ['cannot_be_sent', 'no', false, false],
  ])('%s: retry %s, circuit %s, failing %s', (errorCode, retry, countsAgainstCircuit, countsAsFailing) => {
    expect(judge(failedOutcome(errorCode, ''))).toEqual({
      delivered: false,
      errorCode,
      retry,
      disableDestination: false,
      countsAgainstCircuit,
      countsAsFailing,
      retryAfterMs: null,
    });
  });
});

it.each<[FailureCode, boolean]>([
  ['timed_out', true],
  ['address_blocked', true],
  ['port_blocked', true],
  ['proxy_failed', false],
  ['interrupted', false],
  ['url_too_long', false],
])('%s concerns the destination: %s', (code, concerns) => {
  expect(concernsDestination(judge(failedOutcome(code, 'x')))).toBe(concerns);
});
