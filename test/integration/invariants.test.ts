import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openQueueBench, type QueueBench, type TestAccount } from '../support/queue.js';

/** What the database itself refuses, whichever version of ours, or whoever by hand, writes into it. */
let bench: QueueBench;
let account: TestAccount;
let destinationId: string;
beforeAll(async () => {
  bench = await openQueueBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  account = await bench.newAccount();
  destinationId = await bench.newDestination(account);
});

const NOBODY = '01890000-0000-7000-8000-000000000000';

describe.each([
  [
    'accounts',
    'account_id',
    'accounts_email',
    `email = upper((SELECT email FROM accounts WHERE account_id <> $1 LIMIT 1))`,
  ],
  ['accounts', 'account_id', 'accounts_email_form', `email = 'nobody'`],
  ['accounts', 'account_id', 'accounts_website_form', `website = 'javascript:alert(1)'`],
  ['accounts', 'account_id', 'accounts_account_name_check', `account_name = ''`],
] as const)('%s by %s: %s', (table, key, constraint, change) => {
  it('is refused', async () => {
    await bench.newAccount();
    const update = bench.sql(`UPDATE ${table} SET ${change} WHERE ${key} = $1`, [account.id]);
    await expect(update).rejects.toMatchObject({ constraint });
  });
});

it.each([
  ['destinations_url_form', `url = 'ftp://example.com/'`],
  ['destinations_http_method_check', `http_method = 'HEAD'`],
  ['destinations_headers_form', `headers = '{}'`],
  ['destinations_check', `enabled = false`],
  ['destinations_check', `disabled_reason = 'enabled all the same'`],
  ['destinations_timeout_ms_check', `timeout_ms = 0`],
  ['destinations_max_concurrency_check', `max_concurrency = 0`],
  ['destinations_rate_limit_check', `rate_limit = 0`],
  ['destinations_rate_limit_range', `rate_limit = 'NaN'`],
  ['destinations_rate_limit_range', `rate_limit = 'infinity'`],
  ['destinations_event_types_form', `event_types = '{a,NULL}'`],
  ['destinations_retry_schedule_form', `retry_schedule = '{5,NULL}'`],
  ['destinations_retry_schedule_form', `retry_schedule = '{0}'`],
  ['destinations_retry_schedule_form', `retry_schedule = array_fill(1, ARRAY[51])`],
  ['destinations_account_id_fkey', `account_id = '${NOBODY}'`],
])('%s: a destination with %s is refused', async (constraint, change) => {
  const update = bench.sql(`UPDATE destinations SET ${change} WHERE id = $1`, [destinationId]);
  await expect(update).rejects.toMatchObject({ constraint });
});

it.each([
  ['account_tokens_account_id_fkey', 'account_tokens (token_hash, account_id, hint)', `$1, '${NOBODY}', ''`],
  [
    'api_keys_account_id_fkey',
    'api_keys (key_hash, api_key_id, name, hint, account_id)',
    `$1, '${NOBODY}', 'x', '', '${NOBODY}'`,
  ],
  [
    'signing_secrets_destination_id_fkey',
    'signing_secrets (sealed, signing_secret_id, destination_id)',
    `encode($1, 'hex'), '${NOBODY}', '${NOBODY}'`,
  ],
  [
    'destination_health_destination_id_fkey',
    'destination_health (destination_id, paused_until)',
    `'${NOBODY}', now() + octet_length($1) * interval '1 s'`,
  ],
  ['admin_sessions_user_id_fkey', 'admin_sessions (session_hash, user_id)', `$1, '${NOBODY}'`],
  ['setup_link_only_row_check', 'setup_link (only_row, token_hash, expires_at)', 'false, $1, now()'],
])('%s: a row that leads nowhere is refused', async (constraint, into, values) => {
  const insert = bench.sql(`INSERT INTO ${into} SELECT ${values.replaceAll('$1', '$1::bytea')}`, [randomBytes(32)]);
  await expect(insert).rejects.toMatchObject({ constraint });
});

it('an account has one current token, a destination one current secret', async () => {
  const token = bench.sql(`INSERT INTO account_tokens (token_hash, account_id, hint) VALUES ($1, $2, '')`, [
    randomBytes(32),
    account.id,
  ]);
  await expect(token).rejects.toMatchObject({ constraint: 'account_tokens_current' });
  const secret = () =>
    bench.sql(
      `INSERT INTO signing_secrets (signing_secret_id, destination_id, sealed) VALUES (gen_random_uuid(), $1, 'x')`,
      [destinationId],
    );
  await secret();
  await expect(secret()).rejects.toMatchObject({ constraint: 'signing_secrets_current' });
});

it('an account takes along all that is its own, and leaves the ledger', async () => {
  await bench.sql(
    `INSERT INTO signing_secrets (signing_secret_id, destination_id, sealed) VALUES (gen_random_uuid(), $1, 'x')`,
    [destinationId],
  );
  await bench.sql('INSERT INTO destination_health (destination_id) VALUES ($1)', [destinationId]);
  await bench.fill(account, 1);
  await bench.sql('DELETE FROM accounts WHERE account_id = $1', [account.id]);
  const [left] = await bench.sql(
    `SELECT (SELECT count(*) FROM destinations WHERE account_id = $1)
          + (SELECT count(*) FROM account_tokens WHERE account_id = $1)
          + (SELECT count(*) FROM signing_secrets WHERE destination_id = $2)
          + (SELECT count(*) FROM destination_health WHERE destination_id = $2) AS configuration,
            (SELECT count(*) FROM events WHERE account_id = $1) AS events`,
    [account.id, destinationId],
  );
  expect(left).toEqual({ configuration: 0, events: 1 });
});

it('a destination can not be made in the moment in which its account is deleted', async () => {
  const other = new Client(bench.databaseUrl);
  await other.connect();
  try {
    await other.query('BEGIN');
    await other.query('DELETE FROM accounts WHERE account_id = $1', [account.id]);
    // Waits for the account's row, and finds it gone.
    const insert = bench.newDestination(account).catch((error: unknown) => error);
    await expect
      .poll(() =>
        bench.sql(
          `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO destinations%' AND datname = current_database()`,
        ),
      )
      .toHaveLength(1);
    await other.query('COMMIT');
    expect(await insert).toMatchObject({ constraint: 'destinations_account_id_fkey' });
  } finally {
    await other.end();
  }
});

it('no foreign key leads from the ledger to configuration', async () => {
  const rows = await bench.sql<{ name: string }>(
    `SELECT conrelid::regclass::text AS name FROM pg_constraint WHERE contype = 'f' ORDER BY 1`,
  );
  const ledger = /^(events|finished_deliveries|attempts|waiting_deliveries|idempotency_keys|replays)/;
  expect(rows.filter(({ name }) => ledger.test(name))).toEqual([]);
  expect(rows.length).toBeGreaterThanOrEqual(6);
});
