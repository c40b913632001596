import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.js';
import type { Cut } from './bound-duplicates.js';
import { openDisk, type Disk } from './disk.js';
import { Load } from './load.js';
import { drawPlan, type FaultKind, killsOf, type Step } from './plan.js';
import { Random } from './random.js';
import { Receivers } from './receivers.js';
import { type Findings, reconcile } from './reconcile.js';
import { ATTEMPT_WITHIN_MS, Scene } from './scene.js';
import { Service } from './service.js';
import { countInFlight, throwFault } from './throw-fault.js';

export interface ChaosOptions {
  /** The same seed draws the same faults in the same order. */
  readonly seed: number;
  /** Processes to kill in all. */
  readonly kills: number;
  readonly eventsPerSecond: number;
  readonly processes: number;
  readonly database: 'embedded' | 'external';
  /** Kinds of faults; all when left out. */
  readonly only?: readonly FaultKind[] | undefined;
  readonly tell: (message: string) => void;
}

export interface ChaosResult {
  readonly options: ChaosOptions;
  readonly seconds: number;
  readonly kills: number;
  /** How often each was thrown. */
  readonly faults: ReadonlyMap<FaultKind, number>;
  /** Faults that can't be thrown on this machine, with the reason. */
  readonly skipped: readonly string[];
  /** Changes of the receivers' moods. */
  readonly moods: ReadonlyMap<string, number>;
  /** Requests that met one. */
  readonly misbehaved: number;
  /** Leases at the moments of kills. */
  readonly inFlightAtKills: number;
  /** Faults at which PostgreSQL did not say what was in flight. */
  readonly uncounted: number;
  readonly unavailable: number;
  /** Ends of the service that no fault asked for; it was started again. */
  readonly unasked: readonly string[];
  readonly findings: Findings;
}

const LAST_LOAD_MS = 1_000;
/** Those that PostgreSQL recovers from as after a power cut of its own. */
const CRASHES: ReadonlySet<FaultKind> = new Set([
  'kill postgres',
  'kill postgres backend',
  'kill all',
  'stop postgres immediately',
  'fill disk',
]);
/** How long a process keeps what it has leased before it attempts it. */
const BEGUN_WITHIN_MS = 1_000;
/** An answer of the slowest receiver that succeeds, and the end of a process that was sent a signal. */
const LAST_ANSWER_MS = 500;
/** Those after which attempts go on whose leases are gone. */
const OUTLIVED: ReadonlySet<FaultKind> = new Set([...CRASHES, 'freeze process']);

/** Throws the faults that the seed draws at a service under load, and accounts for every event at the end. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const disk = openDisk();
  const receivers = await Receivers.start();
  try {
    const { dir } = disk;
    const { processes, database } = options;
    const service = await Service.start({ dir, port: await freePort(), processes, database });
    try {
      return await new Chaos(options, disk, receivers, service).run();
    } finally {
      await service.close();
    }
  } finally {
    await receivers.close();
    disk.remove();
  }
}

class Chaos {
  private readonly scene: Scene;
  private readonly faults = new Map<FaultKind, number>();
  private readonly crashesAtMs: number[] = [];
  private kills = 0;
  private inFlightAtKills = 0;
  private readonly cuts: Cut[] = [];
  private readonly graces: Promise<void>[] = [];
  private readonly startedAtMs = performance.now();

  constructor(
    private readonly options: ChaosOptions,
    private readonly disk: Disk,
    private readonly receivers: Receivers,
    private readonly service: Service,
  ) {
    this.scene = new Scene(service, receivers);
  }

  async run(): Promise<ChaosResult> {
    const { options, service, receivers, disk, scene } = this;
    const random = new Random(options.seed);
    const plan = drawPlan(random.fork(), options.kills, options.only);
    const load = new Load(service.url, await scene.createAccounts(), options.eventsPerSecond, random.fork());
    receivers.misbehave(random.fork());
    try {
      for (const [index, step] of plan.entries()) await this.take(step, `${index + 1}/${plan.length}`);
      await receivers.recover();
      await sleep(LAST_LOAD_MS);
      await load.stop();
    } finally {
      load.abandon();
    }
    options.tell('calm: waiting until nothing is left to do');
    await scene.settle();
    await Promise.all(this.graces);
    const { crashesAtMs, cuts } = this;
    const findings = reconcile(await scene.gather(load.record, { crashesAtMs, cuts }));
    const how = await service.stop();
    if (how !== 0) service.unasked.push(`the last stop ended with ${how}`);
    return {
      options,
      seconds: Math.round((performance.now() - this.startedAtMs) / 1000),
      kills: this.kills,
      faults: this.faults,
      skipped: disk.whyNot === null ? [] : [`fill disk: ${disk.whyNot}`],
      moods: receivers.changes,
      misbehaved: receivers.misbehaved,
      inFlightAtKills: this.inFlightAtKills,
      uncounted: this.cuts.filter(({ inFlight }) => inFlight === null).length,
      unavailable: load.record.unavailable,
      unasked: service.unasked,
      findings,
    };
  }

  private async take({ fault, pauseMs }: Step, place: string): Promise<void> {
    await sleep(pauseMs);
    const { kind, ...how } = fault;
    if (kind === 'fill disk' && this.disk.whyNot !== null) {
      this.options.tell(`${place} SKIPPED: ${kind}: ${this.disk.whyNot}`);
      return;
    }
    this.options.tell(`${place} ${kind} ${Object.keys(how).length > 0 ? JSON.stringify(how) : ''}`);
    const fromMs = Date.now();
    const inFlight = await countInFlight(this.service);
    if (CRASHES.has(kind)) this.crashesAtMs.push(Date.now());
    await throwFault(fault, this.service, this.disk);
    if (CRASHES.has(kind)) this.crashesAtMs.push(Date.now());
    await this.service.untilReady();
    const graceMs = LAST_ANSWER_MS + (OUTLIVED.has(kind) ? BEGUN_WITHIN_MS + ATTEMPT_WITHIN_MS : 0);
    const cut = { what: kind, fromMs, toMs: Infinity, inFlight };
    this.cuts.push(cut);
    // By a timer of this process: when it stands still, its receivers are as late as it is.
    this.graces.push(sleep(graceMs).then(() => void (cut.toMs = Date.now())));
    const kills = killsOf(kind) + (fault.kind === 'second version' && fault.killed ? 1 : 0);
    this.kills += kills;
    if (kills > 0) this.inFlightAtKills += inFlight ?? 0;
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }
}
