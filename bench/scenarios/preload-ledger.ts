import type { ProductContender } from '../harness/contender.js';

const ROWS_AT_ONCE = 50_000;

/**
 * Ids of the last three days by their time, as the product makes them: they stand in the partition that new ones go to,
 * and belong to the same account and destination, so that every index is as large as it can get.
 */
const PRELOAD = `
WITH id AS (
  SELECT (lpad(to_hex(floor(extract(epoch FROM now()) * 1000 - random() * 259200000)::bigint), 12, '0') || '7' ||
          substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid AS event_id
  FROM generate_series(1, $1::int)
), event AS (
  INSERT INTO events (event_id, account_id, content_type, payload)
  SELECT event_id, d.account_id, 'application/json', decode(repeat('20', 400), 'hex') FROM id, destinations d
), delivery AS (
  INSERT INTO finished_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, url, http_method,
                                   state, attempts, lost_attempts, lease_number, last_status, created_at)
  SELECT id.event_id, id.event_id, d.account_id, d.id, nextval('acceptance_order'), d.url, d.http_method,
         'delivered', 1, 0, 1, 200, now()
  FROM id, destinations d
)
INSERT INTO attempts (delivery_id, number, started_at, method, url, request_headers, status, response_headers,
                      response_body, address, timings, message)
SELECT id.event_id, 1, now(), d.http_method, d.url,
       '[["X-Api-Key","********"],["User-Agent","Data-Pusher/0.1.0"],["Content-Type","application/json"]]', 200,
       '[["Content-Length","2"]]', 'ok'::bytea, '127.0.0.1', '{"first_byte":1.2,"total":1.3}', 'Delivered.'
FROM id, destinations d`;

/** Fills the ledger as if `rows` events had been delivered to the contender's one destination. */
export async function preloadLedger(contender: ProductContender, rows: number): Promise<void> {
  for (let done = 0; done < rows; done += ROWS_AT_ONCE) {
    await contender.database.query(PRELOAD, [Math.min(ROWS_AT_ONCE, rows - done)]);
  }
  for (const table of ['events', 'finished_deliveries', 'attempts']) {
    await contender.database.query(`VACUUM ANALYZE ${table}`);
  }
}
