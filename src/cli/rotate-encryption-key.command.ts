import type { Command } from 'commander';
import { addKey } from '../common/key-file.js';
import { SecretBox } from '../common/secret-box.js';
import type { Settings } from '../config/settings.js';
import { describeMissingKey, findMissingKeys } from '../destinations/missing-keys.js';
import { resealAll } from '../destinations/reseal.js';
import { UsageError } from './ask.js';
import { addSettingsOptions, DATABASE_VARIABLES, settingsOf } from './settings-options.js';
import { withConnection } from './with-database.js';

export function addRotateEncryptionKey(program: Command): void {
  const command = program
    .command('rotate-encryption-key')
    .description('encrypt header values and signing secrets anew, with the newest key; safe while the service runs')
    .addHelpText(
      'after',
      `
With the embedded database a new key is made and put first in DATA_DIR/encryption-key; the older ones stay there,
because backups need them. With ENCRYPTION_KEY put a new key before the old one, restart all processes with both, run
this with both, and take the old one away.`,
    );
  addSettingsOptions(command, DATABASE_VARIABLES).action(() => rotate(settingsOf(command)));
}

async function rotate(settings: Settings): Promise<void> {
  const given = settings.encryptionKeys;
  if (given.length === 1) {
    throw new UsageError('ENCRYPTION_KEY: expected two keys or more, the new one first and the old one after it');
  }
  const { resealed, missing } = await withConnection(settings, async (client) => {
    const box = new SecretBox(given.length > 0 ? given : await addKey(settings.dataDir));
    return { resealed: await resealAll(client, box), missing: await findMissingKeys(client, box) };
  });
  process.stdout.write(
    `Encrypted with the newest key: the headers of ${resealed.destinations} destinations, ` +
      `${resealed.signingSecrets} signing secrets\n`,
  );
  if (missing.length > 0) throw new Error(missing.map(describeMissingKey).join('\n'));
  if (given.length > 0)
    process.stdout.write('Nothing needs the older keys of ENCRYPTION_KEY any more but old backups\n');
}
