import { timingSafeEqual } from 'node:crypto';
import { sign, signingKey } from '../../delivery/push/sign.js';
import { headerOf, rawQuery, type ReceivedRequest } from './received-request.js';

/** How old or how far ahead a request may be: what the Standard Webhooks libraries allow. */
const TOLERANCE_SECONDS = 300;

export type Verification = { readonly valid: true } | { readonly valid: false; readonly reason: string };

/**
 * Verifies a request by the Standard Webhooks specification: one of its signatures must be that of one of `secrets`
 * (`whsec_…`). For GET the signed content is the raw query.
 */
export function verifySignature(
  request: Pick<ReceivedRequest, 'method' | 'url' | 'headers' | 'body'>,
  secrets: readonly string[],
  nowMs: number,
): Verification {
  const id = headerOf(request, 'webhook-id');
  const timestamp = headerOf(request, 'webhook-timestamp');
  const signatures = headerOf(request, 'webhook-signature')?.split(' ');
  if (id === undefined || timestamp === undefined || !signatures) return invalid('the request is not signed');
  if (!/^\d{1,12}$/.test(timestamp)) return invalid('webhook-timestamp is not a number of seconds');
  const ageSeconds = Math.round(nowMs / 1000) - Number(timestamp);
  if (Math.abs(ageSeconds) > TOLERANCE_SECONDS) return invalid(`webhook-timestamp is ${ageSeconds} s old`);
  const content = request.method === 'GET' ? rawQuery(request.url) : request.body;
  const expected = sign(secrets.map(signingKey), id, Number(timestamp), content).split(' ');
  const matches = signatures.some((given) => expected.some((ours) => isSame(given, ours)));
  return matches ? { valid: true } : invalid('none of its signatures was made with this secret over this content');
}

function invalid(reason: string): Verification {
  return { valid: false, reason };
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
