import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { withApiKeys } from '../accounts/open-api-keys.js';
import { createSuperuser, hasSuperuser, renewSetupLink } from '../accounts/superusers.js';
import { readSecret } from '../common/keep-secret.js';
import { logger } from '../common/logger.js';
import type { RunSettings } from '../config/settings.js';
import { openClient } from '../database/client/connections.js';
import { asActor, type Actor } from '../history/actor.js';
import { firstRunText, type FirstRun } from './first-run-text.js';

/**
 * Creates what a start may have to create: the superuser of the settings; on an empty database the first API key;
 * until there is a superuser a new one-time link. Returns what people have to be told, null when that is nothing.
 */
export function prepareFirstRun(settings: RunSettings): Promise<FirstRun | null> {
  return asActor(FIRST_START, () => prepare(settings));
}

const FIRST_START: Actor = { kind: 'system', id: null, name: 'First start' };

async function prepare(settings: RunSettings): Promise<FirstRun | null> {
  const client = await openClient({
    databaseUrl: settings.databaseUrl,
    applicationName: 'data-pusher start',
    deadlineMs: 10_000,
  });
  try {
    if (settings.superuser && !(await hasSuperuser(client))) {
      await createSuperuser(client, settings.superuser.email, settings.superuser.password);
    }
    const apiKey = (await isEmpty(client)) ? await firstApiKey(settings) : null;
    const setupLink = (await hasSuperuser(client)) ? null : await newSetupLink(client, settings.publicUrl);
    return apiKey || setupLink ? { publicUrl: settings.publicUrl, apiKey, setupLink } : null;
  } finally {
    await client.end();
  }
}

/** Secrets go to a person's terminal, or else to a file that only we can read: a log may be read by many. */
export async function showFirstRun(firstRun: FirstRun, dataDir: string): Promise<void> {
  if (process.stdout.isTTY) {
    process.stdout.write(`\n${firstRunText(firstRun)}\n`);
    return;
  }
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, 'first-run');
  // A renewed link takes the place of the old one; the key beside it can't be had again from anywhere else.
  const apiKey = firstRun.apiKey ?? (await keyShownIn(path));
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, firstRunText({ ...firstRun, apiKey }), { mode: 0o600 });
  await rename(draft, path);
  logger.info({ path }, `How to go on is written in ${path}`);
}

async function keyShownIn(path: string): Promise<string | null> {
  return /\bdpk_[\w-]+/.exec((await readSecret(path)) ?? '')?.[0] ?? null;
}

async function isEmpty(client: Client): Promise<boolean> {
  const found = await client.query('SELECT 1 FROM api_keys UNION ALL SELECT 1 FROM accounts LIMIT 1');
  return found.rowCount === 0;
}

async function firstApiKey(settings: RunSettings): Promise<string> {
  const { key } = await withApiKeys(settings, (keys) => keys.create({ name: 'first start', readOnly: false }));
  return key;
}

async function newSetupLink(client: Client, publicUrl: string): Promise<FirstRun['setupLink']> {
  const { token, expiresAt } = await renewSetupLink(client);
  return { url: `${publicUrl}/admin/setup?token=${token}`, expiresAt };
}
