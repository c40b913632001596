const id = (n: number): string => `0198d4a2-5c1e-7b3a-9f00-${String(n).padStart(12, '0')}`;
const HASH = `decode(repeat('ab', 32), 'hex')`;

export const IDS = {
  account: id(1),
  destination: id(2),
  user: id(3),
  event: id(4),
  finishedDelivery: id(5),
  waitingDelivery: id(6),
  newProcess: id(7),
} as const;

/** By migration, in SQL as of that version: at least one row for each table that it makes. */
export const ROWS_OF_MIGRATION: Readonly<Record<string, string>> = {
  Initial1764000000000: `
    INSERT INTO accounts (account_id, email, account_name, website)
      VALUES ('${IDS.account}', 'Ada@example.com', 'Ada', 'https://example.com/');
    INSERT INTO account_tokens (token_hash, account_id, hint) VALUES (${HASH}, '${IDS.account}', '…abc');
    INSERT INTO api_keys (api_key_id, name, key_hash, hint, account_id, read_only)
      VALUES ('${id(11)}', 'reporting', ${HASH}, '…def', '${IDS.account}', true);
    INSERT INTO destinations (id, account_id, url, http_method, headers, event_types, rate_limit, retry_schedule)
      VALUES ('${IDS.destination}', '${IDS.account}', 'https://r.example.com/', 'POST', '[["X-A", "sealed"]]',
              '{order.paid}', 2.5, '{5,30}');
    INSERT INTO signing_secrets (signing_secret_id, destination_id, sealed) VALUES ('${id(12)}', '${IDS.destination}', 'k.s');
    INSERT INTO destination_health (destination_id, failing_since, failures)
      VALUES ('${IDS.destination}', '2026-01-01T00:00:00Z', 3);
    INSERT INTO users (user_id, email, password_hash) VALUES ('${IDS.user}', 'Root@example.com', '$scrypt$…');
    INSERT INTO admin_sessions (session_hash, user_id) VALUES (${HASH}, '${IDS.user}');
    INSERT INTO setup_link (token_hash, expires_at) VALUES (${HASH}, '2026-01-02T00:00:00Z');
    INSERT INTO processes (process_id, role, host, pid) VALUES ('${id(13)}', 'all', 'old', 1);
    INSERT INTO events (event_id, account_id, external_id, event_type, content_type, payload)
      VALUES ('${IDS.event}', '${IDS.account}', 'mine-1', 'order.paid', 'application/json', '{"a":1}');
    INSERT INTO idempotency_keys (account_id, external_id, event_id, body_hash, destinations, expires_at)
      VALUES ('${IDS.account}', 'mine-1', '${IDS.event}', ${HASH}, 1, '2026-01-02T00:00:00Z');
    INSERT INTO finished_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, event_type, url,
                                     http_method, state, attempts, lost_attempts, lease_number, last_status, created_at)
      VALUES ('${IDS.finishedDelivery}', '${IDS.event}', '${IDS.account}', '${IDS.destination}',
              nextval('acceptance_order'), 'order.paid', 'https://r.example.com/', 'POST', 'delivered', 1, 0, 1, 200,
              '2026-01-01T00:00:00Z');
    INSERT INTO attempts (delivery_id, number, started_at, method, url, request_headers, status, timings, message)
      VALUES ('${IDS.finishedDelivery}', 1, '2026-01-01T00:00:00Z', 'POST', 'https://r.example.com/', '[]', 200, '{}',
              'answered with 200');
    INSERT INTO waiting_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, event_type, due_at,
                                    attempts, lease_number, last_error)
      VALUES ('${IDS.waitingDelivery}', '${IDS.event}', '${IDS.account}', '${IDS.destination}',
              nextval('acceptance_order'), 'order.paid', '2026-01-01T00:00:00Z', 1, 1, 'server_error');`,
  Replays1764100000000: `
    INSERT INTO replays (replay_id, account_id, delivery_state, pace, total, total_is_exact)
      VALUES ('${id(21)}', '${IDS.account}', 'failed', 10, 1, true);`,
  Traffic1764200000000: `
    INSERT INTO traffic (scope_id, seconds, begins_at, accepted, delivered, failed, refused, server_error, no_answer,
                         not_sent, latency)
      VALUES ('${IDS.account}', 60, '2026-01-01T00:00:00Z', 1, 1, 0, 0, 0, 0, 0, '{1}');`,
  ChangesAndUsers1764300000000: `
    INSERT INTO changes (actor_kind, actor_name, object_kind, object_id, object_name, account_id, action)
      VALUES ('command', 'root', 'account', '${IDS.account}', 'Ada', '${IDS.account}', 'created');
    INSERT INTO password_links (user_id, token_hash, expires_at) VALUES ('${IDS.user}', ${HASH}, '2026-01-02T00:00:00Z');
    INSERT INTO login_throttles (key, full_at) VALUES ('address 192.0.2.1', '2026-01-01T00:00:00Z');
    INSERT INTO login_networks (user_id, network) VALUES ('${IDS.user}', '192.0.2.1');`,
  ReceivingLimits1764600000000: `
    INSERT INTO receive_budgets (account_id, tokens, granted, refilled_at)
      VALUES ('${IDS.account}', 1, 1, '2026-01-01T00:00:00Z');`,
  ProbesAndUrgentDeliveries1765000000000: `
    INSERT INTO urgent_deliveries (delivery_id, lease_number) VALUES ('${IDS.waitingDelivery}', 1);`,
  DeletedDestinations1765200000000: `
    INSERT INTO deleted_destinations (destination_id, account_id, url, http_method)
      VALUES ('${id(31)}', '${IDS.account}', 'https://gone.example.com/', 'POST');`,
};
