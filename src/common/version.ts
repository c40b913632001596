import { readFileSync } from 'node:fs';

// Read, not imported: JSON modules still warn on Node 20. The path is the same from src/common and dist/common.
const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** The version of this Data Pusher, as its package.json has it. */
export const VERSION: string =
  typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0.0.0';
