import { expect, it } from 'vitest';
import { HotPool } from '../../src/database/hot-pool.js';
import { createTestDatabase } from '../support/database.js';

it('a connection lost within a transaction fails that transaction only, not the process', async () => {
  const database = await createTestDatabase();
  const pool = new HotPool(database.url, 2);
  try {
    const lost = pool.transaction(async (query) => {
      const [self] = await query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      // Between two statements, as when the server is killed: an uncaught error would end the process (and this run).
      await pool.run('SELECT pg_terminate_backend($1, 10000)', [self?.pid]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await query('SELECT 1');
    });
    await expect(lost).rejects.toThrow();
    expect(await pool.run('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  } finally {
    await pool.end();
    await database.drop();
  }
});
