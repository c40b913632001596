import type { Command } from 'commander';
import { addSettingsOptions, DATABASE_VARIABLES, settingsOf } from './settings-options.js';
import { withDatabase } from './with-database.js';

export function addMigrate(program: Command): void {
  const command = program.command('migrate').description('bring the database up to date (serve does so by itself)');
  addSettingsOptions(command, DATABASE_VARIABLES).action(async () => {
    const ran = await withDatabase(settingsOf(command), (_url, migrations) => Promise.resolve(migrations));
    const lines = ran.length > 0 ? ran.map((migration) => `applied ${migration}`) : ['nothing to do'];
    process.stdout.write(`${lines.join('\n')}\n`);
  });
}
