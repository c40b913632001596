import { expect, test } from 'vitest';
import { ledgerPage } from './ledger-page.js';

const page = (total: number, number: number) =>
  ledgerPage(
    ({ pageSize }) => {
      const rows = Array.from({ length: Math.min(total, pageSize) }, (_, index) => index);
      return Promise.resolve({ rows, next: total > pageSize ? {} : null });
    },
    { page: number, pageSize: 10, search: null, ordering: [], filters: new Map() },
    (index) => ({ index }),
  );

test.each([
  [0, 1, 0, 0],
  [7, 1, 7, 7],
  [10, 1, 10, 10],
  [11, 1, 10, 11],
  [500, 3, 10, 31],
  [25, 3, 5, 25],
  [5000, 100, 10, 1000],
  [5000, 101, 0, 1000],
])('of %i rows, page %i has %i, and AdminJS is told %i', async (total, number, rows, count) => {
  const found = await page(total, number);
  expect(found.rows).toHaveLength(rows);
  expect(found.count).toBe(count);
});
