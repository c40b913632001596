import { Client, type QueryResultRow } from 'pg';
import { HotPool } from '../../src/database/hot-pool.js';
import { SUPERUSER } from '../../src/database/embedded/create-cluster.js';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

interface LoggedPlan {
  readonly 'Query Text': string;
  readonly Plan: PlanNode;
  readonly JIT?: unknown;
}

/** How PostgreSQL ran a statement of the hot path. */
export interface RanStatement {
  /** Under which it is prepared; null for one of {@link HotPool.run}. */
  readonly name: string | null;
  readonly text: string;
  /** Tables and partitions that were read from end to end, whether they hold rows or not. */
  readonly scanned: readonly string[];
  /** How many rows of each table or partition were looked at. */
  readonly looked: ReadonlyMap<string, number>;
  readonly compiled: boolean;
}

/**
 * A pool that notes how PostgreSQL ran each statement: the very plan that the connection keeps, which EXPLAIN of a
 * statement with values would not show. One connection of each kind, so that a plan is made once.
 */
export class RecordingPool extends HotPool {
  readonly ran: RanStatement[] = [];
  private readonly names = new Map<string, string>();

  /** Those that connect to the database from now on are told of their plans. */
  static async open(databaseUrl: string): Promise<RecordingPool> {
    const url = new URL(databaseUrl);
    const database = url.pathname.slice(1);
    // The servers of the tests have one password for both; only a superuser may have statements explained.
    url.username = SUPERUSER;
    const superuser = new Client({ connectionString: url.href });
    await superuser.connect();
    for (const [name, value] of Object.entries({
      session_preload_libraries: 'auto_explain',
      'auto_explain.log_min_duration': '0',
      'auto_explain.log_analyze': 'on',
      'auto_explain.log_timing': 'off',
      'auto_explain.log_format': 'json',
      'auto_explain.log_level': 'notice',
    }))
      await superuser.query(`ALTER DATABASE ${database} SET ${name} = '${value}'`);
    await superuser.end();
    return new RecordingPool(databaseUrl);
  }

  private constructor(databaseUrl: string) {
    super(databaseUrl, 1);
    for (const pool of [this.pool, this.relaxed, this.aside, this.vital])
      pool.on('connect', (client) => {
        client.on('notice', ({ message }) => this.note(message ?? ''));
      });
  }

  override query<Row extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    this.names.set(text, name);
    return super.query(name, text, values);
  }

  override queryRelaxed<Row extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    this.names.set(text, name);
    return super.queryRelaxed(name, text, values);
  }

  override queryVital<Row extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    this.names.set(text, name);
    return super.queryVital(name, text, values);
  }

  private note(message: string): void {
    const json = /^duration: .* plan:\n(\{[^]*\})$/.exec(message)?.[1];
    if (json === undefined) return;
    const { 'Query Text': text, Plan: root, JIT: jit } = JSON.parse(json) as LoggedPlan;
    const nodes = [...nodesOf(root)];
    const scanned = nodes.filter((node) => node['Node Type'].endsWith('Seq Scan'));
    const looked = new Map<string, number>();
    for (const node of nodes) {
      const table = node['Relation Name'];
      if (table !== undefined && node['Node Type'].includes('Scan')) {
        looked.set(table, (looked.get(table) ?? 0) + rowsLookedAt(node));
      }
    }
    this.ran.push({
      name: this.names.get(text) ?? null,
      text,
      scanned: scanned.map((node) => node['Relation Name'] ?? ''),
      looked,
      compiled: jit !== undefined,
    });
  }
}

/** PostgreSQL tells the average over the loops. */
function rowsLookedAt(node: PlanNode): number {
  const each =
    (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return each * (node['Actual Loops'] ?? 1);
}

function* nodesOf(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* nodesOf(child);
}
