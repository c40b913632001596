import { type Evidence, isLate, keyOf } from './evidence.js';

/** A fault, from when it was thrown until nothing that it cut off can arrive any more (epoch). */
export interface Cut {
  readonly what: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Leases of all processes at `fromMs`; null: PostgreSQL did not say. */
  readonly inFlight: number | null;
}

interface Bounds {
  /** What must not be, in words. */
  readonly tooMany: readonly string[];
  /** The most that one cut has caused, and what was in flight then at most. */
  readonly most: { readonly duplicates: number; readonly inFlight: number };
}

/** A delivery that arrived at `firstMs`, was answered, and arrived again at `againMs`. */
interface Repetition {
  readonly firstMs: number;
  readonly againMs: number;
}

/**
 * No cut repeats more than was in flight when it came: what was leased then, and what was taken and answered between the
 * count and the cut. A repetition belongs to the first cut that was not over when it arrived first: before that its lease
 * was held, and had it been settled by then it would not have come again. Late answers repeat without any cut, so what had
 * one is left out.
 */
export function boundDuplicates({ destinations, excuses, cuts }: Evidence): Bounds {
  const caused = new Map<Cut, number>();
  let uncaused = 0;
  for (const { firstMs, againMs } of repetitions({ destinations, excuses })) {
    const cut = cuts.find(({ toMs }) => toMs >= firstMs);
    if (cut && cut.fromMs < againMs) caused.set(cut, (caused.get(cut) ?? 0) + 1);
    else uncaused++;
  }
  const succeededAtMs = destinations.flatMap(({ arrivals }) =>
    [...arrivals.values()].flatMap((arrival) => arrival.succeededAtMs),
  );
  const tooMany = uncaused > 0 ? [`repeated with no fault between: ${uncaused} deliveries`] : [];
  let most: Bounds['most'] = { duplicates: 0, inFlight: 0 };
  for (const [cut, duplicates] of caused) {
    if (cut.inFlight === null) continue;
    const inFlight = cut.inFlight + succeededAtMs.filter((ms) => ms >= cut.fromMs && ms <= cut.toMs).length;
    if (duplicates > inFlight) {
      tooMany.push(`repeated more than was in flight: ${duplicates} of ${inFlight} by "${cut.what}"`);
    }
    if (duplicates > most.duplicates) most = { duplicates, inFlight };
  }
  return { tooMany, most };
}

function repetitions({ destinations, excuses }: Pick<Evidence, 'destinations' | 'excuses'>): Repetition[] {
  return destinations.flatMap(({ id, arrivals }) =>
    [...arrivals].flatMap(([eventId, { succeededAtMs }]) => {
      const codes = excuses.get(keyOf(eventId, id)) ?? [];
      if (codes.some(isLate)) return [];
      const inOrder = succeededAtMs.toSorted((one, other) => one - other);
      return inOrder.slice(1).map((againMs, index) => ({ firstMs: inOrder[index] ?? againMs, againMs }));
    }),
  );
}
