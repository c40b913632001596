import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BareCommands } from '../children/bare.js';
import { tokenOf } from '../children/floor-stores.js';
import type { LoadOptions, LoadResult } from '../children/load.js';
import { DoesNotReconcile } from '../measure/reconcile.js';
import { Child } from './child.js';
import type { BenchServer, Database } from './database.js';
import { Product, startFloor, startProduct, type FloorOptions, type ProductOptions, type Subject } from './subjects.js';
import type { World } from './world.js';

type SendOptions = Omit<LoadOptions, 'port' | 'tokens'>;

/** One of those that a scenario compares: a subject on a database of its own, with its destinations. */
export interface Contender {
  readonly name: string;
  readonly pid: number;
  /** Where its database is. */
  readonly server: BenchServer;
  /** Among how many processes what is sent is shared. */
  readonly processes: number;
  /** Numbers of the destinations that must receive everything. */
  readonly destinations: readonly number[];
  /** Events accepted so far. */
  accepted: number;
  destinationsOf(account: number): readonly number[];
  expectedDeliveries(events: number): number;
  send(world: World, options: SendOptions): Promise<LoadResult>;
  /** Accepted deliveries to healthy destinations that are not settled yet. */
  unsettled(): Promise<number>;
  /** What a hung destination did not take must all be there, waiting. Throws {@link DoesNotReconcile}. */
  checkHeldBack(): Promise<void>;
  stop(): Promise<void>;
}

/** Requests at once to one destination, the same for the floor and the product. */
export const CONCURRENCY = 64;

export const LEDGER_FLOOR = 'floor that keeps a ledger';

export async function createFloor(
  world: World,
  fanOut: number,
  options: FloorOptions & { readonly name?: string } = {},
): Promise<Contender> {
  const { accounts = 1 } = options;
  const database = await world.server.createDatabase('floor');
  const destinations = world.numbers(fanOut * accounts);
  const tokens = Array.from({ length: accounts }, (_, account) => tokenOf(account));
  const destinationsOf = tokens.map((_, account) => destinations.slice(account * fanOut, (account + 1) * fanOut));
  const targetsFile = join(world.directory, `targets-${destinations[0]}`);
  await writeFile(targetsFile, JSON.stringify(destinations.map((destination) => world.urlOf(destination))));
  const subject = await startFloor(database, targetsFile, CONCURRENCY, options);
  return {
    name: options.name ?? nameOfFloor(options),
    processes: options.processes ?? 1,
    pid: subject.pid,
    server: world.server,
    destinations,
    accepted: 0,
    destinationsOf: (account) => destinationsOf[account] ?? [],
    expectedDeliveries: (events) => events * fanOut,
    send: (world, options) => world.load.call('run', { ...options, port: subject.port, tokens }),
    unsettled: () => subject.unsettled([]),
    checkHeldBack: () => Promise.resolve(),
    stop: () => stop(subject, database),
  };
}

function nameOfFloor({ keeps, processes = 1 }: FloorOptions): string {
  if (keeps === 'ledger') return LEDGER_FLOOR;
  return processes === 1 ? 'floor' : `floor, ${processes} processes`;
}

/** Insert, commit, POST, one after another: see bare.ts. Only for open loops. */
export async function createBare(world: World): Promise<Contender> {
  const database = await world.server.createDatabase('bare');
  const destinations = world.numbers(1);
  const target = world.urlOf(destinations[0] ?? 0);
  const { child } = await Child.start<BareCommands>('bare');
  return {
    name: 'bare',
    processes: 1,
    pid: child.pid,
    server: world.server,
    destinations,
    accepted: 0,
    destinationsOf: () => destinations,
    expectedDeliveries: (events) => events,
    send: (_world, options) =>
      child.call('run', { ...options, databaseUrl: database.url, target, ratePerSecond: options.ratePerSecond ?? 50 }),
    unsettled: () => Promise.resolve(0),
    checkHeldBack: () => Promise.resolve(),
    stop: async () => {
      await child.stop();
      await database.remove();
    },
  };
}

export interface ProductSetup extends ProductOptions {
  /** Another than that of the run. */
  readonly server?: BenchServer;
  readonly name?: string;
  readonly accounts?: number;
  /** Destinations of each account. */
  readonly fanOut: number;
  readonly retrySchedule?: readonly number[];
  /** Of the destinations; http where nothing is said. */
  readonly scheme?: 'http' | 'https';
}

export async function createProduct(world: World, setup: ProductSetup): Promise<ProductContender> {
  const name = setup.name ?? 'product';
  const database = await (setup.server ?? world.server).createDatabase(name);
  const nodeFlags = [...world.nodeFlags, ...(setup.nodeFlags ?? [])];
  const product = await startProduct(database, { caFile: world.caFile, ...setup, nodeFlags });
  const contender = new ProductContender(name, world, database, product, setup.processes ?? 1, setup.scheme ?? 'http');
  await contender.addAccounts(setup.accounts ?? 1);
  await contender.addDestinations(setup.fanOut, { retrySchedule: setup.retrySchedule });
  return contender;
}

const SETUP_AT_ONCE = 16;

interface Account {
  readonly accountId: string;
  readonly token: string;
  readonly destinations: number[];
}

export class ProductContender implements Contender {
  accepted = 0;
  /** Deliveries that must wait for good, besides those of events sent in measurements. */
  heldBackBefore = 0;
  readonly destinations: number[] = [];
  readonly accounts: Account[] = [];
  /** The product's id of the destination that hangs. */
  private hungId: string | null = null;

  constructor(
    readonly name: string,
    private readonly world: World,
    readonly database: Database,
    readonly product: Product,
    readonly processes: number,
    private readonly scheme: 'http' | 'https',
  ) {}

  get pid(): number {
    return this.product.pid;
  }

  get server(): BenchServer {
    return this.database.server;
  }

  destinationsOf(account: number): readonly number[] {
    return this.accounts[account]?.destinations ?? [];
  }

  expectedDeliveries(events: number): number {
    return events * this.destinationsOf(0).length;
  }

  send(world: World, options: SendOptions): Promise<LoadResult> {
    const tokens = this.accounts.map((account) => account.token);
    return world.load.call('run', { ...options, port: this.product.port, tokens });
  }

  unsettled(): Promise<number> {
    return this.product.unsettled(this.hungId === null ? [] : [this.hungId]);
  }

  async checkHeldBack(): Promise<void> {
    if (this.hungId === null) return;
    const [row] = await this.database.query<{ count: string }>(
      'SELECT count(*) AS count FROM waiting_deliveries WHERE destination_id = $1',
      [this.hungId],
    );
    const [waiting, due] = [Number(row?.count), this.heldBackBefore + this.accepted];
    if (waiting !== due) throw new DoesNotReconcile(`${due} should wait for the hung destination, ${waiting} do`);
  }

  async addAccounts(count: number): Promise<void> {
    const first = this.accounts.length;
    await inParallel(count, async (index) => {
      const fields = { email: `bench-${first + index}@example.com`, account_name: `Bench ${first + index}` };
      const { account_id, app_secret_token } = await this.product.api('POST', '/api/accounts/', fields);
      this.accounts[first + index] = { accountId: account_id, token: app_secret_token, destinations: [] };
    });
  }

  /** Adds so many destinations to every account. */
  async addDestinations(
    fanOut: number,
    options: { retrySchedule?: readonly number[] | undefined } = {},
  ): Promise<void> {
    const numbers = this.world.numbers(fanOut * this.accounts.length);
    await inParallel(numbers.length, async (index) => {
      const account = this.accounts[index % this.accounts.length];
      const number = numbers[index];
      if (!account || number === undefined) return;
      await this.addDestination(account, number, options.retrySchedule);
      account.destinations.push(number);
      this.destinations.push(number);
    });
  }

  /** One destination of the first account that will never take anything, and is left out of what must arrive. */
  async addHungDestination(retrySchedule?: readonly number[]): Promise<number> {
    const [number = 0] = this.world.numbers(1);
    const [account] = this.accounts;
    if (!account) throw new Error('there is no account');
    this.hungId = await this.addDestination(account, number, retrySchedule);
    return number;
  }

  async stop(): Promise<void> {
    await stop(this.product, this.database);
  }

  private async addDestination(
    account: Account,
    number: number,
    retrySchedule: readonly number[] | undefined,
  ): Promise<string> {
    const { id } = await this.product.api('POST', `/api/accounts/${account.accountId}/destinations/`, {
      url: this.world.urlOf(number, this.scheme),
      http_method: 'POST',
      headers: { 'X-Api-Key': 'bench-secret' },
      max_concurrency: CONCURRENCY,
      ...(retrySchedule && { retry_schedule: retrySchedule }),
    });
    return id;
  }
}

async function stop(subject: Subject, database: Database): Promise<void> {
  await subject.stop();
  await database.remove();
}

async function inParallel(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: SETUP_AT_ONCE }, worker));
}
