import { describe, expect, it } from 'vitest';
import { explain } from './explain.js';
import type { ErrorCode } from './outcome.js';

const CODES: readonly ErrorCode[] = [
  'connection_refused',
  'connection_reset',
  'unreachable',
  'timed_out',
  'name_not_found',
  'address_blocked',
  'tls_error',
  'invalid_response',
  'url_too_long',
  'cannot_be_sent',
  'interrupted',
  'redirected',
  'client_error',
  'gone',
  'rate_limited',
  'server_error',
  'unexpected_status',
];

describe('explain', () => {
  it.each(CODES)('%s is one sentence, whatever is known', (code) => {
    const facts = {
      status: 500,
      timeoutMs: 15_000,
      detail: 'why',
      address: '10.0.0.1',
      retryAfterMs: 5000,
      location: 'x',
    };
    for (const text of [explain(code), explain(code, facts)]) {
      expect(text).toMatch(/^[A-Z].*[^.]\.$/);
      expect(text).not.toMatch(/undefined|null|NaN|\(\)/);
    }
  });

  it('says what to do about a blocked address', () => {
    expect(explain('address_blocked', { address: '10.0.0.1', detail: 'private' })).toBe(
      "The destination's address 10.0.0.1 is not a public one (private): if it is meant to be reached, add its network to ALLOWED_PRIVATE_NETWORKS.",
    );
  });

  it('speaks of the time limit in the unit it has', () => {
    expect(explain('timed_out', { timeoutMs: 15_000 })).toContain('within 15 s:');
    expect(explain('timed_out', { timeoutMs: 250 })).toContain('within 250 ms:');
  });

  it('knows the common refusals', () => {
    expect(explain('client_error', { status: 401 })).toContain('credentials');
    expect(explain('client_error', { status: 418 })).toContain('418');
  });
});
