import { describe, expect, it } from 'vitest';
import { AddressBlockedError } from './address-guard.js';
import { addressOf, classifyError } from './classify-error.js';
import type { FailureCode } from './outcome.js';

function coded(code: string, message = 'words', more: object = {}): Error {
  return Object.assign(new Error(message), { code, ...more });
}

describe('classifyError', () => {
  it.each<[string, FailureCode]>([
    ['ECONNREFUSED', 'connection_refused'],
    ['ECONNRESET', 'connection_reset'],
    ['EPIPE', 'connection_reset'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['EACCES', 'unreachable'],
    ['ETIMEDOUT', 'timed_out'],
    ['ENOTFOUND', 'name_not_found'],
    ['EAI_AGAIN', 'name_not_found'],
    ['EPROTO', 'tls_error'],
    ['CERT_HAS_EXPIRED', 'tls_error'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_error'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_error'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_error'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_error'],
    ['EMFILE', 'interrupted'],
    ['SOMETHING_NEW', 'connection_reset'],
  ])('%s is %s', (code, errorCode) => {
    expect(classifyError(coded(code), 'ready')).toEqual({ errorCode, detail: `${code}: words` });
  });

  it('calls anything that breaks a handshake a question of TLS', () => {
    expect(classifyError(coded('ECONNRESET'), 'tls').errorCode).toBe('tls_error');
  });

  it('lets the first of several addresses that failed stand for all', () => {
    const first = coded('ECONNREFUSED', 'connect ECONNREFUSED 192.0.2.1:80', { address: '192.0.2.1' });
    const error = new AggregateError([first, coded('ENETUNREACH')], 'several');
    expect(classifyError(error, 'connect')).toEqual({ errorCode: 'connection_refused', detail: first.message });
    expect(addressOf(error)).toBe('192.0.2.1');
  });

  it('names the kind of a blocked address', () => {
    const error = new AddressBlockedError('10.0.0.1', 'carrier_grade_nat');
    expect(classifyError(error, 'connect')).toEqual({ errorCode: 'address_blocked', detail: 'carrier grade nat' });
    expect(addressOf(error)).toBe('10.0.0.1');
  });

  it('copes with what is no error', () => {
    expect(classifyError('words', 'ready')).toEqual({ errorCode: 'connection_reset', detail: 'words' });
    expect(addressOf(undefined)).toBeNull();
  });
});
