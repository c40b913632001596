import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import openapiTypes, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import { ensureBuilt } from './build.mjs';
import { inRoot } from './paths.mjs';

/** The API's description and the types of the tests' client: made from the code, committed, so that reviews see them. */
const DOCUMENT = inRoot('docs', 'openapi.json');
const TYPES = inRoot('test', 'support', 'api-schema.ts');

/** Writes both files. */
export async function writeOpenApi() {
  for (const [path, text] of await generate()) await writeFile(path, text);
}

/** Returns the paths of those that are not as the code has it. */
export async function findStale() {
  const stale = [];
  for (const [path, text] of await generate()) {
    if ((await readFile(path, 'utf8').catch(() => '')) !== text) stale.push(path);
  }
  return stale;
}

async function generate() {
  await ensureBuilt();
  const { describeWithoutStarting } = await import(pathToFileURL(inRoot('dist', 'api-document.js')).href);
  const document = JSON.parse(JSON.stringify(await describeWithoutStarting()));
  // A member with a default is there in answers, but may be left out of requests.
  const types = astToString(await openapiTypes(structuredClone(document), { defaultNonNullable: false }));
  return [
    [DOCUMENT, await pretty(DOCUMENT, JSON.stringify(document))],
    [TYPES, await pretty(TYPES, `// Made from docs/openapi.json by \`npm run openapi\`; do not edit.\n${types}`)],
  ];
}

async function pretty(filepath, text) {
  return format(text, { ...(await resolveConfig(filepath)), filepath });
}
