import { Command, CommanderError } from 'commander';
import { Problem } from '../common/problem.js';
import { SettingError } from '../config/read-settings.js';
import { UnfitServer } from '../database/check-server.js';
import { addApiKey } from './api-key.command.js';
import { UsageError } from './ask.js';
import type { CommandLine } from './command-line.js';
import { addCreateSuperuser } from './create-superuser.command.js';
import { addDemo } from './demo.command.js';
import { addListen } from './listen.command.js';
import { addMigrate } from './migrate.command.js';
import { addRotateEncryptionKey } from './rotate-encryption-key.command.js';
import { addSend } from './send.command.js';
import { addServe } from './serve.command.js';

const FAILED = 1;
const WRONG_USAGE = 2;

/** One file for each command, each with a function that adds it here. */
const COMMANDS = [
  addServe,
  addMigrate,
  addCreateSuperuser,
  addApiKey,
  addRotateEncryptionKey,
  addListen,
  addSend,
  addDemo,
];

/** Runs one command and resolves with its exit code: 0 done, 1 failed, 2 wrong usage or setting. */
export async function runCommandLine(args: readonly string[], serve: CommandLine['serve']): Promise<number> {
  let exitCode = 0;
  const finish = (code: number) => {
    exitCode = code;
  };
  const program = new Command('data-pusher')
    .description('Accepts JSON durably and pushes it to webhook destinations.')
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage or setting.');
  for (const add of COMMANDS) add(program, { serve, finish });
  for (const command of allCommands(program)) command.exitOverride().showHelpAfterError('(--help shows what there is)');
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error);
  }
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}

/** A person has to give something else. */
const WRONG = [SettingError, UsageError, UnfitServer];

/** Says what went wrong in one line: whoever can change it is a person at a terminal, not a programmer. */
function explain(error: unknown): number {
  // Commander has already said it; asking for help is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  process.stderr.write(`${describe(error)}\n`);
  return WRONG.some((kind) => error instanceof kind) ? WRONG_USAGE : FAILED;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const fields = error instanceof Problem ? Object.entries(error.errors ?? {}) : [];
  return fields.length === 0 ? error.message : fields.map(([name, texts]) => `${name} ${texts.join(', ')}`).join('\n');
}
