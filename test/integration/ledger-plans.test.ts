import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_FILTERS, EventsService } from '../../src/delivery/ledger/events.service.js';
import { DELIVERY_FILTERS, findDeliveries } from '../../src/delivery/ledger/find-deliveries.js';
import { parseLedgerQuery } from '../../src/delivery/ledger/ledger-query.js';
import type { ReplayFilter } from '../../src/delivery/queue/replay-filter.js';
import { countReplay, stepStatement } from '../../src/delivery/queue/replay-step.js';
import { ExplainingPool, type Plan } from '../support/explaining-pool.js';
import { fillFinished } from '../support/ledger.js';
import { NIL, openQueueBench, type QueueBench, type TestAccount } from '../support/queue.js';

const WEEK_MS = 7 * 24 * 3_600_000;
/** A page of the ledger must not cost more than this, however large the ledger: 8 KiB each. */
const MAX_PAGES = 1_500;

let bench: QueueBench;
let pool: ExplainingPool;
let small: TestAccount;
let smallDestination: string;
let eventId: string;
const anHour = { from: '', to: '' };

/** 200,000 deliveries over four weeks: nearly all of one account, some of another, few failures. */
beforeAll(async () => {
  bench = await openQueueBench();
  pool = new ExplainingPool(bench.databaseUrl);
  const large = await bench.newAccount();
  small = await bench.newAccount();
  const largeDestination = await bench.newDestination(large);
  smallDestination = await bench.newDestination(small);
  const begin = Date.now();
  for (let week = 0; week < 4; week++) {
    const atMs = begin + week * WEEK_MS;
    const common = { accountId: large.id, destinationId: largeDestination, atMs };
    await fillFinished(bench.sql, { ...common, count: 23_000, state: 'delivered', reason: null });
    await fillFinished(bench.sql, { ...common, count: 300 });
    await fillFinished(bench.sql, {
      ...common,
      atMs: atMs + 7_200_000,
      count: 23_000,
      state: 'delivered',
      reason: null,
    });
    await fillFinished(bench.sql, { ...common, count: 40, state: 'cancelled', reason: 'destination_deleted' });
    const few = { accountId: small.id, destinationId: smallDestination, atMs };
    [eventId = ''] = await fillFinished(bench.sql, { ...few, count: 100, state: 'delivered', reason: null });
    await fillFinished(bench.sql, { ...few, count: 10 });
  }
  await bench.fill(large, 14_000);
  await bench.fill(small, 50);
  anHour.from = new Date(begin + WEEK_MS - 3_600_000).toISOString();
  anHour.to = new Date(begin + WEEK_MS + 3_600_000).toISOString();
  await bench.sql(`UPDATE events SET external_id = 'order-' || event_id WHERE account_id = $1`, [small.id]);
  await bench.sql('VACUUM ANALYZE');
}, 180_000);
afterAll(async () => {
  await pool.end();
  await bench.close();
});

async function planOf(work: () => Promise<unknown>): Promise<Plan> {
  pool.plans.length = 0;
  await work();
  const [plan] = pool.plans;
  if (!plan) throw new Error('nothing was run');
  return plan;
}

function expectCheap(plan: Plan, what: string): void {
  expect(plan.scanned, `${what}: read from end to end`).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(finished|waiting)_deliveries|^events|^attempts/)]),
  );
  expect(plan.pages, `${what}: pages looked at`).toBeLessThan(MAX_PAGES);
}

const fill = (query: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name,
      { ACCOUNT: small.id, DESTINATION: smallDestination, EVENT: eventId, FROM: anHour.from, TO: anHour.to }[value] ??
        value.replace('order-EVENT', `order-${eventId}`),
    ]),
  );

it('a statement without an index is told apart', async () => {
  const plan = await pool.explain('SELECT 1 FROM finished_deliveries WHERE url = $1', ['nowhere']);
  expect(() => expectCheap(plan, 'no index')).toThrow('read from end to end');
});

describe('with 200,000 deliveries a page is found by indexes', () => {
  it.each([
    {},
    { account_id: 'ACCOUNT' },
    { account_id: 'ACCOUNT', state: 'failed' },
    { account_id: 'ACCOUNT', state: 'failed', error_code: 'tls_error' },
    { account_id: 'ACCOUNT', error_code: 'server_error' },
    { account_id: 'ACCOUNT', state: 'retrying' },
    { account_id: 'ACCOUNT', last_status: '418' },
    { destination_id: 'DESTINATION' },
    { destination_id: 'DESTINATION', state: 'failed' },
    { destination_id: 'DESTINATION', event_type: 'none' },
    { event_id: 'EVENT' },
    { external_id: 'order-EVENT' },
    { external_id: 'order-EVENT', account_id: 'ACCOUNT' },
    { external_id: 'nobody' },
    { state: 'failed' },
    { state: 'failed', error_code: 'tls_error' },
    { state: 'cancelled' },
    { state: 'delivered' },
    { account_id: 'ACCOUNT', created_after: 'FROM', created_before: 'TO' },
    { created_after: 'FROM', created_before: 'TO', state: 'failed' },
    { finished_after: 'FROM', state: 'failed' },
    { unfinished: 'true' },
    { unfinished: 'true', destination_id: 'DESTINATION' },
    { state: 'held' },
  ])('of deliveries by %j', async (query) => {
    const asked = parseLedgerQuery(fill(query as Record<string, string>), DELIVERY_FILTERS);
    expectCheap(await planOf(() => findDeliveries(pool, asked, null)), JSON.stringify(query));
  });

  it.each([{ event_type: 'none' }, { error_code: 'tls_error' }, { reason: 'tls_error' }, { last_status: '418' }])(
    'of deliveries by %j, looking through what waits at most',
    async (query) => {
      const plan = await planOf(() => findDeliveries(pool, parseLedgerQuery(query, DELIVERY_FILTERS), null));
      // The table of the work waiting gets no index for it, which each delivery would pay for twice.
      const history = plan.scanned.filter((name) => name !== 'waiting_deliveries');
      expectCheap({ ...plan, scanned: history }, JSON.stringify(query));
    },
  );

  it('of deliveries for a key bound to an account, on any page', async () => {
    let query = parseLedgerQuery({ page_size: '20' }, DELIVERY_FILTERS);
    for (let page = 0; page < 5; page++) {
      let next: Awaited<ReturnType<typeof findDeliveries>> | undefined;
      const plan = await planOf(async () => (next = await findDeliveries(pool, query, small.id)));
      expectCheap(plan, `page ${page}`);
      expect(next?.rows).toHaveLength(20);
      query = { ...query, cursor: next?.next ?? null };
    }
  });

  it.each([
    {},
    { account_id: 'ACCOUNT' },
    { event_type: 'none' },
    { external_id: 'order-EVENT' },
    { account_id: 'ACCOUNT', external_id: 'order-EVENT' },
    { account_id: 'ACCOUNT', received_after: 'FROM', received_before: 'TO' },
  ])('of events by %j', async (query) => {
    const asked = parseLedgerQuery(fill(query as Record<string, string>), EVENT_FILTERS);
    expectCheap(await planOf(() => new EventsService(pool).list(asked, null)), JSON.stringify(query));
  });
});

describe('a bulk replay', () => {
  const filterOf = (more: Partial<ReplayFilter>): ReplayFilter => ({
    action: 'send',
    accountId: null,
    destinationId: null,
    state: 'failed',
    reason: null,
    eventType: null,
    lastStatus: null,
    createdAfter: null,
    createdBefore: null,
    finishedAfter: null,
    finishedBefore: null,
    deliveryIds: null,
    ...more,
  });

  it.each([
    ['all failures', () => filterOf({}), 1_240],
    ['of an account', () => filterOf({ accountId: small.id }), 40],
    ['of a destination', () => filterOf({ destinationId: smallDestination }), 40],
    ['in an hour', () => filterOf({ createdAfter: new Date(anHour.from), createdBefore: new Date(anHour.to) }), 310],
    ['what was delivered to an account', () => filterOf({ accountId: small.id, state: 'delivered' }), 400],
  ] as const)('is counted and stepped by indexes: %s', async (what, filter, total) => {
    const finishedBy = new Date(Date.now() + 1000);
    let counted: Awaited<ReturnType<typeof countReplay>> | undefined;
    const plan = await planOf(async () => (counted = await countReplay(pool, filter(), finishedBy)));
    expect(counted).toEqual({ total, isExact: true });
    expectCheap(plan, `counting ${what}`);
    const { text, values } = stepStatement(filter(), { finishedBy, startedAt: finishedBy, cursorId: NIL, size: 100 });
    const step = await pool.explain(text, values);
    expect(step.scanned.filter((name) => name !== 'destinations')).toEqual([]);
    expect(step.pages).toBeLessThan(10_000);
  });

  it('of what waits is counted by indexes', async () => {
    const filter = filterOf({ action: 'cancel', state: 'waiting', accountId: small.id });
    const plan = await planOf(() => countReplay(pool, filter, new Date(Date.now() + 1000)));
    expectCheap(plan, 'counting what waits of an account');
  });
});
