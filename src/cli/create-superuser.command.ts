import type { Command } from 'commander';
import { createSuperuser, MIN_PASSWORD_LENGTH } from '../accounts/superusers.js';
import { withoutBlanks } from '../common/blanks.js';
import { asActor } from '../history/actor.js';
import { ask, askSecret, isInteractive, readStandardInput, UsageError } from './ask.js';
import { commandActor } from './command-actor.js';
import { addSettingsOptions, DATABASE_VARIABLES, settingsOf } from './settings-options.js';
import { withConnection } from './with-database.js';

interface Options {
  readonly email?: string;
  readonly passwordStdin?: true;
}

export function addCreateSuperuser(program: Command): void {
  const command = program
    .command('createsuperuser')
    .description('create a person who may do everything in the admin panel')
    .option('--email <address>', 'email address (asked for when left out)')
    .option('--password-stdin', 'read the password from standard input instead of asking for it');
  addSettingsOptions(command, DATABASE_VARIABLES).action(async (options: Options) => {
    const settings = settingsOf(command);
    const email = checkEmail(options.email ?? (await askFor('--email')));
    const password = checkPassword(options.passwordStdin ? await readStandardInput() : await askPasswordTwice());
    const created = await asActor(commandActor('createsuperuser'), () =>
      withConnection(settings, (client) => createSuperuser(client, email, password)),
    );
    if (!created) throw new Error(`There is already a user with the email ${email}`);
    process.stdout.write(`Superuser ${email} created\n`);
  });
}

async function askFor(flag: string): Promise<string> {
  if (!isInteractive()) throw new UsageError(`${flag} is required when there is no terminal to ask at`);
  return ask('Email address: ');
}

async function askPasswordTwice(): Promise<string> {
  if (!isInteractive()) throw new UsageError('--password-stdin is required when there is no terminal to ask at');
  const password = checkPassword(await askSecret('Password: '));
  if ((await askSecret('Password again: ')) !== password) throw new UsageError('The two passwords are not the same');
  return password;
}

function checkEmail(given: string): string {
  const email = withoutBlanks(given);
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 320) throw new UsageError(`"${email}" is no email address`);
  return email;
}

function checkPassword(password: string): string {
  if (password.length < MIN_PASSWORD_LENGTH) {
    throw new UsageError(`The password needs at least ${MIN_PASSWORD_LENGTH} characters`);
  }
  return password;
}
