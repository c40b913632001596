import { isLabel, MAX_LABEL_CHARACTERS } from '../common/label.js';

const MAX_TYPES = 100;

/** The same in the API's description: `*`, or a type that has no other star than one at its end after a dot. */
export const EVENT_TYPE_PATTERN = String.raw`^(\*|[!-)+-~]+( [!-)+-~]+)*(\.\*)?)$`;

/** What a destination's `event_types` may hold: a type, `order.*` for all types that begin with `order.`, `*` for all. */
export function wrongEventTypes(value: unknown): string | null {
  if (!Array.isArray(value)) return 'must be a list';
  if (value.length > MAX_TYPES) return `must have 0 to ${MAX_TYPES} items`;
  const seen = new Set<unknown>();
  for (const [index, item] of value.entries()) {
    const wrong = seen.has(item) ? 'is given twice' : wrongEventType(item);
    if (wrong !== null) return `item ${index + 1} ${wrong}`;
    seen.add(item);
  }
  return null;
}

/** Refuses what no event can match: it would be taken for a filter, and skip everything. */
function wrongEventType(value: unknown): string | null {
  if (typeof value !== 'string') return 'must be a string';
  if (value === '') return 'must not be empty';
  if (!isLabel(value)) {
    return (
      `could never match: types of events have at most ${MAX_LABEL_CHARACTERS} visible ASCII characters, ` +
      'with single spaces between them'
    );
  }
  const star = value.indexOf('*');
  if (star < 0 || value === '*' || (star > 1 && star === value.length - 1 && value[star - 1] === '.')) return null;
  return 'could never match: write * alone for all events, or at the end after a dot (order.*) for types that begin so';
}

/** Does a destination with these types want an event of this one? As the accepting statement has it: see WANTED. */
export function isWanted(eventTypes: readonly string[], eventType: string | null): boolean {
  if (eventTypes.length === 0) return true;
  if (eventType !== null && eventTypes.includes(eventType)) return true;
  return eventTypes.some(
    (wanted) =>
      wanted === '*' || (eventType !== null && wanted.endsWith('.*') && eventType.startsWith(wanted.slice(0, -1))),
  );
}

/** {@link isWanted} in SQL, for expressions that are a text[] and a text or null. The plain cases come first. */
export function wanted(eventTypes: string, eventType: string): string {
  return `(${eventTypes} = '{}' OR ${eventType} = ANY (${eventTypes})
          OR EXISTS (SELECT FROM unnest(${eventTypes}) AS wanted
                     WHERE wanted = '*' OR (right(wanted, 2) = '.*' AND starts_with(${eventType}, left(wanted, -1)))))`;
}
