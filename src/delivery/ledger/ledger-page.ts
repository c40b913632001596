import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { type Cursor, type CursorPage, encodeCursor } from './cursor.js';

/** A page of the ledger as the API answers it: no count, which would cost by history. */
export interface LedgerPageBody<Resource> {
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: Resource[];
}

/** `url`: the request's path with its query, as received; links are absolute, under `publicUrl`. */
export function ledgerPageBody<Row, Resource>(
  page: CursorPage<Row>,
  present: (row: Row) => Resource,
  publicUrl: string,
  url: string,
): LedgerPageBody<Resource> {
  const link = (cursor: Cursor | null): string | null => {
    if (cursor === null) return null;
    // Only path and query of what was asked: a proxy may send the whole URL.
    const asked = new URL(url, publicUrl);
    const target = new URL(asked.pathname + asked.search, publicUrl);
    target.searchParams.set('cursor', encodeCursor(cursor));
    return target.href;
  };
  return { next: link(page.next), previous: link(page.previous), results: page.rows.map(present) };
}

/** The class of one page of `Body`, for the API's description. */
export function ledgerPageOf<Body>(body: Type<Body>): Type<unknown> {
  class LedgerPageDocument {
    @ApiProperty({ type: String, nullable: true, example: null, format: 'uri', description: 'The page that follows' })
    next!: string | null;
    @ApiProperty({ type: String, nullable: true, example: null, format: 'uri', description: 'The page before' })
    previous!: string | null;
    @ApiProperty({ type: [body] })
    results!: Body[];
  }
  Object.defineProperty(LedgerPageDocument, 'name', { value: `${body.name}Page` });
  return LedgerPageDocument;
}
