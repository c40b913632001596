import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../support/free-port.js';
import { newDataDir } from '../../support/data-dir.js';
import type { Cut } from '../bound-duplicates.js';
import { Load, type SenderView } from '../load.js';
import { Random } from '../random.js';
import { Receivers } from '../receivers.js';
import { type Findings, reconcile } from '../reconcile.js';
import { ATTEMPT_WITHIN_MS, Scene } from '../scene.js';
import { Service } from '../service.js';
import { countInFlight } from '../throw-fault.js';
import type { Cluster } from './cluster.js';
import { type ClusterFault, type ClusterPlanOptions, drawClusterPlan } from './cluster-plan.js';
import { DRAIN_SECONDS, judgeFault, type ThrownFault, type Verdict } from './judge-fault.js';
import { conjurePhantom, phantomNumber } from './phantom.js';
import { ReadinessWatch } from './readiness-watch.js';
import { StreamingCluster } from './streaming-cluster.js';
import { type Outage, throwClusterFault } from './throw-cluster-fault.js';

export interface ClusterChaosOptions extends ClusterPlanOptions {
  readonly seed: number;
  readonly eventsPerSecond: number;
  readonly processes: number;
  readonly openCluster: () => Promise<Cluster>;
  readonly tell: (message: string) => void;
}

export interface ClusterChaosResult {
  readonly seed: number;
  readonly seconds: number;
  readonly cluster: string;
  readonly thrown: readonly { readonly fault: ClusterFault; readonly took: ThrownFault; readonly verdict: Verdict }[];
  readonly unavailable: number;
  /** Faults at which it could not be counted what was in flight. */
  readonly uncounted: number;
  readonly findings: Findings;
  readonly problems: readonly string[];
}

const FIRST_ACCEPTED_WITHIN_MS = 45_000;
const STOP_MEANWHILE_AFTER_MS = 2_500;
/** What a process has leased it begins within a second; then the attempt and its answer. */
const GRACE_MS = 1_000 + ATTEMPT_WITHIN_MS + 500;

/** Throws the drawn faults at a cluster while the service is under load, and accounts for every event at the end. */
export async function runClusterChaos(options: ClusterChaosOptions): Promise<ClusterChaosResult> {
  const dir = newDataDir();
  const receivers = await Receivers.start();
  try {
    const cluster = await options.openCluster();
    const database = {
      url: cluster.databaseUrl,
      lookUrl: () => cluster.primaryUrl(),
      stop: () => cluster.stop(),
    };
    try {
      const env = { REQUIRE_SYNC_REPLICAS: '1', DRAIN_SECONDS: String(DRAIN_SECONDS) };
      const { processes } = options;
      const service = await Service.start({ dir, port: await freePort(), processes, database, env });
      try {
        return await new ClusterChaos(options, cluster, receivers, service).run();
      } finally {
        await service.close();
      }
    } finally {
      await cluster.stop();
    }
  } finally {
    await receivers.close();
    dir.remove();
  }
}

class ClusterChaos {
  private readonly scene: Scene;
  private readonly views: SenderView[] = [];
  private readonly thrown: { fault: ClusterFault; took: ThrownFault; verdict: Verdict }[] = [];
  private readonly problems: string[] = [];
  private readonly crashesAtMs: number[] = [];
  private readonly cuts: Cut[] = [];
  private readonly graces: Promise<void>[] = [];
  private readonly startedAtMs = performance.now();
  private readonly readiness: ReadinessWatch;
  private phantoms = 0;

  constructor(
    private readonly options: ClusterChaosOptions,
    private readonly cluster: Cluster,
    private readonly receivers: Receivers,
    private readonly service: Service,
  ) {
    this.scene = new Scene(service, receivers);
    this.readiness = new ReadinessWatch(service.url);
  }

  async run(): Promise<ClusterChaosResult> {
    const { options, service, scene, cluster, receivers } = this;
    const random = new Random(options.seed);
    const plan = drawClusterPlan(random.fork(), options, (kind, ending) => cluster.canThrow(kind, ending));
    const tokens = await scene.createAccounts();
    // So that faults find attempts under way.
    await receivers.main[0]?.setMood('answers late');
    const watch = (view: SenderView): void => void this.views.push(view);
    const load = new Load(service.url, tokens, options.eventsPerSecond, random.fork(), watch);
    try {
      for (const [index, fault] of plan.entries()) await this.take(fault, load, `${index + 1}/${plan.length}`);
      await sleep(1_000);
      await load.stop();
    } finally {
      load.abandon();
      this.readiness.stop();
    }
    options.tell('calm: waiting until nothing is left to do');
    await scene.settle();
    await Promise.all(this.graces);
    const { crashesAtMs, cuts } = this;
    const findings = reconcile(await scene.gather(load.record, { crashesAtMs, cuts }));
    const how = await service.stop();
    if (how !== 0) service.unasked.push(`the last stop ended with ${how}`);
    return {
      seed: options.seed,
      seconds: Math.round((performance.now() - this.startedAtMs) / 1000),
      cluster: cluster.description,
      thrown: this.thrown,
      unavailable: load.record.unavailable,
      uncounted: cuts.filter(({ inFlight }) => inFlight === null).length,
      findings,
      problems: [...findings.problems, ...this.problems, ...service.unasked],
    };
  }

  private async take(fault: ClusterFault, load: Load, place: string): Promise<void> {
    const { cluster, service, options } = this;
    await sleep(1_500);
    options.tell(`${place} ${fault.kind}, ${fault.ending}, outage ${fault.outageMs} ms, stop ${fault.stop}`);
    const cut = { what: fault.kind, fromMs: Date.now(), toMs: Infinity, inFlight: await countInFlight(service) };
    this.cuts.push(cut);
    this.crashesAtMs.push(Date.now());
    let meanwhile: Promise<ThrownFault['stop']> | null = null;
    const outage = await this.throw(fault, load, () => {
      if (fault.stop === 'meanwhile') meanwhile = sleep(STOP_MEANWHILE_AFTER_MS).then(() => this.restart());
    });
    this.crashesAtMs.push(Date.now());
    await this.untilAccepted(outage.writableAtMs);
    const acceptedAtMs = performance.now();
    const healing = performance.now();
    await cluster.heal();
    options.tell(`      healed in ${Math.round(performance.now() - healing)} ms`);
    const stop = await ((meanwhile as Promise<ThrownFault['stop']> | null) ?? this.restart());
    await service.untilReady();
    this.graces.push(sleep(GRACE_MS).then(() => void (cut.toMs = Date.now())));
    const untilMs = fault.stop === 'meanwhile' ? stop.askedAtMs : acceptedAtMs;
    const notReadyAfterMs = this.readiness.notReadyAfterMs(outage.thrownAtMs, untilMs);
    const took = { fault, ...outage, notReadyAfterMs, stop };
    const views = this.views.filter(({ endedAtMs, sentAtMs }) => {
      return endedAtMs >= outage.thrownAtMs && sentAtMs <= acceptedAtMs;
    });
    const verdict = judgeFault(took, views);
    this.thrown.push({ fault, took, verdict });
    this.problems.push(...verdict.problems);
    options.tell(`      ${describe(took, verdict)}`);
  }

  private async throw(fault: ClusterFault, load: Load, thrown: () => void): Promise<Outage> {
    const { cluster } = this;
    const { kind } = fault;
    if (kind !== 'phantom') return throwClusterFault(cluster, kind, fault, thrown);
    if (!(cluster instanceof StreamingCluster)) throw new Error('Phantoms need plain streaming replication');
    const { outage, problems } = await conjurePhantom(cluster, load, phantomNumber(this.phantoms++));
    this.problems.push(...problems);
    return outage;
  }

  private async restart(): Promise<ThrownFault['stop']> {
    const askedAtMs = performance.now();
    const how = await this.service.stop();
    const tookMs = performance.now() - askedAtMs;
    if (how !== 0) this.options.tell(this.service.lastWords(12));
    await this.service.launch();
    return { askedAtMs, tookMs, how, startedAfterMs: performance.now() - askedAtMs - tookMs };
  }

  /** Gives up silently: the verdict says so. */
  private async untilAccepted(fromMs: number): Promise<void> {
    const endMs = performance.now() + FIRST_ACCEPTED_WITHIN_MS;
    const isAccepted = ({ status, endedAtMs }: SenderView): boolean => status === 202 && endedAtMs >= fromMs;
    while (!this.views.some(isAccepted) && performance.now() < endMs) await sleep(50);
  }
}

function describe(took: ThrownFault, { firstAcceptedMs, slowestAnswerMs, problems }: Verdict): string {
  const ms = (value: number | null): string => (value === null ? '-' : `${Math.round(value)} ms`);
  return [
    `outage ${ms(took.writableAtMs - took.thrownAtMs)}`,
    `first 202 after ${ms(firstAcceptedMs)}`,
    `not ready after ${ms(took.notReadyAfterMs)}`,
    `slowest answer ${ms(slowestAnswerMs)}`,
    `stop ${ms(took.stop.tookMs)}`,
    `start ${ms(took.stop.startedAfterMs)}`,
    ...problems.map((text) => `PROBLEM: ${text}`),
  ].join(', ');
}
