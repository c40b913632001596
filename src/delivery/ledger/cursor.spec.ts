import { describe, expect, it } from 'vitest';
import { type Cursor, cursorPage, decodeCursor, encodeCursor } from './cursor.js';

const ID = '0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f';

describe('a cursor', () => {
  it.each<[Cursor, 'uuid' | 'number']>([
    [{ direction: 'after', key: ID }, 'uuid'],
    [{ direction: 'before', key: ID }, 'uuid'],
    [{ direction: 'after', key: '17' }, 'number'],
  ])('%j comes back as it went', (cursor, key) => {
    expect(decodeCursor(encodeCursor(cursor), key)).toEqual(cursor);
  });

  it.each([
    ['', 'uuid'],
    ['nonsense', 'uuid'],
    [encodeCursor({ direction: 'after', key: '17' }), 'uuid'],
    [encodeCursor({ direction: 'after', key: ID }), 'number'],
    [encodeCursor({ direction: 'after', key: '1234567890' }), 'number'],
    [Buffer.from(`c:${ID}`).toString('base64url'), 'uuid'],
    [Buffer.from(`a:${ID}'`).toString('base64url'), 'uuid'],
  ] as const)('that is not ours is a wrong parameter: %j as %s', (text, key) => {
    expect(() => decodeCursor(text, key)).toThrow(expect.objectContaining({ code: 'unknown_parameter' }));
  });
});

/** The numbers 1 to 7 as a list that is asked page by page, as the statements do: one row more than the page holds. */
function ask(cursor: Cursor | null, size: number) {
  const all = [1, 2, 3, 4, 5, 6, 7];
  const key = Number(cursor?.key);
  const backwards = cursor?.direction === 'before';
  const found = backwards ? all.filter((n) => n < key).toReversed() : all.filter((n) => cursor === null || n > key);
  return cursorPage(found.slice(0, size + 1), size, cursor, String);
}

describe('pages', () => {
  it('lead forwards over every row once, and back again', () => {
    const forwards = [];
    let page = ask(null, 3);
    expect(page.previous).toBeNull();
    for (; ; page = ask(page.next, 3)) {
      forwards.push(page.rows);
      if (page.next === null) break;
    }
    expect(forwards).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
    const backwards = [];
    while (page.previous !== null) {
      page = ask(page.previous, 3);
      backwards.push(page.rows);
    }
    expect(backwards).toEqual([
      [4, 5, 6],
      [1, 2, 3],
    ]);
  });

  it('has no next page when it holds exactly what there is', () => {
    expect(ask(null, 7)).toMatchObject({ next: null, previous: null });
  });

  it('that is empty leads nowhere', () => {
    expect(cursorPage([], 3, { direction: 'after', key: '9' }, String)).toEqual({
      rows: [],
      next: null,
      previous: null,
    });
  });
});
