import type { FieldChange } from '../history/change.js';
import { diffFields } from '../history/diff-fields.js';
import type { ChangedObject } from '../history/record-change.js';
import type { DestinationInput } from './destination-input.js';
import type { Destination } from './destination.entity.js';
import { type Header, MASK } from './header-rules.js';

/** A destination at one time, its headers opened. */
interface DestinationState {
  readonly destination: Destination;
  readonly headers: readonly Header[];
}

/** The destination, as the history names it. */
export function objectOf({ id, url, account_id: accountId }: Destination): ChangedObject {
  return { kind: 'destination', id, name: url, accountId };
}

/**
 * What changed from one state to the next; null: it was not there. Of headers the history keeps names only: values
 * are stored encrypted, and a copy beside them would not be.
 */
export function changesBetween(before: DestinationState | null, after: DestinationState | null): FieldChange[] {
  const plain = diffFields(before && readable(before.destination), after && readable(after.destination));
  return [...plain, ...headerChanges(before?.headers ?? [], after?.headers ?? [])];
}

function headerChanges(before: readonly Header[], after: readonly Header[]): FieldChange[] {
  const changes = diffFields(valuesByName(before), valuesByName(after));
  const masked = (values: unknown): string | null => (values === null ? null : MASK);
  return changes.map((change) => ({
    field: `headers.${change.field}`,
    before: masked(change.before),
    after: masked(change.after),
  }));
}

/** Without a prototype, because a header may be called __proto__. */
function valuesByName(headers: readonly Header[]): Record<string, unknown> {
  const byName: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { name, values } of headers) byName[name] = values;
  return byName;
}

/** All that can be written but the headers, so that a field can't be forgotten here. */
type Told = Exclude<keyof DestinationInput, 'headers'> | 'disabled_reason';

function readable(destination: Destination): Record<Told, unknown> {
  return {
    url: destination.url,
    http_method: destination.http_method,
    enabled: destination.enabled,
    disabled_reason: destination.disabled_reason,
    description: destination.description === '' ? null : destination.description,
    event_types: destination.event_types,
    timeout_ms: destination.timeout_ms,
    max_concurrency: destination.max_concurrency,
    rate_limit: destination.rate_limit,
    retry_schedule: destination.retry_schedule,
    ordered: destination.ordered,
  };
}
