import { describe, expect, it } from 'vitest';
import { uuidFilter } from '../../common/list-query.js';
import { encodeCursor } from './cursor.js';
import { parseLedgerQuery, timeFilter } from './ledger-query.js';

const FILTERS = { account_id: uuidFilter, received_after: timeFilter };
const ID = '0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f';

describe('parseLedgerQuery', () => {
  it('has defaults', () => {
    expect(parseLedgerQuery(undefined, FILTERS)).toEqual({ cursor: null, pageSize: 25, filters: new Map() });
  });

  it('reads everything it knows', () => {
    const cursor = { direction: 'after', key: ID } as const;
    const query = { cursor: encodeCursor(cursor), page_size: '100', account_id: ID };
    expect(parseLedgerQuery(query, FILTERS)).toEqual({
      cursor,
      pageSize: 100,
      filters: new Map([['account_id', ID]]),
    });
  });

  it.each([
    [{ page_size: '0' }, 'page_size'],
    [{ page_size: '101' }, 'page_size'],
    [{ page_size: '1.5' }, 'page_size'],
    [{ page_size: '' }, 'page_size'],
    [{ cursor: 'x' }, 'cursor'],
    [{ account_id: 'x' }, 'account_id'],
    [{ account_id: [ID, ID] }, 'account_id'],
    [{ page: '2' }, 'page'],
    [{ toString: '1' }, 'toString'],
  ])('%j is refused with the name of the parameter', (query, name) => {
    expect(() => parseLedgerQuery(query, FILTERS)).toThrow(
      expect.objectContaining({ code: 'unknown_parameter', errors: { [name]: [expect.any(String)] } }),
    );
  });
});
