import { describe, expect, it } from 'vitest';
import type { PushTarget } from '../engine/push-target.js';
import { signingKey } from '../push/sign.js';
import { dryRun, type Selection } from './dry-run.js';

const NOW = Date.UTC(2026, 0, 31);
const TARGET: PushTarget = {
  id: '0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a',
  accountId: '0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f',
  version: 1,
  url: 'https://r.example.com/hook?a=1',
  httpMethod: 'POST',
  headers: [{ name: 'X-Api-Key', values: ['secret'] }],
  timeoutMs: 1000,
  maxConcurrency: 1,
  rateLimit: null,
  retrySchedule: [],
  eventTypes: [],
  ordered: false,
  signingKeys: [{ key: signingKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'), expiresAtMs: null }],
  weight: 0,
};
const SELECTION: Selection = { enabled: true, disabled_reason: null, event_types: [], paused_until: null };

function run(selection: Partial<Selection>, eventType: string | null = null, payload = '{"b":2}', method = 'POST') {
  const event = { eventId: TARGET.id, contentType: 'application/json', payload: Buffer.from(payload), eventType };
  return dryRun({ ...SELECTION, ...selection }, { ...TARGET, httpMethod: method }, event, null, NOW);
}

describe('dryRun', () => {
  it('shows the request with its secrets masked', () => {
    const { outcome, request } = run({});
    expect(outcome).toBe('sent');
    expect(request).toMatchObject({ method: 'POST', url: TARGET.url, body: Buffer.from('{"b":2}') });
    expect(request?.headers).toContainEqual(['X-Api-Key', '********']);
    expect(request?.headers).toContainEqual(['webhook-signature', '********']);
    expect(request?.headers).toContainEqual(['webhook-id', TARGET.id]);
    expect(run({}, null, '{"b":2}', 'GET').request).toMatchObject({ url: `${TARGET.url}&b=2`, body: null });
  });

  it.each([
    [{}, null, 'sent', 'every type'],
    [{ event_types: ['a', 'b'] }, 'b', 'sent', 'type "b"'],
    [{ event_types: ['a', 'b'] }, 'c', 'skipped', '"a", "b" only; this one has type "c"'],
    [{ event_types: ['a'] }, null, 'skipped', 'has no type'],
    [{ event_types: ['a'], enabled: false }, null, 'skipped', 'has no type'],
    [{ enabled: false, disabled_reason: 'by hand' }, null, 'held', 'disabled (by hand)'],
    [{ paused_until: new Date(NOW + 1000) }, null, 'sent', 'until 2026-01-31T00:00:01.000Z'],
    [{ paused_until: new Date(NOW - 1000) }, null, 'sent', 'every type'],
  ] as const)('of %j and type %s is %s', (selection, type, outcome, words) => {
    const result = run(selection, type);
    expect(result.outcome).toBe(outcome);
    expect(result.explanation).toContain(words);
  });

  it('says what can not be sent', () => {
    const result = run({}, null, JSON.stringify({ a: 'x'.repeat(9000) }), 'GET');
    expect(result).toMatchObject({ outcome: 'failed', request: null });
    expect(result.explanation).toContain('8 KiB');
  });
});
