import { Client } from 'pg';
import { logger } from '../common/logger.js';
import { SecretBox } from '../common/secret-box.js';
import type { RunSettings } from '../config/settings.js';
import { setUpSession } from '../database/session.js';
import { describeMissingKey, findMissingKeys } from '../destinations/missing-keys.js';

/** Says at the start what can't be read and why. Never throws: the service runs without those destinations. */
export async function reportMissingKeys(settings: RunSettings): Promise<void> {
  const client = new Client({ connectionString: settings.databaseUrl });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await setUpSession(client);
    for (const missing of await findMissingKeys(client, new SecretBox(settings.encryptionKeys))) {
      const { keyId: key_id, destinations, signingSecrets: signing_secrets } = missing;
      logger.error({ key_id, destinations, signing_secrets }, describeMissingKey(missing));
    }
  } catch (error) {
    logger.warn({ err: error }, 'which encryption keys are missing could not be found out');
  } finally {
    await client.end().catch(() => undefined);
  }
}
