import type { SenderView } from '../load.js';
import { type ClusterFault, interruptsCommits } from './cluster-plan.js';

/** Promised: an answer within ten seconds, 503 if need be. */
const ANSWER_WITHIN_MS = 10_000;
/** Promised: accepting again, once a writable host is reached. */
const ACCEPT_WITHIN_MS = 15_000;
/** Promised: `/health/ready` says so. */
const NOT_READY_WITHIN_MS = 5_000;
/** DRAIN_SECONDS of the run, and what a stop takes besides. */
export const DRAIN_SECONDS = 15;
const STOP_WITHIN_MS = (DRAIN_SECONDS + 5) * 1_000;
/** What had its commit acknowledged before the fault may be on its way to the sender. */
const ON_ITS_WAY_MS = 250;

/** One fault and what was seen of it. All times by `performance.now()`. */
export interface ThrownFault {
  readonly fault: ClusterFault;
  /** From then on no commit could be acknowledged. */
  readonly thrownAtMs: number;
  /** Until then no commit could be acknowledged. */
  readonly darkUntilMs: number;
  /** From then on commits succeed. */
  readonly writableAtMs: number;
  readonly notReadyAfterMs: number | null;
  /** When the service was asked to stop, how long that took and how it ended. */
  readonly stop: {
    readonly askedAtMs: number;
    readonly tookMs: number;
    readonly how: number | string | null;
    /** Until it took requests again. */
    readonly startedAfterMs: number;
  };
}

export interface Verdict {
  /** From the moment that commits succeed to the first 202; null when there was no outage to measure. */
  readonly firstAcceptedMs: number | null;
  readonly slowestAnswerMs: number;
  /** What must not be, in words. */
  readonly problems: readonly string[];
}

/** `views`: all answers to senders from the fault on until it was over. */
export function judgeFault(thrown: ThrownFault, views: readonly SenderView[]): Verdict {
  const { fault, thrownAtMs, darkUntilMs, writableAtMs, notReadyAfterMs, stop } = thrown;
  const problems: string[] = [];
  const complain = (text: string): void => void problems.push(`${fault.kind} (${fault.ending}): ${text}`);
  const slowestAnswerMs = Math.max(0, ...views.map(durationOf));
  const slow = views.filter((view) => durationOf(view) > ANSWER_WITHIN_MS);
  if (slow.length > 0)
    complain(
      `${slow.length} requests were unanswered for up to ${seconds(slowestAnswerMs)}: ${told(slow, thrownAtMs)}`,
    );
  // 1: it could not write down all that it did, and says so; it was in time all the same.
  const isWell = stop.how === 0 || (stop.how === 1 && fault.stop === 'meanwhile');
  if (!isWell) complain(`the stop that was asked for ended with ${stop.how}`);
  if (stop.tookMs > STOP_WITHIN_MS) complain(`the stop took ${seconds(stop.tookMs)}`);
  if (!interruptsCommits(fault.kind)) return { firstAcceptedMs: null, slowestAnswerMs, problems };

  // What is in order holds back no commit until the moment that the old primary stops.
  const inTheDark =
    fault.kind === 'switch over'
      ? []
      : views.filter(
          ({ status, sentAtMs, endedAtMs }) =>
            status === 202 && sentAtMs > thrownAtMs + ON_ITS_WAY_MS && endedAtMs < darkUntilMs,
        );
  if (inTheDark.length > 0) complain(`${inTheDark.length} events were acknowledged while no standby could have been`);
  const wasUp = fault.stop === 'afterwards';
  const outageMs = darkUntilMs - thrownAtMs;
  if (wasUp && outageMs > NOT_READY_WITHIN_MS && (notReadyAfterMs ?? Infinity) > NOT_READY_WITHIN_MS) {
    const said = notReadyAfterMs === null ? 'never' : `only after ${seconds(notReadyAfterMs)}`;
    complain(`/health/ready told ${said} of an outage of ${seconds(outageMs)}`);
  }
  const accepted = views.filter(({ status, endedAtMs }) => status === 202 && endedAtMs >= writableAtMs);
  const firstAcceptedMs = Math.min(...accepted.map(({ endedAtMs }) => endedAtMs)) - writableAtMs;
  // A service that is started meanwhile takes its time for that.
  if (!wasUp) return { firstAcceptedMs: null, slowestAnswerMs, problems };
  if (firstAcceptedMs > ACCEPT_WITHIN_MS) {
    complain(`the first 202 came ${seconds(firstAcceptedMs)} after commits succeed again`);
  }
  return { firstAcceptedMs, slowestAnswerMs, problems };
}

function durationOf({ sentAtMs, endedAtMs }: SenderView): number {
  return endedAtMs - sentAtMs;
}

/** A few of them, by the time since the fault. */
function told(views: readonly SenderView[], thrownAtMs: number): string {
  const texts = views.slice(0, 3).map(({ status, sentAtMs, endedAtMs }) => {
    return `${status ?? 'no answer'} from ${seconds(sentAtMs - thrownAtMs)} to ${seconds(endedAtMs - thrownAtMs)}`;
  });
  return texts.join(', ');
}

function seconds(ms: number): string {
  return Number.isFinite(ms) ? `${(ms / 1000).toFixed(1)} s` : 'never';
}
