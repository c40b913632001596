import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../support/api-client.js';
import { freePort } from '../support/free-port.js';
import type { Cut } from './bound-duplicates.js';
import { openDisk, type Disk } from './disk.js';
import { readLedger, type Evidence } from './evidence.js';
import { Load } from './load.js';
import { drawPlan, type FaultKind, killsOf, type Step } from './plan.js';
import { Random } from './random.js';
import { Receivers } from './receivers.js';
import { type Findings, reconcile } from './reconcile.js';
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

/** After the last fault: circuits probe at most every minute, and a process taken for dead is so after seconds. */
const CALM_WITHIN_MS = 150_000;
const GHOSTS_WITHIN_MS = 20_000;
const LAST_LOAD_MS = 1_000;
/** Those that PostgreSQL recovers from as after a power cut of its own. */
const CRASHES: ReadonlySet<FaultKind> = new Set([
  'kill postgres',
  'kill postgres backend',
  'kill all',
  'stop postgres immediately',
  'fill disk',
]);
/** As configured below. */
const ATTEMPT_WITHIN_MS = 3_000;
/** How long a process keeps what it has leased before it attempts it. */
const BEGUN_WITHIN_MS = 1_000;
/** An answer of the slowest receiver that succeeds, and the end of a process that was sent a signal. */
const LAST_ANSWER_MS = 500;
/** Those after which attempts go on whose leases are gone. */
const OUTLIVED: ReadonlySet<FaultKind> = new Set([...CRASHES, 'freeze process']);
const RETRIES = Array.from({ length: 50 }, () => 1);

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
  private readonly api: ApiClient;
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
    this.api = new ApiClient(service.url, service.apiKey);
  }

  async run(): Promise<ChaosResult> {
    const { options, service, receivers, disk } = this;
    const random = new Random(options.seed);
    const plan = drawPlan(random.fork(), options.kills, options.only);
    const first = await this.createAccount(
      receivers.main.map((receiver) => receiver.url),
      RETRIES,
    );
    const second = await this.createAccount(
      [...receivers.beyondHelp.map((receiver) => receiver.url), 'http://name-of-nobody.invalid/'],
      [1],
    );
    const load = new Load(service.url, [first.token, second.token], options.eventsPerSecond, random.fork());
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
    await this.untilSettled(first.id);
    await this.api.delete(`/api/accounts/${second.id}/`);
    await this.untilSettled(null);
    await Promise.all(this.graces);
    const findings = reconcile(await this.gather(load, first, second.id));
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

  private async createAccount(urls: readonly string[], retrySchedule: readonly number[]) {
    const email = `chaos${urls.join().length}-${retrySchedule.length}@example.com`;
    const { status, body } = await this.api.post('/api/accounts/', { email, account_name: 'Chaos' });
    if (status !== 201) throw new Error(`No account: ${JSON.stringify(body)}`);
    const destinations: string[] = [];
    for (const url of urls) {
      const created = await this.api.post(`/api/accounts/${body.account_id}/destinations/`, {
        url,
        http_method: 'POST',
        headers: { 'X-Chaos': 'yes' },
        timeout_ms: ATTEMPT_WITHIN_MS,
        max_concurrency: 64,
        retry_schedule: retrySchedule,
      });
      if (created.status !== 201) throw new Error(`No destination: ${JSON.stringify(created.body)}`);
      destinations.push(String(created.body.id));
    }
    return { id: String(body.account_id), token: String(body.app_secret_token), destinations };
  }

  /** Gives up silently: what is left then is found, and named, by the reconciliation. */
  private async untilSettled(accountId: string | null): Promise<void> {
    const endMs = performance.now() + CALM_WITHIN_MS;
    const waiting = async (): Promise<boolean> => {
      const rows = await this.service.sql(
        'SELECT 1 FROM waiting_deliveries WHERE account_id = coalesce($1::uuid, account_id) LIMIT 1',
        [accountId],
      );
      return rows.length > 0;
    };
    while ((await waiting()) && performance.now() < endMs) await sleep(200);
  }

  private async countGhosts(): Promise<number> {
    const endMs = performance.now() + GHOSTS_WITHIN_MS;
    for (;;) {
      const rows = await this.service.sql('SELECT 1 FROM processes WHERE pid <> ALL ($1::int[])', [
        this.service.workers(),
      ]);
      if (rows.length === 0 || performance.now() > endMs) return rows.length;
      await sleep(200);
    }
  }

  private async gather(
    load: Load,
    first: { id: string; destinations: readonly string[] },
    secondId: string,
  ): Promise<Evidence> {
    const { main, beyondHelp } = this.receivers;
    const destinations = main.map(({ arrivals }, index) => ({ id: first.destinations[index] ?? '', arrivals }));
    const repeated = destinations.flatMap(({ arrivals }) =>
      [...arrivals].filter(([, { succeededAtMs }]) => succeededAtMs.length > 1).map(([eventId]) => eventId),
    );
    return {
      ...(await readLedger(this.service, [first.id, secondId], repeated)),
      sent: load.record,
      destinations,
      others: beyondHelp.map(({ arrivals }) => arrivals),
      foreign: [...main, ...beyondHelp].flatMap(({ foreign }) => foreign),
      ghosts: await this.countGhosts(),
      crashesAtMs: this.crashesAtMs,
      cuts: this.cuts,
    };
  }
}
