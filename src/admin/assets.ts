import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Written by scripts/build-admin.mjs, beside the built code. */
export const ASSETS_DIRECTORY = fileURLToPath(new URL('./assets/', import.meta.url));

/** Each file of the bundle with the first digits of its hash. */
export type AssetHashes = Readonly<Record<string, string>>;

export async function readAssetHashes(): Promise<AssetHashes> {
  return JSON.parse(await readFile(`${ASSETS_DIRECTORY}hashes.json`, 'utf8')) as AssetHashes;
}

/** The address under which a page asks for a file. */
export function assetUrl(name: string, hashes: AssetHashes): string {
  return `/admin/assets/${name}?v=${hashes[name] ?? ''}`;
}
