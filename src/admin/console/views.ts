import type { Traffic } from '../../delivery/statistics/statistics.service.js';

/** What the first page and the page of a destination are told; made here by the server, read by the components. */
export type { Traffic };

/** How a destination is doing. Times as ISO 8601. */
export interface HealthView {
  /** In plain words what its latest attempt failed with; null: it was delivered, or there was none. */
  readonly problem: string | null;
  readonly lastDeliveryId: string | null;
  readonly lastFailedAt: string | null;
  readonly failingSince: string | null;
  /** In a row. */
  readonly failures: number;
  readonly pausedUntil: string | null;
  /** The circuit is open, and tried again then. */
  readonly probeAt: string | null;
}

export interface TroubledView {
  readonly id: string;
  readonly url: string;
  readonly httpMethod: string;
  readonly accountName: string;
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly health: HealthView;
  /** Deliveries that have failed for good, and that wait; 1,000 stands for that many or more. */
  readonly failed: number;
  readonly waiting: number;
}

export interface DeliveryLine {
  readonly id: string;
  readonly httpMethod: string;
  readonly url: string;
  readonly state: string;
  readonly problem: string | null;
  readonly lastStatus: number | null;
  readonly attempts: number;
  readonly at: string;
}

/** What a new install is told to do, and how far it has come. */
export interface FirstStepsView {
  readonly account: { readonly id: string; readonly name: string } | null;
  readonly destination: { readonly id: string; readonly httpMethod: string; readonly url: string } | null;
  /** The latest deliveries. */
  readonly arrivals: readonly DeliveryLine[];
}

export interface Overview {
  readonly now: string;
  readonly publicUrl: string;
  readonly traffic: Traffic;
  readonly backlog: {
    readonly waiting: number;
    readonly held: number;
    /** A count of so many stands for that many or more. */
    readonly maxCount: number;
    readonly oldestAcceptedAt: string | null;
    readonly workers: number;
  };
  readonly troubled: { readonly total: number; readonly destinations: readonly TroubledView[] };
  readonly failures: readonly DeliveryLine[];
  /** Nothing has been received yet, or there is nowhere to send it. */
  readonly isFresh: boolean;
  /** Null unless it is fresh or was asked for. */
  readonly firstSteps: FirstStepsView | null;
}

export interface AttemptLine {
  readonly deliveryId: string;
  readonly number: number;
  readonly startedAt: string;
  readonly status: number | null;
  /** Null: delivered. */
  readonly problem: string | null;
  readonly message: string;
  readonly totalMs: number | null;
}

export interface DestinationPage {
  readonly now: string;
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly traffic: Traffic;
  readonly health: HealthView;
  readonly failed: number;
  readonly waiting: number;
  readonly attempts: readonly AttemptLine[];
}

/** A destination on the page of its account. */
export interface OwnedDestination {
  readonly id: string;
  readonly url: string;
  readonly httpMethod: string;
  readonly description: string;
  /** Empty: all. */
  readonly eventTypes: readonly string[];
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly health: HealthView;
}

export interface AccountPage {
  readonly now: string;
  readonly traffic: Traffic;
  /** The oldest first, and how many there are. */
  readonly destinations: readonly OwnedDestination[];
  readonly total: number;
}

type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** What a test event was answered with. */
export interface TestResult {
  readonly delivered: boolean;
  readonly message: string;
  readonly totalMs: number | null;
  readonly request: { readonly line: string; readonly headers: HeaderPairs; readonly body: string };
  /** Null: no answer came. */
  readonly answer: { readonly status: number; readonly headers: HeaderPairs; readonly body: string } | null;
}

/** The failed deliveries of a destination being sent again. */
export interface RetryProgress {
  readonly id: string;
  readonly state: string;
  readonly total: number;
  readonly done: number;
  readonly skipped: number;
}
