import type { Command } from 'commander';
import { validate as isUuid } from 'uuid';
import type { ApiKey } from '../accounts/api-key.entity.js';
import type { ApiKeysService } from '../accounts/api-keys.service.js';
import { withApiKeys } from '../accounts/open-api-keys.js';
import { withoutBlanks } from '../common/blanks.js';
import { asActor } from '../history/actor.js';
import { UsageError } from './ask.js';
import { commandActor } from './command-actor.js';
import { addSettingsOptions, DATABASE_VARIABLES, settingsOf } from './settings-options.js';
import { withDatabase } from './with-database.js';

export function addApiKey(program: Command): void {
  const group = program.command('api-key').description('create, list and revoke keys for the API');
  addCreate(group);
  addList(group);
  addRevoke(group);
}

interface CreateOptions {
  readonly name: string;
  readonly account?: string;
  readonly readOnly?: true;
}

function addCreate(group: Command): void {
  const command = group
    .command('create')
    .description('create a key and print it: it is shown this once')
    .option('--name <name>', 'what it is for', 'command line')
    .option('--account <id>', 'for this account only (else an admin key)')
    .option('--read-only', 'may read but not change');
  addSettingsOptions(command, DATABASE_VARIABLES).action(async (options: CreateOptions) => {
    const { name, readOnly = false } = options;
    const account = options.account === undefined ? null : checkId('--account', options.account);
    const { apiKey, key } = await onApiKeys(command, (keys) => keys.create({ name, accountId: account, readOnly }));
    process.stderr.write(`API key ${apiKey.api_key_id}, shown only now:\n`);
    process.stdout.write(`${key}\n`);
  });
}

function addList(group: Command): void {
  const command = group.command('list').description('list all keys, without their secret part');
  addSettingsOptions(command, DATABASE_VARIABLES).action(async () => {
    const keys = await onApiKeys(command, (service) => service.list());
    process.stdout.write(keys.map(describe).join(''));
  });
}

function describe(key: ApiKey): string {
  const scope = key.account_id === null ? 'admin' : `account ${key.account_id}`;
  const used = key.last_used_at ? `last used ${key.last_used_at.toISOString()}` : 'never used';
  const state = key.revoked_at ? `revoked ${key.revoked_at.toISOString()}` : used;
  return `${[key.api_key_id, key.hint, scope, key.read_only ? 'read-only' : 'read-write', state, key.name].join('\t')}\n`;
}

function addRevoke(group: Command): void {
  const command = group
    .command('revoke')
    .description('make a key invalid, at once and for good')
    .argument('<id>', 'the id that list shows');
  addSettingsOptions(command, DATABASE_VARIABLES).action(async (given: string) => {
    const id = checkId('id', given);
    await onApiKeys(command, (keys) => keys.revoke(id));
    process.stdout.write(`API key ${id} revoked\n`);
  });
}

function onApiKeys<T>(command: Command, work: (keys: ApiKeysService) => Promise<T>): Promise<T> {
  const settings = settingsOf(command);
  return asActor(commandActor('api-key'), () =>
    withDatabase(settings, (databaseUrl) => withApiKeys({ ...settings, databaseUrl }, work)),
  );
}

function checkId(what: string, given: string): string {
  const value = withoutBlanks(given);
  if (isUuid(value)) return value;
  throw new UsageError(`${what}: "${value}" is no id, expected one such as 0198c0de-0000-7000-8000-000000000000`);
}
