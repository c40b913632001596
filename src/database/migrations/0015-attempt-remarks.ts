import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is out of the ordinary about an attempt: that it was sent twice, that its answer was cut and how long it was.
 * One column that is nearly always null, because a column for each would be paid for by every attempt that is settled.
 */
export class AttemptRemarks1765400000000 implements MigrationInterface {
  readonly name = 'AttemptRemarks1765400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE attempts ADD COLUMN remarks json');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup to go back'));
  }
}
