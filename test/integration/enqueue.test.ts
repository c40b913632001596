import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { HotPool } from '../../src/database/hot-pool.js';
import {
  enqueue,
  type EnqueuedDelivery,
  type EnqueueResult,
  type Grant,
  type IncomingEvent,
  newDeliveryId,
} from '../../src/delivery/queue/enqueue.js';
import { findFirstAnswers, findStored } from '../../src/delivery/queue/look-up.js';
import { pauseDestination } from '../../src/delivery/queue/health.js';
import { eventOf, NIL, openQueueBench, type QueueBench, type TestAccount } from '../support/queue.js';

const URL_OF_ALL = 'https://receiver.example.com/hook';

let bench: QueueBench;
beforeAll(async () => {
  bench = await openQueueBench();
});
afterAll(() => bench.close());

const deliveriesOf = (eventId: string) =>
  bench.sql<{ destination_id: string; state: string | null; reason: string | null }>(
    `SELECT destination_id, 'waiting' AS state, NULL AS reason FROM waiting_deliveries WHERE event_id = $1
     UNION ALL SELECT destination_id, state, reason FROM finished_deliveries WHERE event_id = $1`,
    [eventId],
  );

const firstAnswer = async (accountId: string, externalId: string) => {
  const [, answer] = await findFirstAnswers(bench.pool, [
    { accountId, externalId: 'another' },
    { accountId, externalId },
  ]);
  return answer;
};

describe('accepting', () => {
  it('stores the bytes, and one delivery for each destination of the account', async () => {
    const account = await bench.newAccount();
    await bench.newDestination(await bench.newAccount());
    const destinations = [await bench.newDestination(account), await bench.newDestination(account)];
    const payload = Buffer.from('{"n": 12345678901234567890, "n":1 , "s":"\u{1f600}\\u0000"}');
    const event = eventOf(account, { payload, eventType: 'order.created', externalId: 'abc' });
    const result = await bench.accept(event);
    expect(result).toMatchObject({ kind: 'accepted', accountId: account.id });
    const rows = await bench.sql<{ payload: Buffer }>('SELECT * FROM events WHERE event_id = $1', [event.eventId]);
    expect(rows).toMatchObject([{ account_id: account.id, event_type: 'order.created', external_id: 'abc' }]);
    expect(rows[0]?.payload.equals(payload)).toBe(true);
    const waiting = await deliveriesOf(event.eventId);
    expect(waiting.map((row) => row.destination_id).toSorted()).toEqual(destinations);
  });

  it('cuts the payloads of a batch apart and keeps their order', async () => {
    const account = await bench.newAccount();
    const payloads = ['[]', '{"é":"\u{1f680}"}', `[${'1,'.repeat(40_000)}1]`, '{}'].map((text) => Buffer.from(text));
    const events = payloads.map((payload) => eventOf(account, { payload }));
    expect((await enqueue(bench.pool, NIL, events, [])).map((result) => result.kind)).toEqual(
      payloads.map(() => 'accepted'),
    );
    for (const [index, { eventId }] of events.entries()) {
      const [row] = await bench.sql<{ payload: Buffer }>('SELECT payload FROM events WHERE event_id = $1', [eventId]);
      expect(row?.payload.equals(payloads[index] ?? Buffer.alloc(0))).toBe(true);
    }
  });

  it('draws the order of acceptance by the order of the batch', async () => {
    const account = await bench.newAccount();
    await bench.newDestination(account, { ordered: true });
    const events = Array.from({ length: 20 }, () => eventOf(account)).toReversed();
    await enqueue(bench.pool, NIL, events, []);
    const rows = await bench.sql<{ event_id: string }>(
      'SELECT event_id FROM waiting_deliveries WHERE account_id = $1 ORDER BY acceptance',
      [account.id],
    );
    expect(rows.map((row) => row.event_id)).toEqual(events.map((event) => event.eventId));
  });
});

describe('a token', () => {
  it('that is unknown, expired, or was rotated in between is refused, alone of its batch', async () => {
    const account = await bench.newAccount();
    const expired = await bench.newToken(account, -1);
    const rotated = await bench.newToken(account);
    await bench.sql('DELETE FROM account_tokens WHERE token_hash = $1', [rotated]);
    const overlapping = await bench.newToken(account);
    const events = [Buffer.alloc(32), expired, rotated, overlapping, account.tokenHash].map((tokenHash) =>
      eventOf(account, { tokenHash }),
    );
    const results = await enqueue(bench.pool, NIL, events, []);
    expect(results.map((result) => result.kind)).toEqual([
      'invalid_token',
      'invalid_token',
      'invalid_token',
      'accepted',
      'accepted',
    ]);
    expect(
      (
        await findStored(
          bench.pool,
          events.map((event) => event.eventId),
        )
      ).size,
    ).toBe(2);
  });
});

describe('an external id', () => {
  it('seen before is a duplicate, for this account only', async () => {
    const account = await bench.newAccount();
    await bench.newDestination(account);
    const other = await bench.newAccount();
    const first = eventOf(account, { externalId: 'once' });
    expect(await bench.accept(first)).toMatchObject({ kind: 'accepted' });
    expect(await bench.accept(eventOf(account, { externalId: 'once' }))).toEqual({
      kind: 'duplicate',
      accountId: account.id,
    });
    expect(await bench.accept(eventOf(other, { externalId: 'once' }))).toMatchObject({ kind: 'accepted' });
    expect(await firstAnswer(account.id, 'once')).toEqual({
      eventId: first.eventId,
      payloadHash: first.payloadHash,
      destinations: 1,
    });
    expect(await firstAnswer(account.id, 'never')).toBeUndefined();
  });

  it('is new again after 24 hours', async () => {
    const account = await bench.newAccount();
    await bench.accept(eventOf(account, { externalId: 'daily' }));
    await bench.sql(`UPDATE idempotency_keys SET expires_at = now() WHERE account_id = $1`, [account.id]);
    const again = eventOf(account, { externalId: 'daily' });
    expect(await bench.accept(again)).toMatchObject({ kind: 'accepted' });
    expect(await firstAnswer(account.id, 'daily')).toMatchObject({ eventId: again.eventId });
  });

  it('sent at once through several processes is accepted once', async () => {
    const account = await bench.newAccount();
    await bench.newDestination(account);
    const second = new HotPool(bench.databaseUrl, 4);
    try {
      for (let round = 0; round < 5; round++) {
        const externalIds = Array.from({ length: 20 }, (_, i) => `race-${round}-${i}`);
        const batches = Array.from({ length: 8 }, (_, i) => {
          const events = externalIds.map((externalId) => eventOf(account, { externalId }));
          return enqueue(i % 2 ? second : bench.pool, NIL, i % 3 ? events : events.toReversed(), []);
        });
        const results = (await Promise.all(batches)).flat();
        expect(results.filter((result) => result.kind === 'accepted')).toHaveLength(20);
        expect(results.filter((result) => result.kind === 'duplicate')).toHaveLength(140);
      }
    } finally {
      await second.end();
    }
    const counted = 'SELECT count(*) AS n FROM waiting_deliveries WHERE account_id = $1';
    expect(await bench.sql(counted, [account.id])).toEqual([{ n: 100 }]);
  });

  it('sent at once with both tokens of a rotation is accepted once', async () => {
    const account = await bench.newAccount();
    const old = await bench.newToken(account);
    const events = [
      eventOf(account, { externalId: 'both' }),
      eventOf(account, { externalId: 'both', tokenHash: old }),
      eventOf(account),
    ];
    const results = await enqueue(bench.pool, NIL, events, []);
    expect(results.map((result) => result.kind)).toEqual(['accepted', 'duplicate', 'accepted']);
    expect(await firstAnswer(account.id, 'both')).toMatchObject({ eventId: events[0]?.eventId });
  });
});

describe('event types', () => {
  it('of a destination leave the others skipped; no type matches only who takes all', async () => {
    const account = await bench.newAccount();
    const all = await bench.newDestination(account);
    const some = await bench.newDestination(account, { event_types: ['a', 'b'] });
    const wanted = eventOf(account, { eventType: 'b' });
    const unwanted = eventOf(account, { eventType: 'c', externalId: 'c' });
    const untyped = eventOf(account);
    const results = await enqueue(bench.pool, NIL, [wanted, unwanted, untyped], []);
    expect(results.map((result) => (result.kind === 'accepted' ? result.deliveries.length : -1))).toEqual([2, 1, 1]);
    for (const event of [unwanted, untyped]) {
      expect(await deliveriesOf(event.eventId)).toEqual([
        { destination_id: all, state: 'waiting', reason: null },
        { destination_id: some, state: 'skipped', reason: 'event_type_not_wanted' },
      ]);
    }
    const stored = await findStored(bench.pool, [wanted.eventId, unwanted.eventId, uuidv7()]);
    expect([...stored]).toEqual([
      [wanted.eventId, { accountId: account.id, destinations: 2 }],
      [unwanted.eventId, { accountId: account.id, destinations: 1 }],
    ]);
    expect(await firstAnswer(account.id, 'c')).toMatchObject({ destinations: 1 });
  });
});

describe('a grant', () => {
  const leasedOf = async (
    destination: Record<string, unknown>,
    processId?: string,
    prepare?: (id: string) => Promise<void>,
  ) => {
    const account = await bench.newAccount();
    const destinationId = await bench.newDestination(account, destination);
    await prepare?.(destinationId);
    const event = eventOf(account);
    const by = processId ?? (await bench.newProcess());
    const result = await bench.accept(event, by, [grantOf(account, event, destinationId)]);
    const rows = await bench.sql<{ leased_by: string | null; lease_number: number }>(
      'SELECT leased_by, lease_number FROM waiting_deliveries WHERE event_id = $1',
      [event.eventId],
    );
    const leased = result.kind === 'accepted' && result.deliveries[0]?.leased === true;
    expect(rows).toEqual([leased ? { leased_by: by, lease_number: 1 } : { leased_by: null, lease_number: 0 }]);
    return leased;
  };

  it('is honoured for a registered process and a destination free of conditions', async () => {
    expect(await leasedOf({})).toBe(true);
  });

  it.each([
    ['ordered', { ordered: true }],
    ['rate-limited', { rate_limit: 100 }],
    ['disabled', { enabled: false }],
  ])('is refused for a destination that is %s', async (_what, destination) => {
    expect(await leasedOf(destination)).toBe(false);
  });

  it('is refused while the destination is paused, and honoured after that', async () => {
    expect(await leasedOf({}, undefined, (id) => pauseDestination(bench.pool, id, URL_OF_ALL, 60_000))).toBe(false);
    expect(await leasedOf({}, undefined, (id) => pauseDestination(bench.pool, id, URL_OF_ALL, -1))).toBe(true);
  });

  it('is refused to a process that is not on the list', async () => {
    expect(await leasedOf({}, uuidv7())).toBe(false);
  });

  it('for one destination leaves the others waiting', async () => {
    const account = await bench.newAccount();
    const [granted, other] = [await bench.newDestination(account), await bench.newDestination(account)];
    const event = eventOf(account);
    const grant = grantOf(account, event, granted);
    const result = await bench.accept(event, await bench.newProcess(), [grant]);
    const leased = toldOf(result).map((d) => [d.destinationId, d.leased]);
    expect(Object.fromEntries(leased)).toEqual({ [granted]: true, [other]: false });
    expect(await storedOf(event)).toEqual(
      [
        { delivery_id: expect.any(String) as string, destination_id: other, leased: false },
        { delivery_id: grant.deliveryId, destination_id: granted, leased: true },
      ].toSorted((one, two) => (one.destination_id < two.destination_id ? -1 : 1)),
    );
  });

  it('of a version that is no longer is honoured, and the newer one told', async () => {
    const account = await bench.newAccount();
    const destinationId = await bench.newDestination(account);
    const event = eventOf(account);
    await bench.sql('UPDATE destinations SET version = 7 WHERE id = $1', [destinationId]);
    const grant = grantOf(account, event, destinationId);
    const result = await bench.accept(event, await bench.newProcess(), [grant]);
    const { deliveryId } = grant;
    expect(toldOf(result)).toEqual([{ deliveryId, destinationId, destinationVersion: 7, leased: true }]);
  });

  it.each([
    ['was deleted', (id: string) => bench.sql('DELETE FROM destinations WHERE id = $1', [id])],
    [
      "does not want the event's type",
      (id: string) => bench.sql("UPDATE destinations SET event_types = '{x}' WHERE id = $1", [id]),
    ],
  ])('for a destination that %s leads to nothing, and all else is told', async (_what, change) => {
    const account = await bench.newAccount();
    const [kept, gone] = [await bench.newDestination(account), await bench.newDestination(account)];
    await change(gone);
    const events = [eventOf(account), eventOf(await bench.newAccount())];
    const [event] = events;
    const grants = [gone, kept].map((id) => grantOf(account, event!, id));
    const [result, other] = await enqueue(bench.pool, await bench.newProcess(), events, grants);
    expect(toldOf(result)).toMatchObject([{ destinationId: kept, deliveryId: grants[1]?.deliveryId, leased: true }]);
    expect(toldOf(other)).toEqual([]);
  });

  it('for who has no valid token leads to nothing, and the others of the batch are told of', async () => {
    const [account, outsider] = [await bench.newAccount(), await bench.newAccount()];
    const [destinationId, another] = [await bench.newDestination(account), await bench.newDestination(outsider)];
    await bench.sql('DELETE FROM account_tokens WHERE account_id = $1', [outsider.id]);
    const events = [eventOf(outsider), eventOf(account), eventOf(outsider)];
    const grants = [
      grantOf(outsider, events[0]!, another),
      { ...grantOf(account, events[1]!, destinationId), eventIndex: 1 },
    ];
    const results = await enqueue(bench.pool, await bench.newProcess(), events, grants);
    expect(results.map(({ kind }) => kind)).toEqual(['invalid_token', 'accepted', 'invalid_token']);
    expect(toldOf(results[1])).toMatchObject([{ deliveryId: grants[1]?.deliveryId, leased: true }]);
  });

  it('is told of beside what else is in the batch: duplicates, other accounts, none at all', async () => {
    const [account, bare] = [await bench.newAccount(), await bench.newAccount()];
    const destinationId = await bench.newDestination(account);
    const seen = eventOf(account, { externalId: 'seen', payloadHash: Buffer.alloc(32) });
    await bench.accept(seen);
    const events = [{ ...seen, eventId: uuidv7() }, eventOf(account), eventOf(bare), eventOf(account)];
    const grant = { ...grantOf(account, events[1]!, destinationId), eventIndex: 1 };
    const results = await enqueue(bench.pool, await bench.newProcess(), events, [grant]);
    expect(results.map(({ kind }) => kind)).toEqual(['duplicate', 'accepted', 'accepted', 'accepted']);
    expect(results.map((result) => toldOf(result).map(({ leased }) => leased))).toEqual([[], [true], [], [false]]);
  });

  function grantOf(account: TestAccount, event: IncomingEvent, destinationId: string): Grant {
    const deliveryId = newDeliveryId(event.eventId);
    return { eventIndex: 0, deliveryId, accountId: account.id, destinationId, destinationVersion: 1 };
  }

  function storedOf({ eventId }: IncomingEvent) {
    return bench.sql(
      `SELECT delivery_id, destination_id, leased_by IS NOT NULL AS leased FROM waiting_deliveries
       WHERE event_id = $1 ORDER BY destination_id`,
      [eventId],
    );
  }
});

function toldOf(result: EnqueueResult | undefined): readonly EnqueuedDelivery[] {
  return result?.kind === 'accepted' ? result.deliveries : [];
}
