// Made from docs/openapi.json by `npm run openapi`; do not edit.
export interface paths {
  '/health/live': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Is the process running?
     * @description Asks nothing of the database: for a supervisor that starts again what hangs.
     */
    get: operations['getLiveness'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/ready': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Can it take requests?
     * @description Yes while the database takes writes (tried by a write of a few bytes, once a second at most), enough replicas confirm them (`REQUIRE_SYNC_REPLICAS`), and the process is not stopping: for a load balancer. An answer takes 4 seconds at most.
     */
    get: operations['getReadiness'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List accounts
     * @description By page; a key that is bound to an account finds that one.
     */
    get: operations['listAccounts'];
    put?: never;
    /**
     * Create an account
     * @description The answer shows its whole token, this once. Needs an admin key.
     */
    post: operations['createAccount'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{account_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read an account
     * @description Its token is masked.
     */
    get: operations['getAccount'];
    /**
     * Replace an account
     * @description What is left out gets its default; read-only members are ignored.
     */
    put: operations['replaceAccount'];
    post?: never;
    /**
     * Delete an account
     * @description Takes its destinations along; what still waits for them becomes `cancelled`. Needs an admin key.
     */
    delete: operations['deleteAccount'];
    options?: never;
    head?: never;
    /**
     * Change some fields of an account
     * @description What is left out stays as it is.
     */
    patch: operations['updateAccount'];
    trace?: never;
  };
  '/api/accounts/{account_id}/rotate-token': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Make a new token
     * @description It is shown whole in the answer, this once; the old one stays valid for the overlap.
     */
    post: operations['rotateAccountToken'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/destinations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List destinations
     * @description By page; of all accounts, or of the one that the key is bound to.
     */
    get: operations['listDestinations'];
    put?: never;
    /**
     * Create a destination
     * @description For the account that is named, or the one that the key is bound to.
     */
    post: operations['createDestination'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/destinations/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a destination
     * @description Values of secret headers are masked.
     */
    get: operations['getDestination'];
    /**
     * Replace a destination
     * @description What is left out gets its default; masks keep the values that are stored.
     */
    put: operations['replaceDestination'];
    post?: never;
    /**
     * Delete a destination
     * @description What still waits for it becomes `cancelled`; its history stays.
     */
    delete: operations['deleteDestination'];
    options?: never;
    head?: never;
    /**
     * Change some fields of a destination
     * @description What is left out stays as it is; `headers` is replaced whole.
     */
    patch: operations['updateDestination'];
    trace?: never;
  };
  '/api/accounts/{account_id}/destinations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List an account's destinations
     * @description By page.
     */
    get: operations['listAccountDestinations'];
    put?: never;
    /**
     * Create a destination of an account
     * @description The same as creating one that names the account.
     */
    post: operations['createAccountDestination'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/destinations/{id}/signing-secret': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the signing secret
     * @description Only by read-write keys, because it is shown whole.
     */
    get: operations['getSigningSecret'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/destinations/{id}/signing-secret/rotate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Make a new signing secret
     * @description What is sent during the overlap carries both signatures.
     */
    post: operations['rotateSigningSecret'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/accounts/{account_id}/dry-run': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Try an event without sending it
     * @description Shows the exact request an event would make to each destination, and why it matches or not.
     */
    post: operations['dryRunAccount'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List what was received
     * @description Newest first, without payloads.
     */
    get: operations['listEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/events/{event_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read an event
     * @description Without its payload.
     */
    get: operations['getEvent'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/events/{event_id}/payload': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Download the payload
     * @description Byte for byte as it was received.
     */
    get: operations['getEventPayload'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/events/{event_id}/replay': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send an event again
     * @description Now, as new deliveries, under the same `webhook-id`: past a pause or an open circuit, within `max_concurrency` and `rate_limit`.
     */
    post: operations['replayEvent'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/deliveries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List deliveries
     * @description With state and reason, newest first.
     */
    get: operations['listDeliveries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/deliveries/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a delivery
     * @description With state, reason and the time of the next attempt.
     */
    get: operations['getDelivery'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/deliveries/{id}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send a delivery again
     * @description Now, past a pause or an open circuit, within `max_concurrency` and `rate_limit`, with its whole retry schedule before it. Success ends pause and circuit.
     */
    post: operations['retryDelivery'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/deliveries/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel a delivery
     * @description Ends one that waits: it is not sent, unless it is retried.
     */
    post: operations['cancelDelivery'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/deliveries/{id}/attempts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the attempts of a delivery
     * @description The requests that were made and the answers, in their order.
     */
    get: operations['listAttempts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/replays': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List bulk replays
     * @description Newest first.
     */
    get: operations['listReplays'];
    put?: never;
    /**
     * Count what a replay would send
     * @description Nothing is sent until it is started.
     */
    post: operations['createReplay'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/replays/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a replay
     * @description With its progress.
     */
    get: operations['getReplay'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/replays/{id}/start': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Start a replay
     * @description One that was counted, or one that was paused.
     */
    post: operations['startReplay'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/replays/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Pause a replay
     * @description What it has handed on already is sent.
     */
    post: operations['pauseReplay'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/replays/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * End a replay for good
     * @description What it has handed on already is sent.
     */
    post: operations['cancelReplay'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/destinations/{id}/test': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send a test event now and answer with what was sent and what came back; nothing is kept or retried
     * @description Goes out whatever the type, past a pause or an open circuit, which its success ends, and even when the destination is disabled; a dry run says what a real event would do.
     */
    post: operations['testDestination'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/server/incoming_data': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Accept JSON for an account and push it to its destinations
     * @description The answer comes after the event is committed: from then on a crash loses nothing. An id seen before for this account within 24 hours gets the first answer again and sends nothing twice.
     */
    post: operations['receiveData'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/server/incoming_data/batch': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Accept many events at once: one result an item, not all or nothing
     * @description A JSON array, or NDJSON with one item a line. Each item is an event of its own, stored and sent as its exact slice of the body. At most 10000 items, and as many bytes as a single event may have. A broken JSON array is refused whole; a broken line of NDJSON harms no other.
     */
    post: operations['receiveBatch'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    HealthBody: {
      /** @example ready */
      status: string;
    };
    ProblemDocument: {
      /**
       * Format: uri-reference
       * @example /docs/problems/not_found
       */
      type: string;
      /** @example Not found */
      title: string;
      /** @example 404 */
      status: number;
      /**
       * @description Stable: programs decide by it
       * @example not_found
       * @enum {string}
       */
      code:
        | 'validation_failed'
        | 'malformed_request'
        | 'invalid_json'
        | 'invalid_data'
        | 'unknown_parameter'
        | 'unauthenticated'
        | 'invalid_token'
        | 'forbidden'
        | 'not_found'
        | 'method_not_allowed'
        | 'timeout'
        | 'conflict'
        | 'encryption_key_missing'
        | 'not_its_turn'
        | 'precondition_failed'
        | 'payload_too_large'
        | 'uri_too_long'
        | 'unsupported_media_type'
        | 'idempotency_mismatch'
        | 'rate_limited'
        | 'header_fields_too_large'
        | 'internal_error'
        | 'outcome_unknown'
        | 'database_unsafe'
        | 'unavailable';
      /**
       * @description For people
       * @example Not found
       */
      error: string;
      /** @description What is wrong with the body, where `error` is fixed */
      detail?: string;
      /** @description Where: the byte of the body, from 0 */
      offset?: number;
      /** @description Its line, from 1 */
      line?: number;
      /** @description Its column in characters, from 1 */
      column?: number;
      /** @description The item of a batch that it is in, from 0 */
      index?: number;
      /** @description Messages by field */
      errors?: {
        [key: string]: string[];
      };
    };
    AccountBody: {
      /**
       * Format: uuid
       * @example 0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f
       */
      account_id: string;
      /** @example ops@example.com */
      email: string;
      /** @example Example Ltd */
      account_name: string;
      /** @example https://example.com */
      website: string | null;
      /**
       * @description Events a second; null: no limit
       * @example null
       */
      receive_rate_limit: number | null;
      /**
       * @description Whole in the answer to create and rotate only, else masked
       * @example dpt_…x7Qk
       */
      app_secret_token: string;
      /**
       * Format: date-time
       * @example 2026-01-31T09:00:00.000Z
       */
      created_at: string;
      /**
       * Format: date-time
       * @example 2026-01-31T09:00:00.000Z
       */
      updated_at: string;
    };
    AccountBodyPage: {
      /**
       * @description How many there are on all pages
       * @example 1
       */
      count: number;
      /**
       * Format: uri
       * @description The next page
       * @example null
       */
      next: string | null;
      /**
       * Format: uri
       * @description The page before
       * @example null
       */
      previous: string | null;
      results: components['schemas']['AccountBody'][];
    };
    AccountInput: {
      /**
       * Format: email
       * @description Unique, whatever its case
       * @example ops@example.com
       */
      email: string;
      /** @example Example Ltd */
      account_name: string;
      /**
       * Format: uri
       * @default null
       * @example https://example.com
       */
      website?: string | null;
      /**
       * @description Events a second that are taken from it, over all processes; beyond that 429. Null: no limit
       * @default null
       */
      receive_rate_limit?: number | null;
    };
    AccountPatch: {
      /**
       * Format: email
       * @description Unique, whatever its case
       * @example ops@example.com
       */
      email?: string;
      /** @example Example Ltd */
      account_name?: string;
      /**
       * Format: uri
       * @example https://example.com
       */
      website?: string | null;
      /** @description Events a second that are taken from it, over all processes; beyond that 429. Null: no limit */
      receive_rate_limit?: number | null;
    };
    OverlapInput: {
      /**
       * @default 86400
       * @example 86400
       */
      overlap_seconds?: number;
    };
    DestinationBody: {
      /**
       * Format: uri
       * @example https://receiver.example.com/hook
       */
      url: string;
      /**
       * @example POST
       * @enum {string}
       */
      http_method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
      /**
       * @description False holds its deliveries back
       * @example true
       */
      enabled: boolean;
      /** @example Orders of the shop */
      description: string;
      /**
       * @description The events it gets, by their type; `order.*`: all that begin with `order.`; `*`, or empty: all
       * @example [
       *       "order.created"
       *     ]
       */
      event_types: string[];
      /** @example 15000 */
      timeout_ms: number;
      /** @example 16 */
      max_concurrency: number;
      /**
       * @description Requests a second
       * @example 50
       */
      rate_limit: number | null;
      /**
       * @description Seconds to wait before each retry; empty: none
       * @example [
       *       5,
       *       30,
       *       120
       *     ]
       */
      retry_schedule: number[];
      /**
       * @description One at a time, in order of acceptance
       * @example false
       */
      ordered: boolean;
      /**
       * Format: uuid
       * @example 0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a
       */
      id: string;
      /**
       * Format: uuid
       * @example 0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f
       */
      account_id: string;
      /**
       * @description Values of secret headers are read as `********`
       * @example {
       *       "X-Api-Key": "********",
       *       "X-Tag": [
       *         "one",
       *         "two"
       *       ]
       *     }
       */
      headers: {
        [key: string]: string | string[];
      };
      /**
       * @description Why it is disabled
       * @example null
       */
      disabled_reason: string | null;
      /** @description Ids of encryption keys that are missing to read its headers or its signing secret: its deliveries wait. Left out when there are none */
      missing_encryption_keys?: string[];
      /**
       * Format: date-time
       * @example 2026-01-31T09:00:00.000Z
       */
      created_at: string;
      /**
       * Format: date-time
       * @example 2026-01-31T09:00:00.000Z
       */
      updated_at: string;
    };
    DestinationBodyPage: {
      /**
       * @description How many there are on all pages
       * @example 1
       */
      count: number;
      /**
       * Format: uri
       * @description The next page
       * @example null
       */
      next: string | null;
      /**
       * Format: uri
       * @description The page before
       * @example null
       */
      previous: string | null;
      results: components['schemas']['DestinationBody'][];
    };
    DestinationCreate: {
      /**
       * Format: uri
       * @example https://receiver.example.com/hook
       */
      url: string;
      /**
       * @example POST
       * @enum {string}
       */
      http_method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
      /**
       * @description Name to value or list of values. `********` keeps the stored value of the same name and position
       * @example {
       *       "X-Api-Key": "secret",
       *       "X-Tag": [
       *         "one",
       *         "two"
       *       ]
       *     }
       */
      headers: {
        [key: string]: string | string[];
      };
      /**
       * @description False holds its deliveries back
       * @default true
       * @example true
       */
      enabled?: boolean;
      /**
       * @default
       * @example Orders of the shop
       */
      description?: string;
      /**
       * @description The events it gets, by their type; `order.*`: all that begin with `order.`; `*`, or empty: all
       * @default []
       * @example [
       *       "order.created"
       *     ]
       */
      event_types?: string[];
      /**
       * @default 15000
       * @example 15000
       */
      timeout_ms?: number;
      /**
       * @default 16
       * @example 16
       */
      max_concurrency?: number;
      /**
       * @description Requests a second
       * @default null
       * @example 50
       */
      rate_limit?: number | null;
      /**
       * @description Seconds to wait before each retry; empty: none
       * @default [
       *       5,
       *       30,
       *       120,
       *       600,
       *       1800,
       *       7200,
       *       18000,
       *       36000
       *     ]
       * @example [
       *       5,
       *       30,
       *       120
       *     ]
       */
      retry_schedule?: number[];
      /**
       * @description One at a time, in order of acceptance
       * @default false
       * @example false
       */
      ordered?: boolean;
      /**
       * Format: uuid
       * @description Its owner, who never changes; only a key bound to an account may leave it out
       * @example 0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f
       */
      account_id?: string;
    };
    DestinationInput: {
      /**
       * Format: uri
       * @example https://receiver.example.com/hook
       */
      url: string;
      /**
       * @example POST
       * @enum {string}
       */
      http_method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
      /**
       * @description Name to value or list of values. `********` keeps the stored value of the same name and position
       * @example {
       *       "X-Api-Key": "secret",
       *       "X-Tag": [
       *         "one",
       *         "two"
       *       ]
       *     }
       */
      headers: {
        [key: string]: string | string[];
      };
      /**
       * @description False holds its deliveries back
       * @default true
       * @example true
       */
      enabled?: boolean;
      /**
       * @default
       * @example Orders of the shop
       */
      description?: string;
      /**
       * @description The events it gets, by their type; `order.*`: all that begin with `order.`; `*`, or empty: all
       * @default []
       * @example [
       *       "order.created"
       *     ]
       */
      event_types?: string[];
      /**
       * @default 15000
       * @example 15000
       */
      timeout_ms?: number;
      /**
       * @default 16
       * @example 16
       */
      max_concurrency?: number;
      /**
       * @description Requests a second
       * @default null
       * @example 50
       */
      rate_limit?: number | null;
      /**
       * @description Seconds to wait before each retry; empty: none
       * @default [
       *       5,
       *       30,
       *       120,
       *       600,
       *       1800,
       *       7200,
       *       18000,
       *       36000
       *     ]
       * @example [
       *       5,
       *       30,
       *       120
       *     ]
       */
      retry_schedule?: number[];
      /**
       * @description One at a time, in order of acceptance
       * @default false
       * @example false
       */
      ordered?: boolean;
    };
    DestinationPatch: {
      /**
       * Format: uri
       * @example https://receiver.example.com/hook
       */
      url?: string;
      /**
       * @example POST
       * @enum {string}
       */
      http_method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
      /**
       * @description Name to value or list of values. `********` keeps the stored value of the same name and position
       * @example {
       *       "X-Api-Key": "secret",
       *       "X-Tag": [
       *         "one",
       *         "two"
       *       ]
       *     }
       */
      headers?: {
        [key: string]: string | string[];
      };
      /**
       * @description False holds its deliveries back
       * @example true
       */
      enabled?: boolean;
      /** @example Orders of the shop */
      description?: string;
      /**
       * @description The events it gets, by their type; `order.*`: all that begin with `order.`; `*`, or empty: all
       * @example [
       *       "order.created"
       *     ]
       */
      event_types?: string[];
      /** @example 15000 */
      timeout_ms?: number;
      /** @example 16 */
      max_concurrency?: number;
      /**
       * @description Requests a second
       * @example 50
       */
      rate_limit?: number | null;
      /**
       * @description Seconds to wait before each retry; empty: none
       * @example [
       *       5,
       *       30,
       *       120
       *     ]
       */
      retry_schedule?: number[];
      /**
       * @description One at a time, in order of acceptance
       * @example false
       */
      ordered?: boolean;
    };
    SigningSecretBody: {
      /** @example whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD */
      secret: string;
    };
    TryInput: {
      /**
       * @description Its payload, written anew as JSON; null: a short one of ours
       * @default null
       * @example {
       *       "type": "order.created",
       *       "id": 4711
       *     }
       */
      event?:
        | (
            | {
                [key: string]: unknown;
              }
            | unknown[]
          )
        | null;
      /**
       * @default null
       * @example order.created
       */
      event_type?: string | null;
    };
    DryRunRequestBody: {
      /** @example POST */
      method: string;
      /**
       * @description For GET with the payload as parameters
       * @example https://example.com/hook
       */
      url: string;
      /**
       * @description In their order; secrets masked
       * @example {
       *       "X-Api-Key": "********",
       *       "Content-Type": "application/json"
       *     }
       */
      headers: {
        [key: string]: string | string[];
      };
      /**
       * @description Null: sent without a body
       * @example {"id":4711}
       */
      body: string | null;
    };
    DryRunBody: {
      /**
       * Format: uuid
       * @example 0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a
       */
      destination_id: string;
      /**
       * @description What would become of it
       * @example sent
       * @enum {string}
       */
      outcome: 'sent' | 'skipped' | 'held' | 'failed';
      /**
       * @description Why it matches or not, in plain words
       * @example It wants events of every type.
       */
      explanation: string;
      /** @description The exact request; null where none can be made */
      request: components['schemas']['DryRunRequestBody'] | null;
    };
    AccountDryRunBody: {
      /** @description One for each destination of the account */
      destinations: components['schemas']['DryRunBody'][];
    };
    EventBody: {
      /**
       * Format: uuid
       * @description Ours; sent on as `webhook-id`
       * @example 0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f
       */
      event_id: string;
      /**
       * @description The sender’s own id
       * @example order-4711
       */
      external_id: string | null;
      /**
       * Format: uuid
       * @example 0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f
       */
      account_id: string;
      /** @example order.created */
      event_type: string | null;
      /** @example application/json */
      content_type: string;
      /**
       * @description Bytes of the payload
       * @example 512
       */
      size: number;
      /**
       * Format: date-time
       * @example 2026-01-31T09:00:00.000Z
       */
      received_at: string;
    };
    EventBodyPage: {
      /**
       * Format: uri
       * @description The page that follows
       * @example null
       */
      next: string | null;
      /**
       * Format: uri
       * @description The page before
       * @example null
       */
      previous: string | null;
      results: components['schemas']['EventBody'][];
    };
    EventReplayInput: {
      /**
       * @description Destinations of the event’s account, whatever types of events they want; null: all that are enabled and want it
       * @default null
       */
      destination_ids?: string[] | null;
    };
    DeliveryBody: {
      /**
       * Format: uuid
       * @example 0198d4a2-7b00-7d11-8f33-1b2c3d4e5f60
       */
      id: string;
      /**
       * Format: uuid
       * @example 0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f
       */
      event_id: string;
      /**
       * Format: uuid
       * @example 0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f
       */
      account_id: string;
      /**
       * Format: uuid
       * @example 0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a
       */
      destination_id: string;
      /**
       * @description As it was; while it waits: as it is
       * @example https://example.com/hook
       */
      url: string;
      /** @example POST */
      http_method: string;
      /**
       * @example delivered
       * @enum {string}
       */
      state: 'pending' | 'in_flight' | 'retrying' | 'held' | 'delivered' | 'failed' | 'skipped' | 'cancelled';
      /**
       * @description Why it is in this state, as a code
       * @example null
       */
      reason: string | null;
      /**
       * @description Attempts made
       * @example 1
       */
      attempts: number;
      /**
       * Format: date-time
       * @example null
       */
      next_attempt_at: string | null;
      /**
       * @description HTTP status of the last answer
       * @example 200
       */
      last_status: number | null;
      /**
       * Format: date-time
       * @description When its event was accepted, for a replay too
       * @example 2026-01-31T09:00:00.000Z
       */
      created_at: string;
      /**
       * Format: date-time
       * @example 2026-01-31T09:00:00.000Z
       */
      finished_at: string | null;
    };
    EventReplayBody: {
      /**
       * Format: uuid
       * @example 0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f
       */
      event_id: string;
      /** @description The new ones */
      deliveries: components['schemas']['DeliveryBody'][];
    };
    DeliveryBodyPage: {
      /**
       * Format: uri
       * @description The page that follows
       * @example null
       */
      next: string | null;
      /**
       * Format: uri
       * @description The page before
       * @example null
       */
      previous: string | null;
      results: components['schemas']['DeliveryBody'][];
    };
    AttemptBody: {
      /** @example 0198d4a2-7b00-7d11-8f33-1b2c3d4e5f60:1 */
      id: string;
      /**
       * Format: uuid
       * @example 0198d4a2-7b00-7d11-8f33-1b2c3d4e5f60
       */
      delivery_id: string;
      /**
       * @description Counts up, also over attempts cut off by a crash
       * @example 1
       */
      number: number;
      /**
       * Format: date-time
       * @example 2026-01-31T09:00:00.000Z
       */
      started_at: string;
      /** @example POST */
      method: string;
      /**
       * @description With the query as it was sent
       * @example https://example.com/hook
       */
      url: string;
      /**
       * @description As sent; secrets masked
       * @example {
       *       "X-Api-Key": "********"
       *     }
       */
      request_headers: {
        [key: string]: string | string[];
      };
      /**
       * @description Null: no answer came
       * @example 200
       */
      status: number | null;
      /**
       * @example {
       *       "content-type": "text/plain"
       *     }
       */
      response_headers: {
        [key: string]: string | string[];
      } | null;
      /**
       * @description The first 16 KiB, after decompression
       * @example ok
       */
      response_body: string | null;
      /**
       * @description How `response_body` is to be read
       * @example utf-8
       * @enum {string}
       */
      response_body_encoding: 'utf-8' | 'base64';
      /**
       * @description The body was longer than what is kept, or was not read to its end
       * @example false
       */
      response_body_truncated: boolean;
      /**
       * @description Bytes of the whole body; null: not known
       * @example 2
       */
      response_body_size: number | null;
      /**
       * @description The kept connection ended before the answer began, so the request was sent again on a new one
       * @example false
       */
      resent: boolean;
      /**
       * @description The address it went to
       * @example 203.0.113.7
       */
      address: string | null;
      /**
       * @description Milliseconds; `dns`, `connect` and `tls` only where a connection was made
       * @example {
       *       "dns": 1.2,
       *       "connect": 8.1,
       *       "tls": 12.4,
       *       "first_byte": 41.7,
       *       "total": 42.3
       *     }
       */
      timings: {
        [key: string]: number;
      };
      /**
       * @description Null: delivered
       * @example null
       */
      error_code: string | null;
      /**
       * @description What happened and what to do, in plain words
       * @example Delivered.
       */
      message: string;
    };
    AttemptBodyPage: {
      /**
       * Format: uri
       * @description The page that follows
       * @example null
       */
      next: string | null;
      /**
       * Format: uri
       * @description The page before
       * @example null
       */
      previous: string | null;
      results: components['schemas']['AttemptBody'][];
    };
    ReplayFilterBody: {
      /**
       * Format: uuid
       * @example null
       */
      account_id: string | null;
      /**
       * Format: uuid
       * @example null
       */
      destination_id: string | null;
      /**
       * @example failed
       * @enum {string}
       */
      state: 'failed' | 'cancelled' | 'delivered' | 'waiting' | 'pending' | 'retrying' | 'held';
      /** @example null */
      reason: string | null;
      /** @example null */
      event_type: string | null;
      /** @example null */
      last_status: number | null;
      /**
       * Format: date-time
       * @example 2026-01-31T09:00:00.000Z
       */
      created_after: string | null;
      /**
       * Format: date-time
       * @example null
       */
      created_before: string | null;
      /**
       * Format: date-time
       * @example null
       */
      finished_after: string | null;
      /**
       * Format: date-time
       * @example null
       */
      finished_before: string | null;
      /**
       * @description The chosen ones
       * @example null
       */
      delivery_ids: string[] | null;
    };
    ReplayBody: {
      /**
       * Format: uuid
       * @example 0198d4a2-9a00-7d11-9c22-6a7b8c9d0e1f
       */
      id: string;
      /**
       * @description Of the replay itself
       * @example running
       * @enum {string}
       */
      state: 'counted' | 'running' | 'paused' | 'finished' | 'cancelled';
      /**
       * @example send
       * @enum {string}
       */
      action: 'send' | 'cancel';
      /** @description Which deliveries */
      filter: components['schemas']['ReplayFilterBody'];
      /**
       * @description Deliveries a second
       * @example 100
       */
      pace: number;
      /**
       * @description How many there were when it was made
       * @example 1200
       */
      total: number;
      /**
       * @description False: there are more than a million
       * @example true
       */
      total_is_exact: boolean;
      /**
       * @description Handed on to be sent again
       * @example 300
       */
      done: number;
      /**
       * @description Passed over: destination or payload are gone
       * @example 0
       */
      skipped: number;
      /**
       * Format: date-time
       * @description What finished later is not part of it
       * @example 2026-01-31T09:00:00.000Z
       */
      created_at: string;
      /**
       * Format: date-time
       * @example 2026-01-31T09:00:00.000Z
       */
      started_at: string | null;
      /**
       * Format: date-time
       * @example null
       */
      finished_at: string | null;
    };
    ReplayBodyPage: {
      /**
       * Format: uri
       * @description The page that follows
       * @example null
       */
      next: string | null;
      /**
       * Format: uri
       * @description The page before
       * @example null
       */
      previous: string | null;
      results: components['schemas']['ReplayBody'][];
    };
    ReplayInput: {
      /**
       * @description `cancel`: only what waits
       * @default send
       * @enum {string}
       */
      action?: 'send' | 'cancel';
      /**
       * Format: uuid
       * @description Null: of all accounts; a key bound to an account sees its own only
       * @default null
       */
      account_id?: string | null;
      /**
       * Format: uuid
       * @default null
       */
      destination_id?: string | null;
      /**
       * @description `failed` and `cancelled` deliveries are retried, `delivered` ones sent anew as new deliveries; those that wait (`waiting`: `pending`, `retrying` and `held`) are attempted at once, or cancelled
       * @default failed
       * @enum {string}
       */
      state?: 'failed' | 'cancelled' | 'delivered' | 'waiting' | 'pending' | 'retrying' | 'held';
      /**
       * @default null
       * @example server_error
       */
      reason?: string | null;
      /**
       * @default null
       * @example order.created
       */
      event_type?: string | null;
      /**
       * @default null
       * @example 503
       */
      last_status?: number | null;
      /**
       * Format: date-time
       * @description When the event was accepted
       * @default null
       */
      created_after?: string | null;
      /**
       * Format: date-time
       * @default null
       */
      created_before?: string | null;
      /**
       * Format: date-time
       * @description When the delivery finished
       * @default null
       */
      finished_after?: string | null;
      /**
       * Format: date-time
       * @default null
       */
      finished_before?: string | null;
      /**
       * @description Of these deliveries only; null: of all that match
       * @default null
       */
      delivery_ids?: string[] | null;
      /**
       * @description Deliveries a second
       * @default 100
       */
      pace?: number;
    };
    TestEventBody: {
      /**
       * Format: date-time
       * @example 2026-01-31T09:00:00.000Z
       */
      started_at: string;
      /** @example POST */
      method: string;
      /**
       * @description With the query as it was sent
       * @example https://example.com/hook
       */
      url: string;
      /**
       * @description As sent; secrets masked
       * @example {
       *       "X-Api-Key": "********"
       *     }
       */
      request_headers: {
        [key: string]: string | string[];
      };
      /**
       * @description Null: no answer came
       * @example 200
       */
      status: number | null;
      /**
       * @example {
       *       "content-type": "text/plain"
       *     }
       */
      response_headers: {
        [key: string]: string | string[];
      } | null;
      /**
       * @description The first 16 KiB, after decompression
       * @example ok
       */
      response_body: string | null;
      /**
       * @description How `response_body` is to be read
       * @example utf-8
       * @enum {string}
       */
      response_body_encoding: 'utf-8' | 'base64';
      /**
       * @description The body was longer than what is kept, or was not read to its end
       * @example false
       */
      response_body_truncated: boolean;
      /**
       * @description Bytes of the whole body; null: not known
       * @example 2
       */
      response_body_size: number | null;
      /**
       * @description The kept connection ended before the answer began, so the request was sent again on a new one
       * @example false
       */
      resent: boolean;
      /**
       * @description The address it went to
       * @example 203.0.113.7
       */
      address: string | null;
      /**
       * @description Milliseconds; `dns`, `connect` and `tls` only where a connection was made
       * @example {
       *       "dns": 1.2,
       *       "connect": 8.1,
       *       "tls": 12.4,
       *       "first_byte": 41.7,
       *       "total": 42.3
       *     }
       */
      timings: {
        [key: string]: number;
      };
      /**
       * @description Null: delivered
       * @example null
       */
      error_code: string | null;
      /**
       * @description What happened and what to do, in plain words
       * @example Delivered.
       */
      message: string;
      /**
       * @description Was it answered with 2xx?
       * @example true
       */
      delivered: boolean;
      /**
       * @description The payload; for GET sent as parameters
       * @example {"type":"data_pusher.test"}
       */
      payload: string;
    };
    TestInput: {
      /**
       * @description Its payload, written anew as JSON; null: a short one of ours
       * @default null
       * @example {
       *       "type": "order.created",
       *       "id": 4711
       *     }
       */
      event?:
        | (
            | {
                [key: string]: unknown;
              }
            | unknown[]
          )
        | null;
      /**
       * @default null
       * @example order.created
       */
      event_type?: string | null;
      /**
       * @description Show the request, send nothing
       * @default false
       */
      dry_run?: boolean;
    };
    OutcomeBody: {
      /**
       * Format: uuid
       * @example 0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a
       */
      destination_id: string;
      /**
       * Format: uuid
       * @example 0198d4a2-7b00-7d11-8f33-1b2c3d4e5f60
       */
      delivery_id: string;
      /** @enum {string} */
      state: 'delivered' | 'retrying' | 'in_flight' | 'failed' | 'held' | 'skipped' | 'cancelled';
      /**
       * @description HTTP status of the answer
       * @example 200
       */
      status: number | null;
      /**
       * @description Null: delivered, or not attempted
       * @example null
       */
      error_code: string | null;
      /**
       * @description What happened, in plain words
       * @example Delivered.
       */
      message: string | null;
      /**
       * Format: date-time
       * @example null
       */
      next_attempt_at: string | null;
    };
    ReceivedWithOutcomesBody: {
      /** @example Data Received */
      message: string;
      /**
       * Format: uuid
       * @example 0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f
       */
      event_id: string;
      /**
       * @description How many destinations it is meant for
       * @example 2
       */
      destinations: number;
      /** @description One for each destination of the account */
      deliveries: components['schemas']['OutcomeBody'][];
    };
    ReceivedBody: {
      /** @example Data Received */
      message: string;
      /**
       * Format: uuid
       * @example 0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f
       */
      event_id: string;
      /**
       * @description How many destinations it is meant for
       * @example 2
       */
      destinations: number;
    };
    BatchResultBody: {
      /**
       * @description Its place in the batch, from 0; empty lines don’t count
       * @example 0
       */
      index: number;
      /**
       * @description What it would have been answered alone
       * @example 202
       */
      status: number;
      /** @example Data Received */
      message?: string;
      /**
       * Format: uuid
       * @example 0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f
       */
      event_id?: string;
      /** @example b1:0 */
      external_id?: string | null;
      /** @example 2 */
      destinations?: number;
      /**
       * @description Why it was not accepted
       * @enum {string}
       */
      code?:
        | 'validation_failed'
        | 'malformed_request'
        | 'invalid_json'
        | 'invalid_data'
        | 'unknown_parameter'
        | 'unauthenticated'
        | 'invalid_token'
        | 'forbidden'
        | 'not_found'
        | 'method_not_allowed'
        | 'timeout'
        | 'conflict'
        | 'encryption_key_missing'
        | 'not_its_turn'
        | 'precondition_failed'
        | 'payload_too_large'
        | 'uri_too_long'
        | 'unsupported_media_type'
        | 'idempotency_mismatch'
        | 'rate_limited'
        | 'header_fields_too_large'
        | 'internal_error'
        | 'outcome_unknown'
        | 'database_unsafe'
        | 'unavailable';
      /** @description The same, for people */
      error?: string;
      /** @description What is wrong with its JSON */
      detail?: string;
      /** @description Where: the byte of the whole body, from 0 */
      offset?: number;
    };
    BatchBody: {
      /** @example 1 */
      accepted: number;
      /** @example 0 */
      refused: number;
      /** @description One an item, in their order */
      results: components['schemas']['BatchResultBody'][];
    };
  };
  responses: {
    /** @description `timeout`: The request took too long */
    timeout: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `header_fields_too_large`: The header fields are too large */
    header_fields_too_large: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `database_unsafe`: The database has too few synchronous replicas to accept data safely. `unavailable`: The database is not available or can not keep up */
    'database_unsafe.unavailable': {
      headers: {
        /** @description Seconds to wait before the request is sent again */
        'Retry-After'?: string;
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `unknown_parameter`: Unknown or wrong query parameter */
    unknown_parameter: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `unauthenticated`: An API key is required */
    unauthenticated: {
      headers: {
        /** @description How to authenticate */
        'WWW-Authenticate'?: string;
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `rate_limited`: Too many requests */
    rate_limited: {
      headers: {
        /** @description Seconds to wait before the request is sent again */
        'Retry-After'?: string;
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `internal_error`: Something went wrong on our side */
    internal_error: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `unavailable`: The database is not available or can not keep up */
    unavailable: {
      headers: {
        /** @description Seconds to wait before the request is sent again */
        'Retry-After'?: string;
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /**
     * @description `validation_failed`: Some fields are not valid
     *
     *     `validation_failed`: Some fields are not valid. `invalid_json`: The body is not valid JSON
     */
    'validation_failed.invalid_json': {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `forbidden`: This API key may not do that */
    forbidden: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `payload_too_large`: The body is too large */
    payload_too_large: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `unsupported_media_type`: The content type is not supported */
    unsupported_media_type: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `malformed_request`: The request is malformed */
    malformed_request: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `not_found`: Not found */
    not_found: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `uri_too_long`: The URL is too long */
    uri_too_long: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /**
     * @description `malformed_request`: The request is malformed
     *
     *     `validation_failed`: Some fields are not valid. `malformed_request`: The request is malformed
     *
     *     `validation_failed`: Some fields are not valid. `malformed_request`: The request is malformed. `invalid_json`: The body is not valid JSON
     */
    'validation_failed.malformed_request.invalid_json': {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `precondition_failed`: The object has changed since it was read */
    precondition_failed: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /**
     * @description `malformed_request`: The request is malformed
     *
     *     `malformed_request`: The request is malformed. `invalid_json`: The body is not valid JSON
     */
    'malformed_request.invalid_json': {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `conflict`: The state of the object does not allow that */
    conflict: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /**
     * @description `malformed_request`: The request is malformed
     *
     *     `malformed_request`: The request is malformed. `unknown_parameter`: Unknown or wrong query parameter
     */
    'malformed_request.unknown_parameter': {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `encryption_key_missing`: The key that it is encrypted with is missing */
    encryption_key_missing: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /**
     * @description `conflict`: The state of the object does not allow that. `not_its_turn`: The destination takes one delivery at a time, and others go before this one
     *
     *     `conflict`: The state of the object does not allow that. `not_its_turn`: The destination takes one delivery at a time, and others go before this one
     */
    'conflict.not_its_turn': {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `conflict`: The state of the object does not allow that. `encryption_key_missing`: The key that it is encrypted with is missing */
    'conflict.encryption_key_missing': {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `invalid_data`: Invalid Data */
    invalid_data: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `invalid_token`: Un Authenticate */
    invalid_token: {
      headers: {
        /** @description How to authenticate */
        'WWW-Authenticate'?: string;
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `idempotency_mismatch`: This event id was used before with other data */
    idempotency_mismatch: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
    /** @description `outcome_unknown`: The data may have been accepted: send it again with the same id. `database_unsafe`: The database has too few synchronous replicas to accept data safely. `unavailable`: The database is not available or can not keep up */
    'outcome_unknown.database_unsafe.unavailable': {
      headers: {
        /** @description Seconds to wait before the request is sent again */
        'Retry-After'?: string;
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
  };
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  getLiveness: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "status": "ready"
           *     }
           */
          'application/json': components['schemas']['HealthBody'];
        };
      };
      408: components['responses']['timeout'];
      431: components['responses']['header_fields_too_large'];
    };
  };
  getReadiness: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It can */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "status": "ready"
           *     }
           */
          'application/json': components['schemas']['HealthBody'];
        };
      };
      408: components['responses']['timeout'];
      431: components['responses']['header_fields_too_large'];
      503: components['responses']['database_unsafe.unavailable'];
    };
  };
  listAccounts: {
    parameters: {
      query?: {
        page?: number;
        page_size?: number;
        /** @description Text to look for, whatever its case */
        search?: string;
        /** @description Fields, comma-separated, with `-` for descending: created_at, updated_at, email, account_name, website, account_id */
        ordering?: string;
        account_id?: string;
        email?: string;
        account_name?: string;
        website?: string;
      };
      header?: {
        /** @description The `ETag` that is known already: if nothing has changed since, the answer is 304 */
        'If-None-Match'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was asked for */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "count": 1,
           *       "next": null,
           *       "previous": null,
           *       "results": [
           *         {
           *           "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *           "email": "ops@example.com",
           *           "account_name": "Example Ltd",
           *           "website": "https://example.com",
           *           "receive_rate_limit": null,
           *           "app_secret_token": "dpt_…x7Qk",
           *           "created_at": "2026-01-31T09:00:00.000Z",
           *           "updated_at": "2026-01-31T09:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['AccountBodyPage'];
        };
      };
      /** @description Nothing has changed since */
      304: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['unknown_parameter'];
      401: components['responses']['unauthenticated'];
      408: components['responses']['timeout'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  createAccount: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "ops@example.com",
         *       "account_name": "Example Ltd",
         *       "website": "https://example.com",
         *       "receive_rate_limit": null
         *     }
         */
        'application/json': components['schemas']['AccountInput'];
      };
    };
    responses: {
      /** @description Created */
      201: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          /** @description Where it is from now on */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *       "email": "ops@example.com",
           *       "account_name": "Example Ltd",
           *       "website": "https://example.com",
           *       "receive_rate_limit": null,
           *       "app_secret_token": "dpt_…x7Qk",
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "updated_at": "2026-01-31T09:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['AccountBody'];
        };
      };
      400: components['responses']['validation_failed.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      408: components['responses']['timeout'];
      413: components['responses']['payload_too_large'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  getAccount: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that is known already: if nothing has changed since, the answer is 304 */
        'If-None-Match'?: string;
      };
      path: {
        account_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was asked for */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *       "email": "ops@example.com",
           *       "account_name": "Example Ltd",
           *       "website": "https://example.com",
           *       "receive_rate_limit": null,
           *       "app_secret_token": "dpt_…x7Qk",
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "updated_at": "2026-01-31T09:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['AccountBody'];
        };
      };
      /** @description Nothing has changed since */
      304: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['malformed_request'];
      401: components['responses']['unauthenticated'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      414: components['responses']['uri_too_long'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  replaceAccount: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that was read: if the object has changed since, nothing is written and the answer is 412 */
        'If-Match'?: string;
      };
      path: {
        account_id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "ops@example.com",
         *       "account_name": "Example Ltd",
         *       "website": "https://example.com",
         *       "receive_rate_limit": null
         *     }
         */
        'application/json': components['schemas']['AccountInput'];
      };
    };
    responses: {
      /** @description As it is now */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *       "email": "ops@example.com",
           *       "account_name": "Example Ltd",
           *       "website": "https://example.com",
           *       "receive_rate_limit": null,
           *       "app_secret_token": "dpt_…x7Qk",
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "updated_at": "2026-01-31T09:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['AccountBody'];
        };
      };
      400: components['responses']['validation_failed.malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      412: components['responses']['precondition_failed'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  deleteAccount: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that was read: if the object has changed since, nothing is written and the answer is 412 */
        'If-Match'?: string;
      };
      path: {
        account_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Deleted */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      412: components['responses']['precondition_failed'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  updateAccount: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that was read: if the object has changed since, nothing is written and the answer is 412 */
        'If-Match'?: string;
      };
      path: {
        account_id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "ops@example.com",
         *       "account_name": "Example Ltd",
         *       "website": "https://example.com"
         *     }
         */
        'application/json': components['schemas']['AccountPatch'];
      };
    };
    responses: {
      /** @description As it is now */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *       "email": "ops@example.com",
           *       "account_name": "Example Ltd",
           *       "website": "https://example.com",
           *       "receive_rate_limit": null,
           *       "app_secret_token": "dpt_…x7Qk",
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "updated_at": "2026-01-31T09:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['AccountBody'];
        };
      };
      400: components['responses']['validation_failed.malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      412: components['responses']['precondition_failed'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  rotateAccountToken: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that was read: if the object has changed since, nothing is written and the answer is 412 */
        'If-Match'?: string;
      };
      path: {
        account_id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "overlap_seconds": 86400
         *     }
         */
        'application/json': components['schemas']['OverlapInput'];
      };
    };
    responses: {
      /** @description As it is now */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *       "email": "ops@example.com",
           *       "account_name": "Example Ltd",
           *       "website": "https://example.com",
           *       "receive_rate_limit": null,
           *       "app_secret_token": "dpt_…x7Qk",
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "updated_at": "2026-01-31T09:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['AccountBody'];
        };
      };
      400: components['responses']['validation_failed.malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      412: components['responses']['precondition_failed'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  listDestinations: {
    parameters: {
      query?: {
        page?: number;
        page_size?: number;
        /** @description Text to look for, whatever its case */
        search?: string;
        /** @description Fields, comma-separated, with `-` for descending: created_at, updated_at, url, http_method, enabled, description, timeout_ms, max_concurrency, account_id, id */
        ordering?: string;
        id?: string;
        account_id?: string;
        url?: string;
        http_method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
        enabled?: boolean;
        description?: string;
        event_types?: string;
        timeout_ms?: number;
        max_concurrency?: number;
        ordered?: boolean;
      };
      header?: {
        /** @description The `ETag` that is known already: if nothing has changed since, the answer is 304 */
        'If-None-Match'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was asked for */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "count": 1,
           *       "next": null,
           *       "previous": null,
           *       "results": [
           *         {
           *           "url": "https://receiver.example.com/hook",
           *           "http_method": "POST",
           *           "enabled": true,
           *           "description": "Orders of the shop",
           *           "event_types": [
           *             "order.created"
           *           ],
           *           "timeout_ms": 15000,
           *           "max_concurrency": 16,
           *           "rate_limit": 50,
           *           "retry_schedule": [
           *             5,
           *             30,
           *             120
           *           ],
           *           "ordered": false,
           *           "id": "0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a",
           *           "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *           "headers": {
           *             "X-Api-Key": "********",
           *             "X-Tag": [
           *               "one",
           *               "two"
           *             ]
           *           },
           *           "disabled_reason": null,
           *           "missing_encryption_keys": [],
           *           "created_at": "2026-01-31T09:00:00.000Z",
           *           "updated_at": "2026-01-31T09:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['DestinationBodyPage'];
        };
      };
      /** @description Nothing has changed since */
      304: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['unknown_parameter'];
      401: components['responses']['unauthenticated'];
      408: components['responses']['timeout'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  createDestination: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "url": "https://receiver.example.com/hook",
         *       "http_method": "POST",
         *       "headers": {
         *         "X-Api-Key": "secret",
         *         "X-Tag": [
         *           "one",
         *           "two"
         *         ]
         *       },
         *       "enabled": true,
         *       "description": "Orders of the shop",
         *       "event_types": [
         *         "order.created"
         *       ],
         *       "timeout_ms": 15000,
         *       "max_concurrency": 16,
         *       "rate_limit": 50,
         *       "retry_schedule": [
         *         5,
         *         30,
         *         120
         *       ],
         *       "ordered": false,
         *       "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f"
         *     }
         */
        'application/json': components['schemas']['DestinationCreate'];
      };
    };
    responses: {
      /** @description Created */
      201: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          /** @description Where it is from now on */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "url": "https://receiver.example.com/hook",
           *       "http_method": "POST",
           *       "enabled": true,
           *       "description": "Orders of the shop",
           *       "event_types": [
           *         "order.created"
           *       ],
           *       "timeout_ms": 15000,
           *       "max_concurrency": 16,
           *       "rate_limit": 50,
           *       "retry_schedule": [
           *         5,
           *         30,
           *         120
           *       ],
           *       "ordered": false,
           *       "id": "0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a",
           *       "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *       "headers": {
           *         "X-Api-Key": "********",
           *         "X-Tag": [
           *           "one",
           *           "two"
           *         ]
           *       },
           *       "disabled_reason": null,
           *       "missing_encryption_keys": [],
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "updated_at": "2026-01-31T09:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['DestinationBody'];
        };
      };
      400: components['responses']['validation_failed.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      408: components['responses']['timeout'];
      409: components['responses']['conflict'];
      413: components['responses']['payload_too_large'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  getDestination: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that is known already: if nothing has changed since, the answer is 304 */
        'If-None-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was asked for */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "url": "https://receiver.example.com/hook",
           *       "http_method": "POST",
           *       "enabled": true,
           *       "description": "Orders of the shop",
           *       "event_types": [
           *         "order.created"
           *       ],
           *       "timeout_ms": 15000,
           *       "max_concurrency": 16,
           *       "rate_limit": 50,
           *       "retry_schedule": [
           *         5,
           *         30,
           *         120
           *       ],
           *       "ordered": false,
           *       "id": "0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a",
           *       "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *       "headers": {
           *         "X-Api-Key": "********",
           *         "X-Tag": [
           *           "one",
           *           "two"
           *         ]
           *       },
           *       "disabled_reason": null,
           *       "missing_encryption_keys": [],
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "updated_at": "2026-01-31T09:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['DestinationBody'];
        };
      };
      /** @description Nothing has changed since */
      304: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['malformed_request'];
      401: components['responses']['unauthenticated'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      414: components['responses']['uri_too_long'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  replaceDestination: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that was read: if the object has changed since, nothing is written and the answer is 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "url": "https://receiver.example.com/hook",
         *       "http_method": "POST",
         *       "headers": {
         *         "X-Api-Key": "secret",
         *         "X-Tag": [
         *           "one",
         *           "two"
         *         ]
         *       },
         *       "enabled": true,
         *       "description": "Orders of the shop",
         *       "event_types": [
         *         "order.created"
         *       ],
         *       "timeout_ms": 15000,
         *       "max_concurrency": 16,
         *       "rate_limit": 50,
         *       "retry_schedule": [
         *         5,
         *         30,
         *         120
         *       ],
         *       "ordered": false
         *     }
         */
        'application/json': components['schemas']['DestinationInput'];
      };
    };
    responses: {
      /** @description As it is now */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "url": "https://receiver.example.com/hook",
           *       "http_method": "POST",
           *       "enabled": true,
           *       "description": "Orders of the shop",
           *       "event_types": [
           *         "order.created"
           *       ],
           *       "timeout_ms": 15000,
           *       "max_concurrency": 16,
           *       "rate_limit": 50,
           *       "retry_schedule": [
           *         5,
           *         30,
           *         120
           *       ],
           *       "ordered": false,
           *       "id": "0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a",
           *       "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *       "headers": {
           *         "X-Api-Key": "********",
           *         "X-Tag": [
           *           "one",
           *           "two"
           *         ]
           *       },
           *       "disabled_reason": null,
           *       "missing_encryption_keys": [],
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "updated_at": "2026-01-31T09:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['DestinationBody'];
        };
      };
      400: components['responses']['validation_failed.malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      412: components['responses']['precondition_failed'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  deleteDestination: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that was read: if the object has changed since, nothing is written and the answer is 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Deleted */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      412: components['responses']['precondition_failed'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  updateDestination: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that was read: if the object has changed since, nothing is written and the answer is 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "url": "https://receiver.example.com/hook",
         *       "http_method": "POST",
         *       "headers": {
         *         "X-Api-Key": "secret",
         *         "X-Tag": [
         *           "one",
         *           "two"
         *         ]
         *       },
         *       "enabled": true,
         *       "description": "Orders of the shop",
         *       "event_types": [
         *         "order.created"
         *       ],
         *       "timeout_ms": 15000,
         *       "max_concurrency": 16,
         *       "rate_limit": 50,
         *       "retry_schedule": [
         *         5,
         *         30,
         *         120
         *       ],
         *       "ordered": false
         *     }
         */
        'application/json': components['schemas']['DestinationPatch'];
      };
    };
    responses: {
      /** @description As it is now */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "url": "https://receiver.example.com/hook",
           *       "http_method": "POST",
           *       "enabled": true,
           *       "description": "Orders of the shop",
           *       "event_types": [
           *         "order.created"
           *       ],
           *       "timeout_ms": 15000,
           *       "max_concurrency": 16,
           *       "rate_limit": 50,
           *       "retry_schedule": [
           *         5,
           *         30,
           *         120
           *       ],
           *       "ordered": false,
           *       "id": "0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a",
           *       "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *       "headers": {
           *         "X-Api-Key": "********",
           *         "X-Tag": [
           *           "one",
           *           "two"
           *         ]
           *       },
           *       "disabled_reason": null,
           *       "missing_encryption_keys": [],
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "updated_at": "2026-01-31T09:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['DestinationBody'];
        };
      };
      400: components['responses']['validation_failed.malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      412: components['responses']['precondition_failed'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  listAccountDestinations: {
    parameters: {
      query?: {
        page?: number;
        page_size?: number;
        /** @description Text to look for, whatever its case */
        search?: string;
        /** @description Fields, comma-separated, with `-` for descending: created_at, updated_at, url, http_method, enabled, description, timeout_ms, max_concurrency, account_id, id */
        ordering?: string;
        id?: string;
        account_id?: string;
        url?: string;
        http_method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
        enabled?: boolean;
        description?: string;
        event_types?: string;
        timeout_ms?: number;
        max_concurrency?: number;
        ordered?: boolean;
      };
      header?: {
        /** @description The `ETag` that is known already: if nothing has changed since, the answer is 304 */
        'If-None-Match'?: string;
      };
      path: {
        account_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was asked for */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "count": 1,
           *       "next": null,
           *       "previous": null,
           *       "results": [
           *         {
           *           "url": "https://receiver.example.com/hook",
           *           "http_method": "POST",
           *           "enabled": true,
           *           "description": "Orders of the shop",
           *           "event_types": [
           *             "order.created"
           *           ],
           *           "timeout_ms": 15000,
           *           "max_concurrency": 16,
           *           "rate_limit": 50,
           *           "retry_schedule": [
           *             5,
           *             30,
           *             120
           *           ],
           *           "ordered": false,
           *           "id": "0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a",
           *           "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *           "headers": {
           *             "X-Api-Key": "********",
           *             "X-Tag": [
           *               "one",
           *               "two"
           *             ]
           *           },
           *           "disabled_reason": null,
           *           "missing_encryption_keys": [],
           *           "created_at": "2026-01-31T09:00:00.000Z",
           *           "updated_at": "2026-01-31T09:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['DestinationBodyPage'];
        };
      };
      /** @description Nothing has changed since */
      304: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['malformed_request.unknown_parameter'];
      401: components['responses']['unauthenticated'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      414: components['responses']['uri_too_long'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  createAccountDestination: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        account_id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "url": "https://receiver.example.com/hook",
         *       "http_method": "POST",
         *       "headers": {
         *         "X-Api-Key": "secret",
         *         "X-Tag": [
         *           "one",
         *           "two"
         *         ]
         *       },
         *       "enabled": true,
         *       "description": "Orders of the shop",
         *       "event_types": [
         *         "order.created"
         *       ],
         *       "timeout_ms": 15000,
         *       "max_concurrency": 16,
         *       "rate_limit": 50,
         *       "retry_schedule": [
         *         5,
         *         30,
         *         120
         *       ],
         *       "ordered": false
         *     }
         */
        'application/json': components['schemas']['DestinationInput'];
      };
    };
    responses: {
      /** @description Created */
      201: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          /** @description Where it is from now on */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "url": "https://receiver.example.com/hook",
           *       "http_method": "POST",
           *       "enabled": true,
           *       "description": "Orders of the shop",
           *       "event_types": [
           *         "order.created"
           *       ],
           *       "timeout_ms": 15000,
           *       "max_concurrency": 16,
           *       "rate_limit": 50,
           *       "retry_schedule": [
           *         5,
           *         30,
           *         120
           *       ],
           *       "ordered": false,
           *       "id": "0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a",
           *       "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *       "headers": {
           *         "X-Api-Key": "********",
           *         "X-Tag": [
           *           "one",
           *           "two"
           *         ]
           *       },
           *       "disabled_reason": null,
           *       "missing_encryption_keys": [],
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "updated_at": "2026-01-31T09:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['DestinationBody'];
        };
      };
      400: components['responses']['validation_failed.malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      409: components['responses']['conflict'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  getSigningSecret: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that is known already: if nothing has changed since, the answer is 304 */
        'If-None-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was asked for */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
           *     }
           */
          'application/json': components['schemas']['SigningSecretBody'];
        };
      };
      /** @description Nothing has changed since */
      304: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['malformed_request'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      409: components['responses']['encryption_key_missing'];
      414: components['responses']['uri_too_long'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  rotateSigningSecret: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that was read: if the object has changed since, nothing is written and the answer is 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "overlap_seconds": 86400
         *     }
         */
        'application/json': components['schemas']['OverlapInput'];
      };
    };
    responses: {
      /** @description As it is now */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
           *     }
           */
          'application/json': components['schemas']['SigningSecretBody'];
        };
      };
      400: components['responses']['validation_failed.malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      412: components['responses']['precondition_failed'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  dryRunAccount: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        account_id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "event": {
         *         "type": "order.created",
         *         "id": 4711
         *       },
         *       "event_type": "order.created"
         *     }
         */
        'application/json': components['schemas']['TryInput'];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "destinations": [
           *         {
           *           "destination_id": "0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a",
           *           "outcome": "sent",
           *           "explanation": "It wants events of every type.",
           *           "request": {
           *             "method": "POST",
           *             "url": "https://example.com/hook",
           *             "headers": {
           *               "X-Api-Key": "********",
           *               "Content-Type": "application/json"
           *             },
           *             "body": "{\"id\":4711}"
           *           }
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['AccountDryRunBody'];
        };
      };
      400: components['responses']['validation_failed.malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  listEvents: {
    parameters: {
      query?: {
        /** @description Where to go on: from `next` or `previous` of an answer */
        cursor?: string;
        page_size?: number;
        account_id?: string;
        event_type?: string;
        external_id?: string;
        received_after?: string;
        received_before?: string;
      };
      header?: {
        /** @description The `ETag` that is known already: if nothing has changed since, the answer is 304 */
        'If-None-Match'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was asked for */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "next": null,
           *       "previous": null,
           *       "results": [
           *         {
           *           "event_id": "0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f",
           *           "external_id": "order-4711",
           *           "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *           "event_type": "order.created",
           *           "content_type": "application/json",
           *           "size": 512,
           *           "received_at": "2026-01-31T09:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['EventBodyPage'];
        };
      };
      /** @description Nothing has changed since */
      304: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['unknown_parameter'];
      401: components['responses']['unauthenticated'];
      408: components['responses']['timeout'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  getEvent: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that is known already: if nothing has changed since, the answer is 304 */
        'If-None-Match'?: string;
      };
      path: {
        event_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was asked for */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "event_id": "0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f",
           *       "external_id": "order-4711",
           *       "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *       "event_type": "order.created",
           *       "content_type": "application/json",
           *       "size": 512,
           *       "received_at": "2026-01-31T09:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['EventBody'];
        };
      };
      /** @description Nothing has changed since */
      304: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['malformed_request'];
      401: components['responses']['unauthenticated'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      414: components['responses']['uri_too_long'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  getEventPayload: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that is known already: if nothing has changed since, the answer is 304 */
        'If-None-Match'?: string;
      };
      path: {
        event_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The payload */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "type": "order.created",
           *       "id": 4711
           *     }
           */
          'application/json': Record<string, never> | unknown[];
          /**
           * @example {
           *       "type": "order.created",
           *       "id": 4711
           *     }
           */
          'application/*': Record<string, never> | unknown[];
        };
      };
      /** @description Nothing has changed since */
      304: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['malformed_request'];
      401: components['responses']['unauthenticated'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      414: components['responses']['uri_too_long'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  replayEvent: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        event_id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "destination_ids": null
         *     }
         */
        'application/json': components['schemas']['EventReplayInput'];
      };
    };
    responses: {
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "event_id": "0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f",
           *       "deliveries": [
           *         {
           *           "id": "0198d4a2-7b00-7d11-8f33-1b2c3d4e5f60",
           *           "event_id": "0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f",
           *           "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *           "destination_id": "0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a",
           *           "url": "https://example.com/hook",
           *           "http_method": "POST",
           *           "state": "delivered",
           *           "reason": null,
           *           "attempts": 1,
           *           "next_attempt_at": null,
           *           "last_status": 200,
           *           "created_at": "2026-01-31T09:00:00.000Z",
           *           "finished_at": "2026-01-31T09:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['EventReplayBody'];
        };
      };
      400: components['responses']['validation_failed.malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      409: components['responses']['conflict'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  listDeliveries: {
    parameters: {
      query?: {
        /** @description Where to go on: from `next` or `previous` of an answer */
        cursor?: string;
        page_size?: number;
        account_id?: string;
        destination_id?: string;
        event_id?: string;
        event_type?: string;
        external_id?: string;
        state?: 'pending' | 'in_flight' | 'retrying' | 'held' | 'delivered' | 'failed' | 'skipped' | 'cancelled';
        unfinished?: boolean;
        reason?: string;
        error_code?:
          | 'connection_refused'
          | 'connection_reset'
          | 'unreachable'
          | 'timed_out'
          | 'name_not_found'
          | 'tls_error'
          | 'invalid_response'
          | 'server_error'
          | 'rate_limited'
          | 'redirected'
          | 'client_error'
          | 'unexpected_status'
          | 'gone'
          | 'address_blocked'
          | 'port_blocked'
          | 'proxy_failed'
          | 'interrupted'
          | 'url_too_long'
          | 'cannot_be_sent';
        last_status?: number;
        created_after?: string;
        created_before?: string;
        finished_after?: string;
        finished_before?: string;
      };
      header?: {
        /** @description The `ETag` that is known already: if nothing has changed since, the answer is 304 */
        'If-None-Match'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was asked for */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "next": null,
           *       "previous": null,
           *       "results": [
           *         {
           *           "id": "0198d4a2-7b00-7d11-8f33-1b2c3d4e5f60",
           *           "event_id": "0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f",
           *           "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *           "destination_id": "0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a",
           *           "url": "https://example.com/hook",
           *           "http_method": "POST",
           *           "state": "delivered",
           *           "reason": null,
           *           "attempts": 1,
           *           "next_attempt_at": null,
           *           "last_status": 200,
           *           "created_at": "2026-01-31T09:00:00.000Z",
           *           "finished_at": "2026-01-31T09:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['DeliveryBodyPage'];
        };
      };
      /** @description Nothing has changed since */
      304: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['unknown_parameter'];
      401: components['responses']['unauthenticated'];
      408: components['responses']['timeout'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  getDelivery: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that is known already: if nothing has changed since, the answer is 304 */
        'If-None-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was asked for */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "0198d4a2-7b00-7d11-8f33-1b2c3d4e5f60",
           *       "event_id": "0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f",
           *       "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *       "destination_id": "0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a",
           *       "url": "https://example.com/hook",
           *       "http_method": "POST",
           *       "state": "delivered",
           *       "reason": null,
           *       "attempts": 1,
           *       "next_attempt_at": null,
           *       "last_status": 200,
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "finished_at": "2026-01-31T09:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['DeliveryBody'];
        };
      };
      /** @description Nothing has changed since */
      304: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['malformed_request'];
      401: components['responses']['unauthenticated'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      414: components['responses']['uri_too_long'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  retryDelivery: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that was read: if the object has changed since, nothing is written and the answer is 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description As it is now */
      202: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "0198d4a2-7b00-7d11-8f33-1b2c3d4e5f60",
           *       "event_id": "0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f",
           *       "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *       "destination_id": "0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a",
           *       "url": "https://example.com/hook",
           *       "http_method": "POST",
           *       "state": "delivered",
           *       "reason": null,
           *       "attempts": 1,
           *       "next_attempt_at": null,
           *       "last_status": 200,
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "finished_at": "2026-01-31T09:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['DeliveryBody'];
        };
      };
      400: components['responses']['malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      409: components['responses']['conflict.not_its_turn'];
      412: components['responses']['precondition_failed'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  cancelDelivery: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that was read: if the object has changed since, nothing is written and the answer is 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description As it is now */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "0198d4a2-7b00-7d11-8f33-1b2c3d4e5f60",
           *       "event_id": "0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f",
           *       "account_id": "0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f",
           *       "destination_id": "0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a",
           *       "url": "https://example.com/hook",
           *       "http_method": "POST",
           *       "state": "delivered",
           *       "reason": null,
           *       "attempts": 1,
           *       "next_attempt_at": null,
           *       "last_status": 200,
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "finished_at": "2026-01-31T09:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['DeliveryBody'];
        };
      };
      400: components['responses']['malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      409: components['responses']['conflict'];
      412: components['responses']['precondition_failed'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  listAttempts: {
    parameters: {
      query?: {
        /** @description Where to go on: from `next` or `previous` of an answer */
        cursor?: string;
        page_size?: number;
        status?: number;
        error_code?:
          | 'connection_refused'
          | 'connection_reset'
          | 'unreachable'
          | 'timed_out'
          | 'name_not_found'
          | 'tls_error'
          | 'invalid_response'
          | 'server_error'
          | 'rate_limited'
          | 'redirected'
          | 'client_error'
          | 'unexpected_status'
          | 'gone'
          | 'address_blocked'
          | 'port_blocked'
          | 'proxy_failed'
          | 'interrupted'
          | 'url_too_long'
          | 'cannot_be_sent';
      };
      header?: {
        /** @description The `ETag` that is known already: if nothing has changed since, the answer is 304 */
        'If-None-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was asked for */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "next": null,
           *       "previous": null,
           *       "results": [
           *         {
           *           "id": "0198d4a2-7b00-7d11-8f33-1b2c3d4e5f60:1",
           *           "delivery_id": "0198d4a2-7b00-7d11-8f33-1b2c3d4e5f60",
           *           "number": 1,
           *           "started_at": "2026-01-31T09:00:00.000Z",
           *           "method": "POST",
           *           "url": "https://example.com/hook",
           *           "request_headers": {
           *             "X-Api-Key": "********"
           *           },
           *           "status": 200,
           *           "response_headers": {
           *             "content-type": "text/plain"
           *           },
           *           "response_body": "ok",
           *           "response_body_encoding": "utf-8",
           *           "response_body_truncated": false,
           *           "response_body_size": 2,
           *           "resent": false,
           *           "address": "203.0.113.7",
           *           "timings": {
           *             "dns": 1.2,
           *             "connect": 8.1,
           *             "tls": 12.4,
           *             "first_byte": 41.7,
           *             "total": 42.3
           *           },
           *           "error_code": null,
           *           "message": "Delivered."
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['AttemptBodyPage'];
        };
      };
      /** @description Nothing has changed since */
      304: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['malformed_request.unknown_parameter'];
      401: components['responses']['unauthenticated'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      414: components['responses']['uri_too_long'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  listReplays: {
    parameters: {
      query?: {
        /** @description Where to go on: from `next` or `previous` of an answer */
        cursor?: string;
        page_size?: number;
        account_id?: string;
        destination_id?: string;
        state?: 'counted' | 'running' | 'paused' | 'finished' | 'cancelled';
      };
      header?: {
        /** @description The `ETag` that is known already: if nothing has changed since, the answer is 304 */
        'If-None-Match'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was asked for */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "next": null,
           *       "previous": null,
           *       "results": [
           *         {
           *           "id": "0198d4a2-9a00-7d11-9c22-6a7b8c9d0e1f",
           *           "state": "running",
           *           "action": "send",
           *           "filter": {
           *             "account_id": null,
           *             "destination_id": null,
           *             "state": "failed",
           *             "reason": null,
           *             "event_type": null,
           *             "last_status": null,
           *             "created_after": "2026-01-31T09:00:00.000Z",
           *             "created_before": null,
           *             "finished_after": null,
           *             "finished_before": null,
           *             "delivery_ids": null
           *           },
           *           "pace": 100,
           *           "total": 1200,
           *           "total_is_exact": true,
           *           "done": 300,
           *           "skipped": 0,
           *           "created_at": "2026-01-31T09:00:00.000Z",
           *           "started_at": "2026-01-31T09:00:00.000Z",
           *           "finished_at": null
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['ReplayBodyPage'];
        };
      };
      /** @description Nothing has changed since */
      304: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['unknown_parameter'];
      401: components['responses']['unauthenticated'];
      408: components['responses']['timeout'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  createReplay: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "action": "send",
         *       "account_id": null,
         *       "destination_id": null,
         *       "state": "failed",
         *       "reason": "server_error",
         *       "event_type": "order.created",
         *       "last_status": 503,
         *       "created_after": null,
         *       "created_before": null,
         *       "finished_after": null,
         *       "finished_before": null,
         *       "delivery_ids": null,
         *       "pace": 100
         *     }
         */
        'application/json': components['schemas']['ReplayInput'];
      };
    };
    responses: {
      /** @description Created */
      201: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          /** @description Where it is from now on */
          Location?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "0198d4a2-9a00-7d11-9c22-6a7b8c9d0e1f",
           *       "state": "running",
           *       "action": "send",
           *       "filter": {
           *         "account_id": null,
           *         "destination_id": null,
           *         "state": "failed",
           *         "reason": null,
           *         "event_type": null,
           *         "last_status": null,
           *         "created_after": "2026-01-31T09:00:00.000Z",
           *         "created_before": null,
           *         "finished_after": null,
           *         "finished_before": null,
           *         "delivery_ids": null
           *       },
           *       "pace": 100,
           *       "total": 1200,
           *       "total_is_exact": true,
           *       "done": 300,
           *       "skipped": 0,
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "started_at": "2026-01-31T09:00:00.000Z",
           *       "finished_at": null
           *     }
           */
          'application/json': components['schemas']['ReplayBody'];
        };
      };
      400: components['responses']['validation_failed.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      413: components['responses']['payload_too_large'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  getReplay: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that is known already: if nothing has changed since, the answer is 304 */
        'If-None-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What was asked for */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "0198d4a2-9a00-7d11-9c22-6a7b8c9d0e1f",
           *       "state": "running",
           *       "action": "send",
           *       "filter": {
           *         "account_id": null,
           *         "destination_id": null,
           *         "state": "failed",
           *         "reason": null,
           *         "event_type": null,
           *         "last_status": null,
           *         "created_after": "2026-01-31T09:00:00.000Z",
           *         "created_before": null,
           *         "finished_after": null,
           *         "finished_before": null,
           *         "delivery_ids": null
           *       },
           *       "pace": 100,
           *       "total": 1200,
           *       "total_is_exact": true,
           *       "done": 300,
           *       "skipped": 0,
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "started_at": "2026-01-31T09:00:00.000Z",
           *       "finished_at": null
           *     }
           */
          'application/json': components['schemas']['ReplayBody'];
        };
      };
      /** @description Nothing has changed since */
      304: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['malformed_request'];
      401: components['responses']['unauthenticated'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      414: components['responses']['uri_too_long'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  startReplay: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that was read: if the object has changed since, nothing is written and the answer is 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description As it is now */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "0198d4a2-9a00-7d11-9c22-6a7b8c9d0e1f",
           *       "state": "running",
           *       "action": "send",
           *       "filter": {
           *         "account_id": null,
           *         "destination_id": null,
           *         "state": "failed",
           *         "reason": null,
           *         "event_type": null,
           *         "last_status": null,
           *         "created_after": "2026-01-31T09:00:00.000Z",
           *         "created_before": null,
           *         "finished_after": null,
           *         "finished_before": null,
           *         "delivery_ids": null
           *       },
           *       "pace": 100,
           *       "total": 1200,
           *       "total_is_exact": true,
           *       "done": 300,
           *       "skipped": 0,
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "started_at": "2026-01-31T09:00:00.000Z",
           *       "finished_at": null
           *     }
           */
          'application/json': components['schemas']['ReplayBody'];
        };
      };
      400: components['responses']['malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      409: components['responses']['conflict'];
      412: components['responses']['precondition_failed'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  pauseReplay: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that was read: if the object has changed since, nothing is written and the answer is 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description As it is now */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "0198d4a2-9a00-7d11-9c22-6a7b8c9d0e1f",
           *       "state": "running",
           *       "action": "send",
           *       "filter": {
           *         "account_id": null,
           *         "destination_id": null,
           *         "state": "failed",
           *         "reason": null,
           *         "event_type": null,
           *         "last_status": null,
           *         "created_after": "2026-01-31T09:00:00.000Z",
           *         "created_before": null,
           *         "finished_after": null,
           *         "finished_before": null,
           *         "delivery_ids": null
           *       },
           *       "pace": 100,
           *       "total": 1200,
           *       "total_is_exact": true,
           *       "done": 300,
           *       "skipped": 0,
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "started_at": "2026-01-31T09:00:00.000Z",
           *       "finished_at": null
           *     }
           */
          'application/json': components['schemas']['ReplayBody'];
        };
      };
      400: components['responses']['malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      409: components['responses']['conflict'];
      412: components['responses']['precondition_failed'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  cancelReplay: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` that was read: if the object has changed since, nothing is written and the answer is 412 */
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description As it is now */
      200: {
        headers: {
          /** @description The version of what was read */
          ETag?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "0198d4a2-9a00-7d11-9c22-6a7b8c9d0e1f",
           *       "state": "running",
           *       "action": "send",
           *       "filter": {
           *         "account_id": null,
           *         "destination_id": null,
           *         "state": "failed",
           *         "reason": null,
           *         "event_type": null,
           *         "last_status": null,
           *         "created_after": "2026-01-31T09:00:00.000Z",
           *         "created_before": null,
           *         "finished_after": null,
           *         "finished_before": null,
           *         "delivery_ids": null
           *       },
           *       "pace": 100,
           *       "total": 1200,
           *       "total_is_exact": true,
           *       "done": 300,
           *       "skipped": 0,
           *       "created_at": "2026-01-31T09:00:00.000Z",
           *       "started_at": "2026-01-31T09:00:00.000Z",
           *       "finished_at": null
           *     }
           */
          'application/json': components['schemas']['ReplayBody'];
        };
      };
      400: components['responses']['malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      409: components['responses']['conflict'];
      412: components['responses']['precondition_failed'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  testDestination: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "event": {
         *         "type": "order.created",
         *         "id": 4711
         *       },
         *       "event_type": "order.created",
         *       "dry_run": false
         *     }
         */
        'application/json': components['schemas']['TestInput'];
      };
    };
    responses: {
      /** @description What came back, or with `dry_run` what would be sent */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "started_at": "2026-01-31T09:00:00.000Z",
           *       "method": "POST",
           *       "url": "https://example.com/hook",
           *       "request_headers": {
           *         "X-Api-Key": "********"
           *       },
           *       "status": 200,
           *       "response_headers": {
           *         "content-type": "text/plain"
           *       },
           *       "response_body": "ok",
           *       "response_body_encoding": "utf-8",
           *       "response_body_truncated": false,
           *       "response_body_size": 2,
           *       "resent": false,
           *       "address": "203.0.113.7",
           *       "timings": {
           *         "dns": 1.2,
           *         "connect": 8.1,
           *         "tls": 12.4,
           *         "first_byte": 41.7,
           *         "total": 42.3
           *       },
           *       "error_code": null,
           *       "message": "Delivered.",
           *       "delivered": true,
           *       "payload": "{\"type\":\"data_pusher.test\"}"
           *     }
           */
          'application/json': components['schemas']['TestEventBody'] | components['schemas']['DryRunBody'];
        };
      };
      400: components['responses']['validation_failed.malformed_request.invalid_json'];
      401: components['responses']['unauthenticated'];
      403: components['responses']['forbidden'];
      404: components['responses']['not_found'];
      408: components['responses']['timeout'];
      409: components['responses']['conflict.encryption_key_missing'];
      413: components['responses']['payload_too_large'];
      414: components['responses']['uri_too_long'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['unavailable'];
    };
  };
  receiveData: {
    parameters: {
      query?: never;
      header?: {
        /** @description `wait=N` (RFC 7240), at most 30: waits so many seconds for the first attempts. 202 when they take longer */
        Prefer?: string;
        /** @description Matched with `event_types` of destinations */
        'CL-X-EVENT-TYPE'?: string;
        /** @description The same, by its other name */
        'Idempotency-Key'?: string;
        /** @description Your own id; makes sending again safe */
        'CL-X-EVENT-ID'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "type": "order.created",
         *       "id": 4711
         *     }
         */
        'application/json':
          | {
              [key: string]: unknown;
            }
          | unknown[];
      };
    };
    responses: {
      /** @description Accepted, and attempted as preferred */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "message": "Data Received",
           *       "event_id": "0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f",
           *       "destinations": 2,
           *       "deliveries": [
           *         {
           *           "destination_id": "0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a",
           *           "delivery_id": "0198d4a2-7b00-7d11-8f33-1b2c3d4e5f60",
           *           "state": "delivered",
           *           "status": 200,
           *           "error_code": null,
           *           "message": "Delivered.",
           *           "next_attempt_at": null
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['ReceivedWithOutcomesBody'];
        };
      };
      /** @description Accepted durably */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "message": "Data Received",
           *       "event_id": "0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f",
           *       "destinations": 2
           *     }
           */
          'application/json': components['schemas']['ReceivedBody'];
        };
      };
      400: components['responses']['invalid_data'];
      401: components['responses']['invalid_token'];
      408: components['responses']['timeout'];
      413: components['responses']['payload_too_large'];
      415: components['responses']['unsupported_media_type'];
      422: components['responses']['idempotency_mismatch'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['outcome_unknown.database_unsafe.unavailable'];
    };
  };
  receiveBatch: {
    parameters: {
      query?: never;
      header?: {
        /** @description The member that holds an item’s type */
        'CL-X-EVENT-TYPE-MEMBER'?: string;
        /** @description The type of items that don’t say it themselves */
        'CL-X-EVENT-TYPE'?: string;
        /** @description Instead: the member in which each item carries your id of it */
        'CL-X-EVENT-ID-MEMBER'?: string;
        /** @description The same, by its other name */
        'Idempotency-Key'?: string;
        /** @description Your id of the batch: item n, from 0, is known by it, a colon and n (`b1:0`). At most 250 characters */
        'CL-X-EVENT-ID'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example [
         *       {
         *         "id": 4711
         *       },
         *       {
         *         "id": 4712
         *       }
         *     ]
         */
        'application/json': (
          | {
              [key: string]: unknown;
            }
          | unknown[]
        )[];
        /**
         * @example [
         *       {
         *         "id": 4711
         *       },
         *       {
         *         "id": 4712
         *       }
         *     ]
         */
        'application/x-ndjson': (
          | {
              [key: string]: unknown;
            }
          | unknown[]
        )[];
      };
    };
    responses: {
      /** @description What became of each item */
      207: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "accepted": 1,
           *       "refused": 0,
           *       "results": [
           *         {
           *           "index": 0,
           *           "status": 202,
           *           "message": "Data Received",
           *           "event_id": "0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f",
           *           "external_id": "b1:0",
           *           "destinations": 2,
           *           "code": "validation_failed"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['BatchBody'];
        };
      };
      400: components['responses']['invalid_data'];
      401: components['responses']['invalid_token'];
      408: components['responses']['timeout'];
      413: components['responses']['payload_too_large'];
      415: components['responses']['unsupported_media_type'];
      429: components['responses']['rate_limited'];
      431: components['responses']['header_fields_too_large'];
      500: components['responses']['internal_error'];
      503: components['responses']['outcome_unknown.database_unsafe.unavailable'];
    };
  };
}
