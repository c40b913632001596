import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which accounts were changed a moment ago: asked by every process every few seconds, see data-handler/token-hints.ts. */
export class AccountChanges1764900000000 implements MigrationInterface {
  readonly name = 'AccountChanges1764900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX changes_of_accounts ON changes (changed_at)
       WHERE object_kind = 'account' AND action <> 'create'`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup to go back'));
  }
}
