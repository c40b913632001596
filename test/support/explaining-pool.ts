import type { QueryResultRow } from 'pg';
import { HotPool } from '../../src/database/hot-pool.js';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** How PostgreSQL ran a statement. */
export interface Plan {
  /** Tables (partitions) that were read from end to end although they hold rows. */
  readonly scanned: readonly string[];
  /** Pages of 8 KiB looked at. */
  readonly pages: number;
}

/** A pool that notes the plan of every statement it runs, as it was really executed. */
export class ExplainingPool extends HotPool {
  readonly plans: Plan[] = [];

  override async run<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    this.plans.push(await this.explain(text, values));
    return super.run<Row>(text, values);
  }

  /** Executes a statement without keeping what it changed. */
  async explain(text: string, values: unknown[]): Promise<Plan> {
    const client = await this.aside.connect();
    try {
      await client.query('BEGIN');
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
        values,
      );
      const root = rows[0]?.['QUERY PLAN'][0].Plan;
      if (!root) throw new Error('no plan');
      const pages = (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0);
      return { scanned: [...fullScans(root)], pages };
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  }
}

function* fullScans(node: PlanNode): Generator<string> {
  const rows = (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0);
  if (node['Node Type'] === 'Seq Scan' && rows > 0) yield node['Relation Name'] ?? '';
  for (const child of node.Plans ?? []) yield* fullScans(child);
}
