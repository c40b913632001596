import type { Command } from 'commander';
import type { CommandLine } from './command-line.js';
import { addSettingsOptions, settingsOf } from './settings-options.js';

export function addServe(program: Command, { serve, finish }: CommandLine): void {
  const command = program.command('serve').description('run the service until it is stopped (what npm start does)');
  addSettingsOptions(command).action(async () => finish(await serve(settingsOf(command))));
}
