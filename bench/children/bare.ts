import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { Pool } from 'undici';
import { nowUs } from '../harness/clock.js';
import { serveCommands } from '../harness/commands.js';
import { SentRecords } from '../measure/records.js';
import type { LoadResult } from './load.js';

/** One event at a time by hand: an insert that commits, then a POST. What the service's latency is compared with. */
export interface BareOptions {
  readonly databaseUrl: string;
  readonly target: string;
  readonly events: number;
  readonly ratePerSecond: number;
  readonly bodyBytes: number;
  readonly file: string;
}

export type BareCommands = { run: (options: BareOptions) => Promise<LoadResult> };

async function run(options: BareOptions): Promise<LoadResult> {
  const database = new Client(options.databaseUrl);
  await database.connect();
  await database.query('CREATE TABLE IF NOT EXISTS bare_events (event_id uuid PRIMARY KEY, payload bytea NOT NULL)');
  const { origin, pathname } = new URL(options.target);
  const pool = new Pool(origin, { connections: 1 });
  const payload = Buffer.from(JSON.stringify({ note: 'x'.repeat(options.bodyBytes - 11) }));
  const records = new SentRecords();
  const startedUs = nowUs();
  let lastAcceptedUs = startedUs;
  for (let index = 0; index < options.events; index++) {
    const dueUs = startedUs + (index / options.ratePerSecond) * 1e6;
    await sleep(Math.max(0, (dueUs - nowUs()) / 1000));
    const eventId = randomUUID();
    const sentUs = nowUs();
    await database.query({
      name: 'insert',
      text: 'INSERT INTO bare_events VALUES ($1, $2)',
      values: [eventId, payload],
    });
    lastAcceptedUs = nowUs();
    records.add({ eventId, account: 0, sentUs, acceptedUs: lastAcceptedUs });
    const headers = { 'content-type': 'application/json', 'webhook-id': eventId };
    const { body } = await pool.request({ method: 'POST', path: pathname, headers, body: payload });
    await body.dump();
  }
  await pool.close();
  await database.end();
  await records.save(options.file);
  return { accepted: options.events, refused: {}, firstSentUs: startedUs, lastAcceptedUs };
}

const commands: BareCommands = { run };

serveCommands(commands);
