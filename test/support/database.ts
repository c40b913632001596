import { randomBytes } from 'node:crypto';
import { Client, DatabaseError } from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  readonly url: string;
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>;
}

/**
 * A migrated database of its own without a row, cloned from the template: a fraction of a second instead of migrating.
 * `empty`: not migrated either.
 */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const template = inject('templateDatabaseUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const source = empty ? 'template0' : 'template';
  await whenAlone(() => onServer(template, `CREATE DATABASE ${name} TEMPLATE ${source} STRATEGY file_copy`));
  const url = new URL(template);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => dropDatabase(template, name) };
}

/**
 * Not by `WITH (FORCE)`: that one is refused ("permission denied to terminate process") when an autovacuum worker happens
 * to be in the database, since its owner may not end those. A plain DROP ends them by itself, and waits for the others.
 */
async function dropDatabase(template: string, name: string): Promise<void> {
  await onServer(template, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  const endOthers = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND usename = current_user`;
  await whenAlone(async () => {
    await onServer(template, endOthers);
    await onServer(template, `DROP DATABASE ${name}`);
  });
}

/** Both statements wait 5 s for others to leave the database, and then say that it is in use. */
async function whenAlone(statement: () => Promise<void>): Promise<void> {
  for (let triesLeft = 10; ; triesLeft--) {
    try {
      return await statement();
    } catch (error) {
      const isInUse = error instanceof DatabaseError && error.code === '55006';
      if (!isInUse || triesLeft === 0) throw error;
    }
  }
}

/** Runs one statement from a database that is neither template nor clone. */
async function onServer(template: string, statement: string): Promise<void> {
  const url = new URL(template);
  url.pathname = '/data_pusher';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
