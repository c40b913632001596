import { isUtf8 } from 'node:buffer';
import type { DeliveriesService } from '../../delivery/ledger/deliveries.service.js';
import type { EventRow } from '../../delivery/ledger/events.service.js';
import {
  bodySizeOf,
  bodyTextOf,
  isTruncated,
  presentDelivery,
  presentEvent,
} from '../../delivery/ledger/ledger-bodies.js';
import type { ReplayRow } from '../../delivery/replay/replays.service.js';
import type { DestinationView as StoredDestination } from '../../destinations/destinations.service.js';
import type { AttemptView } from '../attempt-view.js';
import type { DeliveryView, DestinationView, EventView, OperationView, PayloadView } from './views.js';

type DeliveryRow = Awaited<ReturnType<DeliveriesService['get']>>;
type AttemptRow = Awaited<ReturnType<DeliveriesService['attempts']>>['rows'][number];
type Names = ReadonlyMap<string, string>;

/** Of a larger payload a page shows the beginning; the rest is downloaded. */
const SHOWN_BYTES = 65_536;

export function deliveryView(row: DeliveryRow, names: Names): DeliveryView {
  const account_name = names.get(row.account_id) ?? null;
  return { ...presentDelivery(row), event_type: row.event_type, account_name };
}

export function eventView(row: EventRow, names: Names): EventView {
  const { event_id: id, ...event } = presentEvent(row);
  return { id, ...event, account_name: names.get(row.account_id) ?? null };
}

export function attemptView(attempt: AttemptRow): AttemptView {
  const body = attempt.response_body;
  return {
    number: attempt.number,
    startedAt: attempt.started_at.toISOString(),
    method: attempt.method,
    url: attempt.url,
    requestHeaders: attempt.request_headers,
    status: attempt.status,
    responseHeaders: attempt.response_headers,
    responseBody: body && (bodyTextOf(attempt) ?? `${body.length} bytes that are not text`),
    responseBodyNote: isTruncated(attempt) ? cutNote(body?.length ?? 0, bodySizeOf(attempt)) : null,
    resent: attempt.remarks?.resent === true,
    address: attempt.address,
    timings: attempt.timings,
    errorCode: attempt.error_code,
    message: attempt.message,
  };
}

function cutNote(kept: number, size: number | null): string {
  return size === null
    ? `Cut: the first ${kept} bytes; the whole length is not known.`
    : `Cut: the first ${kept} of ${size} bytes.`;
}

export function destinationView({ destination }: StoredDestination): DestinationView {
  const { id, account_id, url, http_method, enabled, disabled_reason, description } = destination;
  return { id, account_id, url, http_method, enabled, disabled_reason, description };
}

export function payloadView(payload: Buffer): PayloadView {
  const { length } = payload;
  if (!isUtf8(payload)) return { text: null, size: length, is_cut: length > 0 };
  // A character cut in two shows as one replacement character at the end.
  return { text: payload.subarray(0, SHOWN_BYTES).toString('utf8'), size: length, is_cut: length > SHOWN_BYTES };
}

export function operationView(row: ReplayRow): OperationView {
  return {
    id: row.replay_id,
    state: row.state,
    action: row.action,
    delivery_state: row.delivery_state,
    total: row.total,
    total_is_exact: row.total_is_exact,
    done: row.done,
    skipped: row.skipped,
    created_at: row.created_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
  };
}
