import { logger } from '../common/logger.js';
import { SecretBox } from '../common/secret-box.js';
import type { RunSettings } from '../config/settings.js';
import { openClient } from '../database/client/connections.js';
import { describeMissingKey, findMissingKeys } from '../destinations/missing-keys.js';

/** A million destinations are read in some seconds. */
const WITHIN_MS = 60_000;

/** Says at the start what can't be read and why. Never throws: the service runs without those destinations. */
export async function reportMissingKeys(settings: RunSettings): Promise<void> {
  try {
    const { databaseUrl } = settings;
    const client = await openClient({ databaseUrl, applicationName: 'data-pusher start', deadlineMs: WITHIN_MS });
    try {
      for (const missing of await findMissingKeys(client, new SecretBox(settings.encryptionKeys))) {
        const { keyId: key_id, destinations, signingSecrets: signing_secrets } = missing;
        logger.error({ key_id, destinations, signing_secrets }, describeMissingKey(missing));
      }
    } finally {
      await client.end();
    }
  } catch (error) {
    logger.warn({ err: error }, 'which encryption keys are missing could not be found out');
  }
}
