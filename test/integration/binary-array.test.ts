import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  byteaArray,
  doubleArray,
  intArray,
  textArray,
  timestampArray,
  uuidArray,
} from '../../src/database/binary-array.js';
import { HotPool } from '../../src/database/hot-pool.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let pool: HotPool;
beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  pool = new HotPool(database.url);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** What PostgreSQL makes of an array: its elements, and how many there are. */
async function read(type: string, array: Buffer): Promise<{ elements: unknown; count: number }> {
  const [row] = await pool.run<{ elements: unknown; count: number }>(
    `SELECT $1::${type}[] AS elements, cardinality($1) AS count`,
    [array],
  );
  if (!row) throw new Error('no row');
  return row;
}

describe('an array in the binary format is read by PostgreSQL as what it was', () => {
  it.each([
    ['uuid', uuidArray, ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-4fff-bfff-fedcba987654']],
    ['uuid', uuidArray, ['0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f']],
    ['int', intArray, [0, null, 1, -1, 2 ** 31 - 1, -(2 ** 31)]],
    ['int', intArray, [null, null]],
    ['float8', doubleArray, [0, -0.5, null, 1e300, 86_400_000.25]],
    ['text', textArray, ['', null, 'plain', '"quoted", \\ {and} NULL', 'ü € 😀', 'x'.repeat(100_000)]],
    ['bytea', byteaArray, [Buffer.alloc(0), null, Buffer.from([0, 255, 1]), Buffer.alloc(70_000, 7)]],
    [
      'timestamptz',
      timestampArray,
      [
        '1969-12-31T23:59:59.999Z',
        '2000-01-01T00:00:00.000Z',
        '2026-11-24T21:42:48.323Z',
        '9999-12-31T23:59:59.999Z',
      ].map((text) => new Date(text)),
    ],
  ])('%s', async (type, toArray: (values: never) => Buffer, values) => {
    const { elements, count } = await read(type, toArray(values as never));
    expect(elements).toEqual(values);
    expect(count).toBe(values.length);
  });

  it.each([
    ['uuid', uuidArray],
    ['int', intArray],
    ['float8', doubleArray],
    ['text', textArray],
    ['bytea', byteaArray],
    ['timestamptz', timestampArray],
  ])('%s, without an element', async (type, toArray) => {
    expect(await read(type, toArray([]))).toEqual({ elements: [], count: 0 });
  });
});

it.each([
  '',
  '0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1',
  '0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1g',
  '0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f0',
  '0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f00',
  '0198d4a27b007d119c226a7b8c9d0e1€',
])('an id that is no UUID is refused, not sent as another: %j', (id) => {
  expect(() => uuidArray([id])).toThrow(TypeError);
});

it('refuses a number that is no int', () => {
  expect(() => intArray([2 ** 31])).toThrow(RangeError);
});
