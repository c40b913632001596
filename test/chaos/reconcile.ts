import { boundDuplicates } from './bound-duplicates.js';
import { type Evidence, isLate, keyOf } from './evidence.js';
import { externalIdOf, isForSecond } from './load.js';
import type { Arrivals } from './moody-receiver.js';

/** A claim is not written to disk at once; what PostgreSQL had not written when it crashed is claimed again. */
const UNDONE_WITHIN_MS = 10_000;
/** Messages of each kind that are shown. */
const SHOWN = 5;

export interface Findings {
  readonly accepted: number;
  /** Stored, but its sender never heard so. */
  readonly acceptedUnheard: number;
  readonly refused: number;
  readonly deliveries: number;
  readonly lost: number;
  /** Successful arrivals beyond the first of an event at a destination, by what explains them. */
  readonly duplicates: {
    readonly kills: number;
    readonly crashes: number;
    readonly late: number;
    readonly unexplained: number;
  };
  /** The most that came again after one fault, and what was in flight when it came. */
  readonly mostAtOnce: { readonly duplicates: number; readonly inFlight: number };
  /** What must not be, in words; empty when all is well. */
  readonly problems: readonly string[];
}

/** Accounts for every single event. */
export function reconcile(evidence: Evidence): Findings {
  const problems = new Problems();
  checkStored(evidence, problems);
  const lost = countLost(evidence, problems);
  checkArrived(evidence, problems);
  checkStates(evidence, problems);
  const duplicates = countDuplicates(evidence, problems);
  const { tooMany, most } = boundDuplicates(evidence);
  const { sent, stored } = evidence;
  const heard = new Set(sent.accepted.values());
  return {
    accepted: sent.accepted.size,
    acceptedUnheard: stored.filter(({ eventId }) => !heard.has(eventId)).length,
    refused: sent.refused.size,
    deliveries: evidence.states['delivered'] ?? 0,
    lost,
    duplicates,
    mostAtOnce: most,
    problems: [...problems.all(), ...tooMany],
  };
}

/** What was acknowledged is stored under the id that was answered, once; what is stored was sent and not refused. */
function checkStored({ sent, stored, traces }: Evidence, problems: Problems): void {
  const byId = new Map(stored.map((event) => [event.eventId, event]));
  for (const [n, eventId] of sent.accepted) {
    const event = byId.get(eventId);
    if (!event) problems.add('acknowledged but not stored', `event ${n} as ${eventId}`);
    else if (event.n !== n) problems.add('another event under its id', `${eventId} is ${event.n}, not ${n}`);
  }
  const times = new Map<number, number>();
  for (const { n, externalId } of stored) {
    times.set(n, (times.get(n) ?? 0) + 1);
    if (externalId !== externalIdOf(n))
      problems.add('stored under another id of the sender', `event ${n}: ${externalId}`);
    if (sent.refused.has(n)) problems.add('refused but stored', `event ${n}`);
    else if (sent.denied.has(n)) problems.add('stored, and its sender was told that it was not', `event ${n}`);
    else if (!sent.accepted.has(n) && !sent.unknown.has(n)) problems.add('stored but never sent', `event ${n}`);
  }
  for (const [n, count] of times) if (count > 1) problems.add('stored more than once', `event ${n}: ${count} times`);
  if (traces > 0) problems.add('rows without their event', String(traces));
  for (const text of sent.wrong) problems.add('wrong answers', text);
}

/** Every stored event reached all three. */
function countLost({ stored, destinations }: Evidence, problems: Problems): number {
  let lost = 0;
  for (const { eventId, n } of stored) {
    if (isForSecond(n)) continue;
    for (const [index, { arrivals }] of destinations.entries()) {
      if ((arrivals.get(eventId)?.succeededAtMs.length ?? 0) > 0) continue;
      lost++;
      problems.add('LOST', `event ${n} (${eventId}) at destination ${index}`);
    }
  }
  return lost;
}

/** Nothing came that is not stored, or to whom it was not meant for, or other than it was sent. */
function checkArrived({ stored, destinations, others, foreign }: Evidence, problems: Problems): void {
  const byId = new Map(stored.map((event) => [event.eventId, event.n]));
  const check = (arrivals: ReadonlyMap<string, Arrivals>, second: boolean): void => {
    for (const [eventId, { n }] of arrivals) {
      if (byId.get(eventId) !== n) problems.add('arrived but not accepted', `event ${n} as ${eventId}`);
      else if (isForSecond(n) !== second) problems.add('arrived where it was not meant for', `event ${n}`);
    }
  };
  for (const { arrivals } of destinations) check(arrivals, false);
  for (const arrivals of others) check(arrivals, true);
  for (const text of foreign) problems.add('arrived other than it was sent', text);
}

/** All is finished, and finished as it has to be. */
function checkStates({ stored, destinations, states, otherStates, stuck, ghosts }: Evidence, problems: Problems): void {
  for (const text of stuck) problems.add('nobody works on it', text);
  if (ghosts > 0) problems.add('processes on the list that do not run', String(ghosts));
  const due = stored.filter(({ n }) => !isForSecond(n)).length * destinations.length;
  const { delivered = 0, ...rest } = states;
  if (delivered !== due || Object.keys(rest).length > 0) {
    problems.add('finished in a wrong way', `${due} deliveries were due: ${JSON.stringify(states)}`);
  }
  const otherDue = stored.filter(({ n }) => isForSecond(n)).length * destinations.length;
  const ended = Object.values(otherStates).reduce((sum, count) => sum + count, 0);
  if (ended !== otherDue || otherStates['delivered'] !== undefined) {
    problems.add('finished in a wrong way', `${otherDue} were due to fail: ${JSON.stringify(otherStates)}`);
  }
}

/** Each repeated arrival has a reason of ours: an attempt cut off by a kill, or a lease that PostgreSQL forgot. */
function countDuplicates({ destinations, excuses, crashesAtMs }: Evidence, problems: Problems): Findings['duplicates'] {
  const counts = { kills: 0, crashes: 0, late: 0, unexplained: 0 };
  for (const { id, arrivals } of destinations) {
    for (const [eventId, { n, succeededAtMs }] of arrivals) {
      let repeated = succeededAtMs.length - 1;
      if (repeated <= 0) continue;
      const codes = excuses.get(keyOf(eventId, id)) ?? [];
      const explain = (kind: keyof typeof counts, upTo: number): void => {
        const explained = Math.min(repeated, upTo);
        counts[kind] += explained;
        repeated -= explained;
      };
      explain('kills', codes.filter((code) => code === 'interrupted').length);
      explain('late', codes.filter(isLate).length);
      const lastMs = succeededAtMs.at(-1) ?? 0;
      const near = crashesAtMs.filter((atMs) =>
        succeededAtMs.some((ms) => ms < lastMs && Math.abs(ms - atMs) < UNDONE_WITHIN_MS),
      );
      explain('crashes', near.length);
      if (repeated > 0)
        problems.add('repeated without a reason', `event ${n} (${eventId}): ${succeededAtMs.join(', ')}`);
      explain('unexplained', repeated);
    }
  }
  return counts;
}

/** Messages by kind, each with a few examples. */
class Problems {
  private readonly kinds = new Map<string, string[]>();

  add(kind: string, example: string): void {
    const examples = this.kinds.get(kind);
    if (examples) examples.push(example);
    else this.kinds.set(kind, [example]);
  }

  all(): string[] {
    return [...this.kinds].map(([kind, examples]) => {
      const more = examples.length > SHOWN ? ` and ${examples.length - SHOWN} more` : '';
      return `${kind}: ${examples.slice(0, SHOWN).join('; ')}${more}`;
    });
  }
}
