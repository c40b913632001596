import type { Command } from 'commander';
import { validate as isUuid } from 'uuid';
import { issueApiKey, listApiKeys, revokeApiKey, type ListedApiKey } from '../accounts/api-key-store.js';
import { errorCode } from '../common/error-code.js';
import { UsageError } from './ask.js';
import { addSettingsOptions, DATABASE_VARIABLES, settingsOf } from './settings-options.js';
import { withConnection } from './with-database.js';

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
    const settings = settingsOf(command);
    const accountId = options.account === undefined ? null : checkId('--account', options.account);
    const wanted = { name: options.name, accountId, readOnly: options.readOnly ?? false };
    const { id, key } = await withConnection(settings, (client) => issueApiKey(client, wanted)).catch(
      (error: unknown) => {
        throw errorCode(error) === FOREIGN_KEY_VIOLATION ? new Error(`There is no account ${accountId}`) : error;
      },
    );
    process.stderr.write(`API key ${id}, shown only now:\n`);
    process.stdout.write(`${key}\n`);
  });
}

const FOREIGN_KEY_VIOLATION = '23503';

function addList(group: Command): void {
  const command = group.command('list').description('list all keys, without their secret part');
  addSettingsOptions(command, DATABASE_VARIABLES).action(async () => {
    const keys = await withConnection(settingsOf(command), listApiKeys);
    process.stdout.write(keys.map(describe).join(''));
  });
}

function describe(key: ListedApiKey): string {
  const scope = key.accountId === null ? 'admin' : `account ${key.accountId}`;
  const used = key.lastUsedAt ? `last used ${key.lastUsedAt.toISOString()}` : 'never used';
  const state = key.revokedAt ? `revoked ${key.revokedAt.toISOString()}` : used;
  return `${[key.id, key.hint, scope, key.readOnly ? 'read-only' : 'read-write', state, key.name].join('\t')}\n`;
}

function addRevoke(group: Command): void {
  const command = group
    .command('revoke')
    .description('make a key invalid, at once and for good')
    .argument('<id>', 'the id that list shows');
  addSettingsOptions(command, DATABASE_VARIABLES).action(async (id: string) => {
    checkId('id', id);
    const revoked = await withConnection(settingsOf(command), (client) => revokeApiKey(client, id));
    if (!revoked) throw new Error(`There is no valid API key ${id}`);
    process.stdout.write(`API key ${id} revoked\n`);
  });
}

function checkId(what: string, value: string): string {
  if (!isUuid(value))
    throw new UsageError(`${what}: "${value}" is no id, expected one such as 0198c0de-0000-7000-8000-000000000000`);
  return value;
}
