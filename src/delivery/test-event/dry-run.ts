import { isWanted } from '../../destinations/event-types.js';
import { type PushTarget, signingKeysAt } from '../engine/push-target.js';
import { buildRequest } from '../push/build-request.js';
import { explain } from '../push/explain.js';
import type { StoredEvent } from '../queue/load.js';

/** What decides whether a destination gets an event. */
export interface Selection {
  readonly enabled: boolean;
  readonly disabled_reason: string | null;
  /** Empty: all. */
  readonly event_types: readonly string[];
  readonly paused_until: Date | null;
}

/** What would become of an event at a destination. */
export interface DryRun {
  readonly outcome: 'sent' | 'skipped' | 'held' | 'failed';
  /** Why, in plain words. */
  readonly explanation: string;
  /** What would go over the wire, secrets masked; null where none can be made. */
  readonly request: { method: string; url: string; headers: [string, string][]; body: Buffer | null } | null;
}

/** `blocked`: why the URL's address may not be reached, as far as the URL itself tells; null: nothing is known. */
export function dryRun(
  selection: Selection,
  target: PushTarget,
  event: StoredEvent & { readonly eventType: string | null },
  blocked: string | null,
  nowMs: number,
): DryRun {
  const built = buildRequest({ destination: target, event, signingKeys: signingKeysAt(target, nowMs), nowMs });
  const request = built.ok ? { ...built.request, headers: shown(built.shownHeaders) } : null;
  const answer = (outcome: DryRun['outcome'], explanation: string): DryRun => ({ outcome, explanation, request });
  const { matches, why } = match(selection.event_types, event.eventType);
  if (!matches) return answer('skipped', why);
  if (!selection.enabled) {
    const reason = selection.disabled_reason === null ? '' : ` (${selection.disabled_reason})`;
    return answer('held', `${why} It is disabled${reason}: the delivery would wait until it is enabled.`);
  }
  if (!built.ok) return answer('failed', `${why} ${explain(built.errorCode, { detail: built.message })}`);
  if (blocked !== null) return answer('failed', `${why} ${explain('address_blocked', { detail: blocked })}`);
  if (selection.paused_until !== null && selection.paused_until.getTime() > nowMs) {
    return answer('sent', `${why} It asked to be left alone until ${selection.paused_until.toISOString()}.`);
  }
  return answer('sent', why);
}

function shown(headers: string): [string, string][] {
  return JSON.parse(headers) as [string, string][];
}

function match(wanted: readonly string[], eventType: string | null): { matches: boolean; why: string } {
  if (wanted.length === 0 || wanted.includes('*')) return { matches: true, why: 'It wants events of every type.' };
  const list = wanted.map((type) => `"${type}"`).join(', ');
  if (eventType === null) return { matches: false, why: `It wants events of type ${list} only; this one has no type.` };
  return isWanted(wanted, eventType)
    ? { matches: true, why: `It wants events of type "${eventType}".` }
    : { matches: false, why: `It wants events of type ${list} only; this one has type "${eventType}".` };
}
