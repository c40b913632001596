import { wrongParameter } from '../../common/list-query.js';

/** A place in a list ordered by a unique, growing key: stable under inserts, because it names a row and no offset. */
export interface Cursor {
  /** `after`: the rows that follow in the list's order; `before`: those in front. */
  readonly direction: 'after' | 'before';
  readonly key: string;
}

/** What a list is ordered by: ids, or the numbers of attempts. */
export type CursorKey = 'uuid' | 'number';

const SHAPES: Record<CursorKey, RegExp> = {
  uuid: /^([ab]):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/,
  number: /^([ab]):(\d{1,9})$/,
};

/** Opaque to callers, so that what it holds may change. */
export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(`${cursor.direction === 'after' ? 'a' : 'b'}:${cursor.key}`).toString('base64url');
}

export function decodeCursor(text: string, key: CursorKey): Cursor {
  const match = SHAPES[key].exec(Buffer.from(text, 'base64url').toString('latin1'));
  if (!match?.[2]) throw wrongParameter('cursor', 'must be taken from next or previous of an answer');
  return { direction: match[1] === 'a' ? 'after' : 'before', key: match[2] };
}

export interface CursorPage<Row> {
  readonly rows: Row[];
  readonly next: Cursor | null;
  readonly previous: Cursor | null;
}

/**
 * Makes a page of what was found from `cursor` on in its direction, one row more than `size` where there is more.
 * `rows` stand in the order in which they were found: backwards for `before`.
 */
export function cursorPage<Row>(
  rows: readonly Row[],
  size: number,
  cursor: Cursor | null,
  keyOf: (row: Row) => string,
): CursorPage<Row> {
  const backwards = cursor?.direction === 'before';
  const more = rows.length > size;
  const page = backwards ? rows.slice(0, size).toReversed() : rows.slice(0, size);
  const first = page[0];
  const last = page.at(-1);
  const hasNext = backwards ? true : more;
  const hasPrevious = backwards ? more : cursor !== null;
  return {
    rows: page,
    next: hasNext && last !== undefined ? { direction: 'after', key: keyOf(last) } : null,
    previous: hasPrevious && first !== undefined ? { direction: 'before', key: keyOf(first) } : null,
  };
}
