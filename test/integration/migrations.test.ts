import type { MigrationInterface, QueryRunner } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataSource, dataSourceOptions } from '../../src/database/data-source.js';
import { HotPool } from '../../src/database/hot-pool.js';
import { migrate } from '../../src/database/migrate.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { claimOf, settlementOf } from '../support/queue.js';
import { claim } from '../../src/delivery/queue/claim.js';
import { register } from '../../src/delivery/queue/lease.js';
import { settle } from '../../src/delivery/queue/settle.js';
import { IDS, ROWS_OF_MIGRATION } from '../support/rows-of-migrations.js';

/**
 * While an installation is upgraded, processes of the version before go on beside the new ones. So a migration may
 * only add; what else it does is named here with the reason why the version before does not mind.
 */
const MAY: readonly { readonly migration: string; readonly what: RegExp; readonly because: string }[] = [
  {
    migration: 'Checks1764500000000',
    what: /^a constraint on (?:accounts|destinations|destination_health|processes)$/,
    because: 'the services have refused all of it since the first version',
  },
  {
    migration: 'BulkOperations1764700000000',
    what: /^replays: DROP CONSTRAINT replays_delivery_state_check$|^a constraint on replays$/,
    // A process of the version before would run such a replay without its new filters: README, Upgrade, says so.
    because: 'they allow more than before, of which the version before writes nothing',
  },
  {
    migration: 'ProbesAndUrgentDeliveries1765000000000',
    what: /^DROP INDEX CONCURRENTLY IF EXISTS waiting_deliveries_attempted$/,
    because: 'it is its own index, left unfinished by a run that was cut off',
  },
  {
    migration: 'ErasedHistory1765100000000',
    what: /^CREATE OR REPLACE (?:FUNCTION|TRIGGER) |^SELECT DISTINCT 'account'/,
    because: 'the history is only told, and its triggers admit more than before; all of it can be run again',
  },
  {
    migration: 'EmailsInAnyLocale1765900000000',
    what: /^what refuses rows on (?:accounts|users)$/,
    because: 'the unique index that is there refuses the same rows, but for locales that lower ASCII in their own way',
  },
];

/** Released before the rule. */
const BEFORE_THE_RULE = new Set(['Initial1764000000000', 'Replays1764100000000']);

const migrations = (dataSourceOptions('postgres://nowhere/').migrations as (new () => MigrationInterface)[]).map(
  (Migration) => new Migration(),
);
const nameOf = (migration: MigrationInterface): string => migration.name ?? migration.constructor.name;

/** What a migration would run. */
async function statementsOf(migration: MigrationInterface): Promise<string[]> {
  const texts: string[] = [];
  const recorder = { query: (text: string) => Promise.resolve(void texts.push(text)) };
  await migration.up(recorder as unknown as QueryRunner);
  return texts.flatMap(splitStatements);
}

/** Without comments; bodies of functions stay whole. */
function splitStatements(text: string): string[] {
  const code = text.replaceAll(/--.*$/gm, '');
  const statements = code.match(/(?:\$\$[\s\S]*?\$\$|[^;])+/g) ?? [];
  return statements
    .map((statement) => statement.replaceAll(/\s+/g, ' ').trim())
    .filter((statement) => statement !== '');
}

/** What in it the version before could stumble over. `made`: tables that this migration makes, which nobody uses yet. */
function dangersOf(statement: string, made: ReadonlySet<string>): string[] {
  const [, altered = ''] = /^ALTER TABLE (?:ONLY )?(\w+)/i.exec(statement) ?? [];
  const [, guarded = ''] = /^CREATE (?:UNIQUE INDEX|TRIGGER) .* ON (\w+)/i.exec(statement) ?? [];
  if (made.has(altered) || made.has(guarded)) return [];
  if (/^CREATE (?:UNLOGGED )?(?:TABLE|SEQUENCE|FUNCTION|INDEX)/i.test(statement)) return [];
  if (guarded !== '') return [`what refuses rows on ${guarded}`];
  if (altered === '') return [statement];
  return clausesOf(statement).flatMap((clause) => {
    if (/^ADD COLUMN /i.test(clause)) return /NOT NULL(?!.*DEFAULT)(?<!DEFAULT.*)/i.test(clause) ? [clause] : [];
    return [/^ADD CONSTRAINT /i.test(clause) ? `a constraint on ${altered}` : `${altered}: ${clause}`];
  });
}

/** `ADD …`, `DROP …`: what stands between the commas of an ALTER TABLE that are in no parentheses. */
function clausesOf(statement: string): string[] {
  let depth = 0;
  const clauses = [''];
  for (const char of statement.replace(/^ALTER TABLE (?:ONLY )?\w+ /i, '')) {
    depth += char === '(' ? 1 : char === ')' ? -1 : 0;
    if (char === ',' && depth === 0) clauses.push('');
    else clauses.push((clauses.pop() ?? '') + char);
  }
  return clauses.map((clause) => clause.trim());
}

async function dangers(migration: MigrationInterface): Promise<string[]> {
  const statements = await statementsOf(migration);
  const made = new Set(statements.flatMap((one) => /^CREATE (?:UNLOGGED )?TABLE (\w+)/i.exec(one)?.[1] ?? []));
  return statements.flatMap((statement) => dangersOf(statement, made));
}

describe('a migration only adds to what the version before uses', () => {
  it.each(migrations.filter((migration) => !BEFORE_THE_RULE.has(nameOf(migration))).map((one) => [nameOf(one), one]))(
    '%s',
    async (name, migration) => {
      const allowed = MAY.filter((exception) => exception.migration === name);
      const found = await dangers(migration);
      expect(found.filter((danger) => !allowed.some(({ what }) => what.test(danger)))).toEqual([]);
      for (const { what } of allowed)
        expect(found, 'an exception that is not needed').toContainEqual(expect.stringMatching(what));
    },
  );

  it.each([
    ['DROP TABLE events', 1],
    ['ALTER TABLE accounts DROP COLUMN website', 1],
    ['ALTER TABLE accounts RENAME COLUMN website TO site', 1],
    ['ALTER TABLE accounts ADD COLUMN a integer, ALTER COLUMN website TYPE varchar(9)', 1],
    ['ALTER TABLE accounts ALTER COLUMN website SET NOT NULL', 1],
    ['ALTER TABLE accounts ADD COLUMN a integer NOT NULL', 1],
    ['ALTER TABLE accounts ADD COLUMN a numeric(3, 1) NOT NULL DEFAULT 0, ADD COLUMN b text', 0],
    ['ALTER TABLE accounts ADD COLUMN a numeric(3, 1) DEFAULT 0 NOT NULL', 0],
    ['ALTER TABLE accounts ADD CONSTRAINT c CHECK (true)', 1],
    ['CREATE UNIQUE INDEX i ON accounts (website)', 1],
    ['CREATE INDEX i ON accounts (website)', 0],
    ['CREATE TRIGGER t BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION f()', 1],
    ['CREATE TABLE made (a integer)', 0],
    ['CREATE UNIQUE INDEX i ON made (a)', 0],
    ['UPDATE accounts SET website = NULL', 1],
  ])('the rule finds out: %s', (statement, count) => {
    expect(dangersOf(statement, new Set(['made']))).toHaveLength(count);
  });
});

describe('an installation with data is brought up to date step by step', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({ empty: true });
  });
  afterAll(() => database.drop());

  it.each(migrations.map((migration, index) => [nameOf(migration), index] as const))(
    '%s keeps every row',
    async (name, index) => {
      const before = await withRunner(readAll);
      const source = createDataSource(database.url);
      source.setOptions({
        migrations: migrations.slice(0, index + 1).map((one) => one.constructor as new () => MigrationInterface),
      });
      await source.initialize();
      try {
        expect((await source.runMigrations()).map((ran) => ran.name)).toEqual([name]);
      } finally {
        await source.destroy();
      }
      const after = await withRunner(readAll);
      for (const [table, rows] of before) {
        expect(rows.length, `${table} has no row of the step before: add one to rows-of-migrations.ts`).toBeGreaterThan(
          0,
        );
        const kept = (after.get(table) ?? []).map((row) => pick(row, Object.keys(rows[0] ?? {})));
        expect(kept, table).toEqual(rows);
      }
      await withRunner((runner) => runner.query(ROWS_OF_MIGRATION[name] ?? ''));
    },
  );

  it('and what waited since the first version is delivered by this one', async () => {
    expect(await migrate(database.url)).toEqual([]);
    const pool = new HotPool(database.url, 2);
    try {
      await register(pool, IDS.newProcess, 'all');
      const { claimed } = await claim(pool, claimOf(IDS.newProcess));
      expect(claimed.map(({ deliveryId }) => deliveryId)).toEqual([IDS.waitingDelivery]);
      const finished = { kind: 'finished', state: 'delivered', reason: null } as const;
      await settle(
        pool,
        IDS.newProcess,
        claimed.map((one) => settlementOf(one, finished)),
      );
      const rows = await pool.run<{ state: string }>('SELECT state FROM finished_deliveries WHERE delivery_id = $1', [
        IDS.waitingDelivery,
      ]);
      expect(rows).toEqual([{ state: 'delivered' }]);
    } finally {
      await pool.end();
    }
  });

  async function withRunner<T>(task: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const source = await createDataSource(database.url).initialize();
    const runner = source.createQueryRunner();
    try {
      return await task(runner);
    } finally {
      await runner.release();
      await source.destroy();
    }
  }
});

type Row = Readonly<Record<string, unknown>>;

/** Every table with its rows; partitions are part of their parents. */
async function readAll(runner: QueryRunner): Promise<Map<string, Row[]>> {
  const tables = (await runner.query(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
     AND NOT relispartition AND relname <> 'schema_migrations'`,
  )) as { name: string }[];
  const all = new Map<string, Row[]>();
  for (const { name } of tables) {
    const rows = (await runner.query(`SELECT to_jsonb(t) AS row FROM ${name} t ORDER BY t::text`)) as { row: Row }[];
    all.set(
      name,
      rows.map(({ row }) => row),
    );
  }
  return all;
}

function pick(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}
