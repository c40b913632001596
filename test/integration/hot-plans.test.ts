import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { ReceiveBudget } from '../../src/data-handler/receive-budget.js';
import { TokenHints } from '../../src/data-handler/token-hints.js';
import { findFirstOutcomes } from '../../src/delivery/first-attempts/first-outcomes.js';
import { EventsService } from '../../src/delivery/ledger/events.service.js';
import { findDelivery } from '../../src/delivery/ledger/find-deliveries.js';
import { claim, type ClaimedDelivery } from '../../src/delivery/queue/claim.js';
import { claimProbes, claimUrgent } from '../../src/delivery/queue/claim-ahead.js';
import { enqueue } from '../../src/delivery/queue/enqueue.js';
import { findFirstAnswers, findStored } from '../../src/delivery/queue/look-up.js';
import {
  disableGone,
  endRest,
  type FailureReport,
  openCircuit,
  pauseDestination,
  recordFailures,
  recordSuccesses,
} from '../../src/delivery/queue/health.js';
import { beat, findGoneOnThisHost, reap, reapSilent, register } from '../../src/delivery/queue/lease.js';
import { loadEvents, loadTargets } from '../../src/delivery/queue/load.js';
import { replayEvent } from '../../src/delivery/queue/replay-event.js';
import { release, settle } from '../../src/delivery/queue/settle.js';
import { fillFinished } from '../support/ledger.js';
import { claimOf, eventOf, openQueueBench, settlementOf, type QueueBench, type TestAccount } from '../support/queue.js';
import { type RanStatement, RecordingPool } from '../support/recording-pool.js';

/**
 * The hot statements on a server as it is shipped, whichever it is (`npm run matrix`): plans made on empty tables and
 * kept while much came to wait, and plans made then. Neither reads a table from end to end, neither is compiled.
 */
const URL_OF_ALL = 'https://receiver.example.com/hook';
const BATCH = 50;
const WAITING = 20_000;
const FINISHED = 60_000;
/** Rows of one table that a statement for one batch may look at: its own, several times, and a few more for the turns. */
const MOST_LOOKED_AT = 1_000;
/** What grows with what waits, or with history. */
const LARGE = /^(waiting_deliveries|finished_deliveries|events|attempts|idempotency_keys)/;

const FAILURE: FailureReport = {
  failures: 1,
  errorCode: 'server_error',
  status: 500,
  deliveryId: uuidv7(),
  closesCircuit: false,
};

let bench: QueueBench;
let pool: RecordingPool;
let account: TestAccount;
let destination: string;
let ran: readonly RanStatement[];

beforeAll(async () => {
  bench = await openQueueBench();
  pool = await RecordingPool.open(bench.databaseUrl);
  account = await bench.newAccount();
  destination = await bench.newDestination(account, { max_concurrency: 1_000 });
});
afterAll(async () => {
  await pool.end();
  await bench.close();
});

/** Each statement of the hot path once, as the engine and the receiving side run them; returns what was run. */
async function runHotPath(): Promise<readonly RanStatement[]> {
  pool.ran.length = 0;
  const processId = uuidv7();
  await register(pool, processId, 'all');
  await beat(pool, processId);
  await findGoneOnThisHost(pool);
  const events = await acceptSome(processId);
  const claimed = await claimSome(processId);
  const ids = claimed.map(({ eventId }) => eventId);
  await loadEvents(pool, ids, 1e6);
  await loadTargets(pool, [destination]);
  await settleSome(processId, claimed);
  await recordHealth();
  await replayEvent(pool, ids[1] ?? '', null);
  await claimAhead(processId);
  await findFirstOutcomes(pool, ids[0] ?? '');
  const ledger = new EventsService(pool);
  await ledger.get(events[0] ?? '', null);
  await ledger.payload(events[0] ?? '', null);
  const deliveryId = claimed[0]?.deliveryId ?? '';
  await findDelivery((text, values = []) => pool.query('get-delivery', text, values), deliveryId);
  await reapSilent(pool);
  await reap(pool, [processId]);
  return [...pool.ran];
}

async function acceptSome(processId: string): Promise<string[]> {
  await new TokenHints(pool).find(account.tokenHash);
  await new ReceiveBudget(pool, account.id, 10).take();
  // Ids of one millisecond share the beginning by which the deliveries of an event are found.
  const nowMs = Date.now();
  const events = Array.from({ length: 2 * BATCH }, (_, index) => {
    const externalId = index < BATCH ? null : uuidv7();
    return eventOf(account, { eventId: uuidv7({ msecs: nowMs + index }), externalId });
  });
  const [plain, keyed] = [events.slice(0, BATCH), events.slice(BATCH)];
  await enqueue(pool, processId, plain, []);
  await enqueue(pool, processId, keyed, []);
  const keys = keyed.map(({ externalId }) => ({ accountId: account.id, externalId: externalId ?? '' }));
  expect(await findFirstAnswers(pool, keys)).not.toContain(undefined);
  const ids = plain.map(({ eventId }) => eventId);
  expect((await findStored(pool, ids)).size).toBe(BATCH);
  return ids;
}

async function claimSome(processId: string): Promise<ClaimedDelivery[]> {
  const { claimed } = await claim(pool, claimOf(processId, { maxDeliveries: BATCH }));
  expect(claimed).toHaveLength(BATCH);
  return claimed;
}

/** Some are delivered, some come again, some are given back. */
async function settleSome(processId: string, claimed: readonly ClaimedDelivery[]): Promise<void> {
  const [done, again, back] = [claimed.slice(0, 20), claimed.slice(20, 40), claimed.slice(40)];
  const delivered = { kind: 'finished', state: 'delivered', reason: null } as const;
  const waits = { kind: 'again', inMs: 1, reason: 'server_error' } as const;
  await settle(
    pool,
    processId,
    done.map((delivery) => settlementOf(delivery, delivered)),
  );
  await settle(
    pool,
    processId,
    again.map((delivery) => settlementOf(delivery, waits)),
  );
  await release(pool, processId, back, 0);
}

async function recordHealth(): Promise<void> {
  await recordFailures(pool, new Map([[destination, FAILURE]]));
  await recordSuccesses(pool, [destination]);
  await pauseDestination(pool, destination, URL_OF_ALL, 0);
  await disableGone(pool, uuidv7(), URL_OF_ALL);
}

/** What goes ahead of its turn: a replayed event, and the two probes of an open circuit. */
async function claimAhead(processId: string): Promise<void> {
  expect(await claimUrgent(pool, claimOf(processId))).toHaveLength(1);
  await openCircuit(pool, destination, URL_OF_ALL, 0);
  const { claimed } = await claimProbes(pool, claimOf(processId));
  expect(claimed).toHaveLength(2);
  await endRest(pool, destination, true);
}

/**
 * What was read of large tables other than by a key, one line each. What has no name is no part of the hot path, and may
 * look through all that waits: who returns the leases of the dead does.
 */
function troublesOf(statements: readonly RanStatement[]): string[] {
  return statements.flatMap(({ name, text, scanned, looked, compiled }) => {
    if (name === null) return compiled ? [`${text}: is compiled`] : [];
    return [
      ...scanned.filter((table) => LARGE.test(table)).map((table) => `${name}: reads ${table} from end to end`),
      ...[...looked]
        .filter(([table, rows]) => LARGE.test(table) && rows > MOST_LOOKED_AT)
        .map(([table, rows]) => `${name}: looks at ${rows} rows of ${table}`),
      ...(compiled ? [`${name}: is compiled`] : []),
    ];
  });
}

const NAMES =
  `beat claim claim-probes claim-urgent disable-gone end-rest find-first-answers find-gone find-stored get-delivery get-event get-payload latest-attempts
   load-events load-targets open-circuit pause-destination reap reap-silent record-failures record-successes register release
   replay-event take-budget`.split(/\s+/);

describe('the hot path', () => {
  it('runs on empty tables, where its plans are made', async () => {
    ran = await runHotPath();
    const names = ran.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(NAMES));
    expect(names.filter((name) => name?.startsWith('enqueue'))).toHaveLength(2);
    expect(names.filter((name) => name?.startsWith('settle'))).toHaveLength(2);
    expect(troublesOf(ran)).toEqual([]);
  });

  it('looks at what it takes only, by those plans, when much waits', async () => {
    await bench.fill(account, WAITING);
    await fillFinished(bench.sql, { accountId: account.id, destinationId: destination, count: FINISHED });
    expect(troublesOf(await runHotPath())).toEqual([]);
  });

  it('looks at what it takes only, by plans that are made then', async () => {
    await bench.sql('VACUUM ANALYZE');
    expect(troublesOf(await runHotPath())).toEqual([]);
  });

  it('looks at what it takes only, by plans that are made when all has been taken', async () => {
    await bench.sql('DELETE FROM waiting_deliveries');
    await bench.sql('VACUUM ANALYZE waiting_deliveries');
    await runHotPath();
    await bench.fill(account, WAITING);
    expect(troublesOf(await runHotPath())).toEqual([]);
  });
});

it('a statement that reads a table from end to end is told apart', async () => {
  pool.ran.length = 0;
  await pool.query('no-index', 'SELECT count(*) FROM waiting_deliveries WHERE last_error = $1', ['none']);
  expect(troublesOf(pool.ran)).toEqual(expect.arrayContaining([expect.stringContaining('waiting_deliveries')]));
});
