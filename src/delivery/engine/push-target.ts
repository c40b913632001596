import { isWanted } from '../../destinations/event-types.js';
import { openHeaders } from '../../destinations/stored-headers.js';
import { openSigningSecret } from '../../destinations/signing-secret.js';
import { keyIdIn, type SecretBox } from '../../common/secret-box.js';
import type { HmacKey } from '../push/hmac.js';
import { signingKey } from '../push/sign.js';
import type { StoredTarget } from '../queue/load.js';

/** A destination ready to be pushed to: secrets opened. Lives in memory only. */
export interface PushTarget {
  readonly id: string;
  readonly accountId: string;
  readonly version: number;
  readonly url: string;
  readonly httpMethod: string;
  readonly headers: readonly { name: string; values: readonly string[] }[];
  readonly timeoutMs: number;
  readonly maxConcurrency: number;
  /** Requests a second over all processes. */
  readonly rateLimit: number | null;
  readonly retrySchedule: readonly number[];
  readonly ordered: boolean;
  /** What it wants; none: everything, and only then what has no type. */
  readonly eventTypes: readonly string[];
  /** Of its secrets, newest first. */
  readonly signingKeys: readonly { key: HmacKey; expiresAtMs: number | null }[];
  /** What it holds of memory, in bytes, more or less. */
  readonly weight: number;
}

/** The object itself, its strings' heads and the keys that sign. */
const EMPTY_TARGET_BYTES = 2_000;
const LIST_ITEM_BYTES = 40;
/** Headers and URL are held as they are, as they are sent and as they are shown: see build-request.ts. */
const FORMS = 3;

/** Opens what is sealed; throws when a key is missing, but of a secret that was rotated and signs for its overlap only. */
export function toPushTarget(stored: StoredTarget, box: SecretBox): PushTarget {
  const headers = openHeaders(box, stored.id, stored.headers);
  return {
    id: stored.id,
    accountId: stored.account_id,
    version: stored.version,
    url: stored.url,
    httpMethod: stored.http_method,
    headers,
    weight: weightOf(stored, headers),
    timeoutMs: stored.timeout_ms,
    maxConcurrency: stored.max_concurrency,
    rateLimit: stored.rate_limit,
    retrySchedule: stored.retry_schedule,
    ordered: stored.ordered,
    eventTypes: stored.event_types,
    signingKeys: stored.secrets
      .filter(({ sealed, expires_at_ms }) => expires_at_ms === null || !box.lacks(keyIdIn(sealed)))
      .map(({ sealed, expires_at_ms }) => ({
        key: signingKey(openSigningSecret(box, stored.id, sealed)),
        expiresAtMs: expires_at_ms,
      })),
  };
}

function weightOf({ url, event_types, retry_schedule }: StoredTarget, headers: PushTarget['headers']): number {
  const lines = headers.flatMap(({ name, values }) => values.map((value) => name.length + value.length));
  const texts = [url.length, ...lines].reduce((sum, length) => sum + FORMS * (length + LIST_ITEM_BYTES), 0);
  const types = event_types.reduce((sum, type) => sum + type.length + LIST_ITEM_BYTES, 0);
  return EMPTY_TARGET_BYTES + texts + types + 8 * retry_schedule.length;
}

/** As the accepting statement has it. */
export function wants({ eventTypes }: PushTarget, eventType: string | null): boolean {
  return isWanted(eventTypes, eventType);
}

/** What signs now: the current secret and those whose overlap has not ended. */
export function signingKeysAt(target: PushTarget, nowMs: number): HmacKey[] {
  return target.signingKeys
    .filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs)
    .map(({ key }) => key);
}
