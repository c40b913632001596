import type { TestApi } from './start-api.js';

/** One hash for each table. */
export type State = Readonly<Record<string, string>>;

/** What changes by itself, or counts what is refused; all other tables are looked at, those to come as well. */
const BESIDE = ['processes', 'traffic', 'receive_budgets', 'login_throttles', 'schema_migrations'];

interface Table {
  readonly name: string;
  readonly hasAccount: boolean;
}

const prepared = new WeakMap<TestApi, Promise<unknown>>();

/** All that requests may change. */
export async function stateOfAll(api: TestApi): Promise<State> {
  // Prepared: planning it over all partitions takes longer than to run it.
  const preparing = prepared.get(api) ?? tablesOf(api).then((all) => api.sql(`PREPARE state AS ${hashesOf(all)}`));
  prepared.set(api, preparing);
  await preparing;
  const [row] = await api.sql<State>('EXECUTE state');
  return row ?? {};
}

/** What belongs to one account. */
export async function stateOfAccount(api: TestApi, accountId: string): Promise<State> {
  const own = (await tablesOf(api)).filter(({ hasAccount }) => hasAccount);
  const [row] = await api.sql<State>(hashesOf(own, `WHERE account_id = '${accountId}'`));
  return row ?? {};
}

function hashesOf(tables: readonly Table[], where = ''): string {
  // Without an order, which would cost most of the time: no two rows are the same, since each has a key.
  const parts = tables.map(({ name }) => {
    const row = name === 'api_keys' ? `to_jsonb(t) - 'last_used_at'` : 't';
    // A trigger lets nobody change the history, which grows with every write of a test.
    const hash = name === 'changes' ? 'max(change_id)' : `bit_xor(hashtextextended((${row})::text, 0))`;
    return `(SELECT concat(count(*), ' ', ${hash}) FROM ${name} t ${where}) AS ${name}`;
  });
  return `SELECT ${parts.join(', ')}`;
}

function tablesOf(api: TestApi): Promise<Table[]> {
  return api.sql<Table>(
    `SELECT relname AS name,
            EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'account_id') AS "hasAccount"
     FROM pg_class c
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
           AND relname <> ALL ($1)`,
    [BESIDE],
  );
}
