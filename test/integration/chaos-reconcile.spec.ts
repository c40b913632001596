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
    sent: {
      accepted: new Map([[1, 'e1']]),
      unknown: new Set(),
      denied: new Set([3]),
      refused: new Set([17]),
      wrong: [],
      unavailable: 0,
    },
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
    cuts: [],
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

describe('of what came again after a kill', () => {
  const again = (...events: [number, number][]): Partial<Evidence> => ({
    stored: events.map((_times, i) => ({ eventId: `e${i + 1}`, externalId: `chaos-${i + 1}`, n: i + 1 })),
    destinations: [{ id: 'd1', arrivals: new Map(events.map((times, i) => came(i + 1, ...times))) }],
    excuses: new Map(events.map((_times, i) => [keyOf(`e${i + 1}`, 'd1'), ['interrupted']])),
  });
  const tooMany = (more: Partial<Evidence>): string[] =>
    reconcile(evidence(more)).problems.filter((text) => /more than was in flight|no fault between/.test(text));
  const kill = { what: 'kill process', fromMs: 1_000, toMs: 1_500, inFlight: 2 };

  it('as much is right as was in flight, or was answered before the kill was over', () => {
    expect(tooMany({ ...again([990, 2_000], [995, 2_000]), cuts: [kill] })).toEqual([]);
    expect(tooMany({ ...again([990, 2_000], [995, 2_000], [1_010, 2_000]), cuts: [kill] })).toEqual([]);
    expect(reconcile(evidence({ ...again([990, 2_000]), cuts: [kill] })).mostAtOnce).toEqual({
      duplicates: 1,
      inFlight: 2,
    });
  });

  it('more is found', () => {
    expect(tooMany({ ...again([990, 2_000], [995, 2_000], [997, 2_000]), cuts: [kill] })).toEqual([
      'repeated more than was in flight: 3 of 2 by "kill process"',
    ]);
  });

  it('what no kill stands between is found', () => {
    expect(tooMany({ ...again([400, 600]), cuts: [kill] })).toHaveLength(1);
    expect(tooMany({ ...again([1_600, 2_000]), cuts: [kill] })).toHaveLength(1);
  });

  it('each belongs to the first kill that could have cut it off', () => {
    const second = { what: 'kill service', fromMs: 1_700, toMs: 2_500, inFlight: 0 };
    expect(tooMany({ ...again([990, 3_000], [995, 3_000]), cuts: [kill, second] })).toEqual([]);
    expect(tooMany({ ...again([1_600, 3_000]), cuts: [kill, second] })).toHaveLength(1);
  });

  it('a late answer needs no kill, and a count that could not be had bounds nothing', () => {
    const late = new Map([[keyOf('e1', 'd1'), ['timed_out']]]);
    expect(tooMany({ ...again([400, 600]), excuses: late })).toEqual([]);
    expect(tooMany({ ...again([990, 2_000]), cuts: [{ ...kill, inFlight: null }] })).toEqual([]);
  });
});

it('a repetition is explained by a kill once for each attempt cut off, not more often', () => {
  const twice = at(new Map([came(1, 1_000, 2_000, 3_000)]));
  const excuses = new Map([[keyOf('e1', 'd1'), ['interrupted']]]);
  const { duplicates, problems } = reconcile(
    evidence({ ...twice, excuses, cuts: [{ what: 'kill all', fromMs: 900, toMs: 2_500, inFlight: 1 }] }),
  );
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
