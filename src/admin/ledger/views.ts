import type { AttemptView } from '../attempt-view.js';

/** The ledger as the pages of the panel get it: written by ledger.routes.ts, read by the components. Times are ISO. */
export interface DeliveryView {
  readonly id: string;
  readonly event_id: string;
  readonly account_id: string;
  /** Null: it has been deleted. */
  readonly account_name: string | null;
  readonly destination_id: string;
  readonly event_type: string | null;
  readonly url: string;
  readonly http_method: string;
  readonly state: DeliveryState;
  readonly reason: string | null;
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  readonly last_status: number | null;
  readonly created_at: string;
  readonly finished_at: string | null;
}

export type DeliveryState =
  'pending' | 'in_flight' | 'retrying' | 'held' | 'delivered' | 'failed' | 'skipped' | 'cancelled';

export interface EventView {
  readonly id: string;
  readonly account_id: string;
  readonly account_name: string | null;
  readonly external_id: string | null;
  readonly event_type: string | null;
  readonly content_type: string;
  readonly size: number;
  readonly received_at: string;
}

/** `next` and `previous` are cursors. */
export interface PageView<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
  readonly previous: string | null;
}

export interface DestinationView {
  readonly id: string;
  readonly account_id: string;
  readonly url: string;
  readonly http_method: string;
  readonly enabled: boolean;
  readonly disabled_reason: string | null;
  readonly description: string;
}

export interface DeliveryDetail {
  readonly delivery: DeliveryView;
  /** As it is now; null: deleted. */
  readonly destination: DestinationView | null;
  /** Null: no longer kept. */
  readonly event: EventView | null;
  readonly attempts: readonly AttemptView[];
  /** There are more attempts than these. */
  readonly has_more_attempts: boolean;
}

export interface EventDetail {
  readonly event: EventView;
  readonly deliveries: readonly DeliveryView[];
  readonly has_more_deliveries: boolean;
  /** Of its account, as they are now: where it may be sent again. */
  readonly destinations: readonly DestinationView[];
}

/** The beginning of a payload. */
export interface PayloadView {
  /** Null: it is no text. */
  readonly text: string | null;
  readonly size: number;
  readonly is_cut: boolean;
}

/** One to choose from. */
export interface ChoiceView {
  readonly id: string;
  readonly label: string;
}

/** A bulk operation. */
export interface OperationView {
  readonly id: string;
  readonly state: 'counted' | 'running' | 'paused' | 'finished' | 'cancelled';
  readonly action: 'send' | 'cancel';
  readonly delivery_state: string;
  readonly total: number;
  readonly total_is_exact: boolean;
  readonly done: number;
  readonly skipped: number;
  readonly created_at: string;
  readonly finished_at: string | null;
}

/** Where what was looked for is; null: nowhere. */
export interface FoundView {
  readonly path: string | null;
}
