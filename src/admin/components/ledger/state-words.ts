import type { DeliveryState } from '../../ledger/views.ts';

/** The states as people read them, with what each means for them. */
export const STATE_WORDS: Readonly<Record<DeliveryState, { readonly label: string; readonly means: string }>> = {
  pending: { label: 'pending', means: 'It waits for its first attempt.' },
  in_flight: { label: 'in flight', means: 'It is being attempted at this moment.' },
  retrying: { label: 'retrying', means: 'The last attempt failed; it is attempted again by its schedule.' },
  held: { label: 'held', means: 'Its destination is disabled. It goes on when the destination is enabled.' },
  delivered: { label: 'delivered', means: 'The destination answered with 2xx.' },
  failed: { label: 'failed', means: 'It is not attempted again by itself. Mend the cause, then retry it.' },
  skipped: { label: 'skipped', means: 'The destination does not want events of this type.' },
  cancelled: { label: 'cancelled', means: 'It was ended by a person, or its destination was deleted.' },
};

export const STATES = Object.keys(STATE_WORDS) as DeliveryState[];

export const UNFINISHED: readonly string[] = ['pending', 'in_flight', 'retrying', 'held'];
