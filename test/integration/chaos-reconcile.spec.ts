import { describe, expect, it } from 'vitest';
import { type Evidence, keyOf } from '../chaos/evidence.js';
import { drawPlan, FAULT_KINDS, killsOf } from '../chaos/plan.js';
import { Random } from '../chaos/random.js';
import { reconcile } from '../chaos/reconcile.js';
import type { Arrivals } from '../chaos/moody-receiver.js';

/** The chaos run is worth what its reconciliation finds: each way to go wrong is found, and a good run is not blamed. */
const came = (n: number, ...succeededAtMs: number[]): [string, Arrivals] => [
  `e${n}`,
  { n, succeededAtMs, requests: Math.max(1, succeededAtMs.length) },
];

/** Event 1 was accepted and came to both destinations; event 17 was refused. */
function evidence(more: Partial<Evidence> = {}): Evidence {
  return {
    sent: { accepted: new Map([[1, 'e1']]), unknown: new Set(), refused: new Set([17]), wrong: [], unavailable: 0 },
    stored: [{ eventId: 'e1', externalId: 'chaos-1', n: 1 }],
    destinations: [
      { id: 'd1', arrivals: new Map([came(1, 1_000)]) },
      { id: 'd2', arrivals: new Map([came(1, 1_000)]) },
    ],
    others: [],
    foreign: [],
    states: { delivered: 2 },
    otherStates: {},
    stuck: [],
    traces: 0,
    ghosts: 0,
    excuses: new Map(),
    crashesAtMs: [],
    ...more,
  };
}

const at = (first: Map<string, Arrivals>): Partial<Evidence> => ({
  destinations: [
    { id: 'd1', arrivals: first },
    { id: 'd2', arrivals: new Map([came(1, 1_000)]) },
  ],
});

it('a run in which all is well has no problems', () => {
  const findings = reconcile(evidence());
  expect(findings.problems).toEqual([]);
  expect(findings).toMatchObject({ accepted: 1, refused: 1, deliveries: 2, lost: 0 });
});

describe.each<[string, Partial<Evidence>, RegExp]>([
  ['an event that did not arrive', at(new Map()), /^LOST: event 1/],
  ['an event that arrived, but was never answered with success', at(new Map([came(1)])), /^LOST: event 1/],
  ['an acknowledged event that is not stored', { stored: [] }, /^acknowledged but not stored: event 1/],
  ['another event under its id', { stored: [{ eventId: 'e1', externalId: 'chaos-1', n: 2 }] }, /^another event under/],
  [
    'a refused event that is stored',
    { stored: [...evidence().stored, { eventId: 'e17', externalId: 'chaos-17', n: 17 }] },
    /^refused but stored: event 17/,
  ],
  [
    'an event stored twice',
    { stored: [...evidence().stored, { eventId: 'other', externalId: 'chaos-1', n: 1 }] },
    /^stored more than once: event 1/,
  ],
  ['what arrived without being accepted', at(new Map([came(1, 1_000), came(9, 1_000)])), /^arrived but not accepted/],
  ['what arrived where it was not meant for', { others: [new Map([came(1, 1_000)])] }, /^arrived where it was not/],
  ['bytes that were not sent', { foreign: ['POST / {}'] }, /^arrived other than it was sent/],
  ['a delivery that waits', { stuck: ['e1 due'] }, /^nobody works on it/],
  ['a delivery that failed', { states: { delivered: 1, failed: 1 } }, /^finished in a wrong way/],
  ['rows left by what was refused', { traces: 1 }, /^rows without their event/],
  ['a process that does not run', { ghosts: 1 }, /^processes on the list/],
  ['a repetition without a reason', at(new Map([came(1, 1_000, 2_000)])), /^repeated without a reason/],
])('%s', (_what, more, problem) => {
  it('is found', () => {
    expect(reconcile(evidence(more)).problems).toContainEqual(expect.stringMatching(problem));
  });
});

it('a repetition is explained by a kill once for each attempt cut off, not more often', () => {
  const twice = at(new Map([came(1, 1_000, 2_000, 3_000)]));
  const excuses = new Map([[keyOf('e1', 'd1'), ['interrupted']]]);
  const { duplicates, problems } = reconcile(evidence({ ...twice, excuses }));
  expect(duplicates).toEqual({ kills: 1, crashes: 0, late: 0, unexplained: 1 });
  expect(problems).toHaveLength(1);
});

it('a crash of PostgreSQL explains what came shortly before it, not what came long before', () => {
  const twice = at(new Map([came(1, 100_000, 120_000)]));
  expect(reconcile(evidence({ ...twice, crashesAtMs: [101_000] })).duplicates.crashes).toBe(1);
  expect(reconcile(evidence({ ...twice, crashesAtMs: [115_000] })).duplicates.unexplained).toBe(1);
});

it('a seed draws the same faults again, each kind at least once, and as many kills as were asked for', () => {
  const [one, other] = [drawPlan(new Random(7), 40), drawPlan(new Random(7), 40)];
  expect(one).toEqual(other);
  expect(drawPlan(new Random(8), 40)).not.toEqual(one);
  expect(new Set(one.map(({ fault }) => fault.kind))).toEqual(new Set(FAULT_KINDS));
  expect(one.reduce((sum, { fault }) => sum + killsOf(fault.kind), 0)).toBeGreaterThanOrEqual(40);
});
