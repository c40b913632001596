import type { MigrationInterface, QueryRunner } from 'typeorm';
import { anyCase } from '../../common/any-case.js';

/** Emails are unique whatever their case, in a database of a locale that lowers ASCII in its own way, too. */
export class EmailsInAnyLocale1765900000000 implements MigrationInterface {
  readonly name = 'EmailsInAnyLocale1765900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE UNIQUE INDEX accounts_email_any_case ON accounts (${anyCase('email')})`);
    await runner.query(`CREATE UNIQUE INDEX users_email_any_case ON users (${anyCase('email')})`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup to go back'));
  }
}
