import { describe, expect, it } from 'vitest';
import { CLUSTER_FAULT_KINDS, drawClusterPlan } from '../chaos/cluster/cluster-plan.js';
import { judgeFault, type ThrownFault } from '../chaos/cluster/judge-fault.js';
import type { SenderView } from '../chaos/load.js';
import { Random } from '../chaos/random.js';

/** The primary was lost at 10 s, nobody could commit until 18 s, the service told of it after 2 s, and took up again. */
function thrown(more: Partial<ThrownFault> = {}): ThrownFault {
  return {
    fault: { kind: 'kill primary', ending: 'silence', outageMs: 8_000, stop: 'afterwards' },
    thrownAtMs: 10_000,
    darkUntilMs: 18_000,
    writableAtMs: 18_500,
    notReadyAfterMs: 2_000,
    stop: { askedAtMs: 25_000, tookMs: 1_000, how: 0, startedAfterMs: 4_000 },
    ...more,
  };
}

const view = (status: number | null, sentAtMs: number, endedAtMs: number): SenderView => ({
  status,
  sentAtMs,
  endedAtMs,
});
const GOOD = [view(202, 9_900, 10_010), view(503, 10_100, 19_000), view(202, 19_000, 19_500)];

it('blames nobody when all is as promised', () => {
  expect(judgeFault(thrown(), GOOD)).toEqual({ firstAcceptedMs: 1_000, slowestAnswerMs: 8_900, problems: [] });
});

describe('finds', () => {
  it.each<[string, Partial<ThrownFault>, SenderView[], RegExp]>([
    [
      'an answer that took too long',
      {},
      [view(503, 10_100, 20_200)],
      /1 requests were unanswered for up to 10\.1 s: 503 from 0\.1 s to 10\.2 s/,
    ],
    ['no answer, too', {}, [view(null, 10_100, 40_100)], /unanswered for up to 30\.0 s: no answer/],
    ['a 202 that no standby can have', {}, [view(202, 12_000, 13_000)], /1 events were acknowledged while no standby/],
    ['a readiness that is told late', { notReadyAfterMs: 5_400 }, [], /told only after 5\.4 s of an outage of 8\.0 s/],
    ['a readiness that is never told', { notReadyAfterMs: null }, [], /told never/],
    ['a stop that takes too long', { stop: { ...thrown().stop, tookMs: 21_000 } }, [], /the stop took 21\.0 s/],
    ['a stop that fails', { stop: { ...thrown().stop, how: 1 } }, [], /ended with 1/],
  ])('%s', (_what, more, views, problem) => {
    const { problems } = judgeFault(thrown(more), [...GOOD, ...views]);
    expect(problems).toContainEqual(expect.stringMatching(problem));
  });

  it('a late first 202', () => {
    const { problems } = judgeFault(thrown(), [view(202, 33_000, 33_600)]);
    expect(problems).toContainEqual(expect.stringMatching(/first 202 came 15\.1 s after/));
  });

  it('that nothing was accepted any more', () => {
    expect(judgeFault(thrown(), []).problems).toContainEqual(expect.stringMatching(/first 202 came never/));
  });
});

it('asks nothing of a service that is started meanwhile but to end in time and never to lie', () => {
  const fault = { ...thrown().fault, stop: 'meanwhile' } as const;
  expect(judgeFault(thrown({ fault, notReadyAfterMs: null }), []).problems).toEqual([]);
  const stop = (how: number | string) => ({ ...thrown().stop, how });
  expect(judgeFault(thrown({ fault, stop: stop(1) }), []).problems).toEqual([]);
  expect(judgeFault(thrown({ fault, stop: stop('SIGKILL') }), []).problems).toHaveLength(1);
  expect(judgeFault(thrown({ fault }), [view(202, 12_000, 13_000)]).problems).toHaveLength(1);
});

describe('the plan', () => {
  const only = CLUSTER_FAULT_KINDS;
  const all = () => true;

  it('is the same for the same seed, and has every kind', () => {
    const plan = () => drawClusterPlan(new Random(5), { kills: 3, everyEnding: false, only }, all);
    expect(plan()).toEqual(plan());
    expect(new Set(plan().map(({ kind }) => kind))).toEqual(new Set(only));
    expect(plan().filter(({ kind }) => kind === 'kill primary')).toHaveLength(3);
  });

  it('has every ending where that is wanted, and none that the cluster can not throw', () => {
    const options = { kills: 20, everyEnding: true, only };
    expect(drawClusterPlan(new Random(5), options, all)).toHaveLength(20 + 12);
    const silent = drawClusterPlan(new Random(5), options, (_kind, ending) => ending === 'silence');
    expect(new Set(silent.map(({ ending }) => ending))).toEqual(new Set(['silence']));
    expect(silent.filter(({ kind }) => kind === 'kill primary')).toHaveLength(20);
  });
});
