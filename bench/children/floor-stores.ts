import { createHash, createHmac } from 'node:crypto';
import type { Pool } from 'pg';

export interface FloorEvent {
  readonly eventId: string;
  readonly payload: Buffer;
  readonly token: string;
}

/** What became of one request. */
export interface FloorOutcome {
  readonly event: FloorEvent;
  readonly destination: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly requestHeaders: readonly string[];
  readonly status: number;
  readonly responseHeaders: object;
  readonly responseBody: Buffer;
}

/** What the floor keeps, and what it does for it. */
export interface FloorStore {
  prepare(): Promise<void>;
  /** Of the targets, by their numbers: where the event is to go. */
  destinationsOf(event: FloorEvent): readonly number[];
  accept(events: readonly FloorEvent[]): Promise<void>;
  /** Names and values in turn. */
  headersOf(event: FloorEvent): string[];
  settle(outcomes: readonly FloorOutcome[]): Promise<void>;
}

/** An event, and for each destination whether it was delivered: what must be kept for nothing to be lost. */
export class LeastStore implements FloorStore {
  private readonly destinations: readonly number[];

  constructor(
    private readonly database: Pool,
    targets: readonly string[],
  ) {
    this.destinations = [...targets.keys()];
  }

  async prepare(): Promise<void> {
    await this.database.query(`
      CREATE TABLE floor_events (event_id uuid PRIMARY KEY, payload bytea NOT NULL);
      CREATE TABLE floor_deliveries (event_id uuid, destination int, status int, PRIMARY KEY (event_id, destination))`);
  }

  destinationsOf(): readonly number[] {
    return this.destinations;
  }

  async accept(events: readonly FloorEvent[]): Promise<void> {
    const { starts, lengths, all } = together(events.map((event) => event.payload));
    await this.database.query({
      name: 'accept',
      text: `
        WITH input AS (SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[]) AS i (event_id, payload_start, payload_length)),
             event AS (INSERT INTO floor_events
                       SELECT event_id, substring($4::bytea FROM payload_start FOR payload_length) FROM input)
        INSERT INTO floor_deliveries
        SELECT event_id, destination FROM input, generate_series(0, $5::int - 1) AS destination`,
      values: [events.map((event) => event.eventId), starts, lengths, all, this.destinations.length],
    });
  }

  headersOf({ eventId }: FloorEvent): string[] {
    return ['Content-Type', 'application/json', 'webhook-id', eventId];
  }

  async settle(outcomes: readonly FloorOutcome[]): Promise<void> {
    await this.database.query({
      name: 'settle',
      text: `
        UPDATE floor_deliveries d SET status = o.status
        FROM unnest($1::uuid[], $2::int[], $3::int[]) AS o (event_id, destination, status)
        WHERE d.event_id = o.event_id AND d.destination = o.destination`,
      values: [
        outcomes.map((outcome) => outcome.event.eventId),
        outcomes.map((outcome) => outcome.destination),
        outcomes.map((outcome) => outcome.status),
      ],
    });
  }
}

/** What an account of {@link LedgerStore} sends with. */
export function tokenOf(account: number): string {
  return `token-${account}`;
}

interface LedgerAccount {
  readonly destinations: readonly number[];
  readonly signingKey: Buffer;
}

/**
 * And what people look up afterwards: the rows and indexes that the product keeps of a delivery at its first attempt.
 * With it a token that is checked, a body that must be JSON, and a signature.
 */
export class LedgerStore implements FloorStore {
  private readonly accounts: ReadonlyMap<string, LedgerAccount>;

  /** Every account has as many of the targets. */
  constructor(
    private readonly database: Pool,
    private readonly targets: readonly string[],
    accountCount: number,
  ) {
    const fanOut = targets.length / accountCount;
    this.accounts = new Map(
      Array.from({ length: accountCount }, (_, account) => {
        const destinations = Array.from({ length: fanOut }, (_, index) => account * fanOut + index);
        return [tokenOf(account), { destinations, signingKey: hashOf(`key-${account}`) }];
      }),
    );
  }

  async prepare(): Promise<void> {
    await this.database.query(`
      CREATE SEQUENCE acceptance_order;
      CREATE TABLE accounts (account_id uuid PRIMARY KEY, token_hash bytea NOT NULL UNIQUE);
      CREATE TABLE events (event_id uuid PRIMARY KEY, account_id uuid NOT NULL, payload bytea NOT NULL,
                           received_at timestamptz NOT NULL DEFAULT now());
      CREATE INDEX ON events (account_id, event_id);
      CREATE TABLE waiting (delivery_id uuid PRIMARY KEY, event_id uuid NOT NULL, account_id uuid NOT NULL,
                            destination int NOT NULL, acceptance bigint NOT NULL,
                            created_at timestamptz NOT NULL DEFAULT now()) WITH (fillfactor = 80);
      CREATE INDEX ON waiting (destination, acceptance);
      CREATE TABLE finished (delivery_id uuid PRIMARY KEY, event_id uuid NOT NULL, account_id uuid NOT NULL,
                             destination int NOT NULL, acceptance bigint NOT NULL, url text NOT NULL,
                             status int NOT NULL, created_at timestamptz NOT NULL,
                             finished_at timestamptz NOT NULL DEFAULT now());
      CREATE INDEX ON finished (account_id, delivery_id);
      CREATE INDEX ON finished (destination, delivery_id);
      CREATE TABLE attempts (delivery_id uuid, number int, started_at timestamptz NOT NULL, url text NOT NULL,
                             request_headers json NOT NULL, status int NOT NULL, response_headers json NOT NULL,
                             response_body bytea, timings json NOT NULL, PRIMARY KEY (delivery_id, number))`);
    await this.database.query(
      'INSERT INTO accounts SELECT gen_random_uuid(), token_hash FROM unnest($1::bytea[]) AS token_hash',
      [[...this.accounts.keys()].map(hashOf)],
    );
  }

  destinationsOf({ token }: FloorEvent): readonly number[] {
    return this.accountOf(token).destinations;
  }

  async accept(events: readonly FloorEvent[]): Promise<void> {
    for (const { payload } of events) JSON.parse(payload.toString());
    const deliveries = events.flatMap((event) =>
      this.destinationsOf(event).map((destination) => ({ event, destination })),
    );
    const { starts, lengths, all } = together(events.map((event) => event.payload));
    const { rowCount } = await this.database.query({
      name: 'accept',
      text: `
        WITH input AS (
          SELECT i.*, a.account_id, nextval('acceptance_order') AS acceptance
          FROM unnest($1::uuid[], $2::bytea[], $3::int[], $4::int[]) AS i (event_id, token_hash, payload_start, payload_length)
          JOIN accounts a USING (token_hash)
        ), event AS (
          INSERT INTO events
          SELECT event_id, account_id, substring($5::bytea FROM payload_start FOR payload_length) FROM input
        )
        INSERT INTO waiting
        SELECT d.delivery_id, event_id, account_id, d.destination, acceptance
        FROM input JOIN unnest($6::uuid[], $7::uuid[], $8::int[]) AS d (event_id, delivery_id, destination) USING (event_id)`,
      values: [
        events.map((event) => event.eventId),
        events.map((event) => hashOf(event.token)),
        starts,
        lengths,
        all,
        deliveries.map(({ event }) => event.eventId),
        deliveries.map(({ event, destination }) => deliveryIdOf(event, destination)),
        deliveries.map(({ destination }) => destination),
      ],
    });
    if (rowCount !== deliveries.length) throw new Error('not all was accepted');
  }

  headersOf({ eventId, payload, token }: FloorEvent): string[] {
    const { signingKey } = this.accountOf(token);
    const timestamp = String(Math.floor(Date.now() / 1000));
    const hmac = createHmac('sha256', signingKey).update(`${eventId}.${timestamp}.`).update(payload);
    const headers = ['Content-Type', 'application/json', 'X-Api-Key', 'bench-secret', 'User-Agent', 'floor'];
    headers.push('webhook-id', eventId, 'webhook-timestamp', timestamp);
    headers.push('webhook-signature', `v1,${hmac.digest('base64')}`);
    return headers;
  }

  async settle(outcomes: readonly FloorOutcome[]): Promise<void> {
    const { starts, lengths, all } = together(outcomes.map((outcome) => outcome.responseBody));
    await this.database.query({
      name: 'settle',
      text: `
        WITH outcome AS (
          SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::int[], $6::text[], $7::int[],
                               $8::int[], $9::text[])
            AS o (delivery_id, started_at, url, request_headers, status, response_headers, body_start, body_length, timings)
        ), gone AS (
          DELETE FROM waiting w USING outcome o WHERE w.delivery_id = o.delivery_id RETURNING w.*, o.url, o.status
        ), history AS (
          INSERT INTO finished
          SELECT delivery_id, event_id, account_id, destination, acceptance, url, status, created_at FROM gone
        )
        INSERT INTO attempts
        SELECT delivery_id, 1, started_at, url, request_headers::json, status, response_headers::json,
               substring($10::bytea FROM body_start FOR body_length), timings::json
        FROM outcome`,
      values: [
        outcomes.map((outcome) => deliveryIdOf(outcome.event, outcome.destination)),
        outcomes.map((outcome) => new Date(outcome.startedAtMs)),
        outcomes.map((outcome) => this.targets[outcome.destination]),
        outcomes.map((outcome) => JSON.stringify(outcome.requestHeaders)),
        outcomes.map((outcome) => outcome.status),
        outcomes.map((outcome) => JSON.stringify(outcome.responseHeaders)),
        starts,
        lengths,
        outcomes.map((outcome) => JSON.stringify({ total: outcome.endedAtMs - outcome.startedAtMs })),
        all,
      ],
    });
  }

  private accountOf(token: string): LedgerAccount {
    const account = this.accounts.get(token);
    if (!account) throw new Error(`no account has the token ${token}`);
    return account;
  }
}

/** Begins as its event's, so that inserting stays local. */
function deliveryIdOf({ eventId }: FloorEvent, destination: number): string {
  return eventId.slice(0, -4) + destination.toString(16).padStart(4, '0');
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Bodies as one parameter, and where in it each begins (from 1). */
function together(bodies: readonly Buffer[]): { starts: number[]; lengths: number[]; all: Buffer } {
  const starts: number[] = [];
  let end = 1;
  for (const body of bodies) {
    starts.push(end);
    end += body.length;
  }
  return { starts, lengths: bodies.map((body) => body.length), all: Buffer.concat(bodies) };
}
