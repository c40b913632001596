import { readFile } from 'node:fs/promises';
import { inRoot } from './paths.mjs';

/** Licences under which anything may be used here; and those that only what is named may have, with the reason. */
const ALLOWED = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD']);
const EXCEPTIONS = {
  'BlueOak-1.0.0': {
    packages: /./,
    reason: 'as permissive as MIT',
  },
  Unlicense: {
    packages: /^(fast-sha256|react-text-mask|text-mask-addons)$/,
    reason: 'in the public domain',
  },
  'Python-2.0': {
    packages: /^argparse$/,
    reason: 'permissive; a port of a module of Python',
  },
  'CC-BY-4.0': {
    packages: /^caniuse-lite$/,
    reason: 'a table of browsers, used while building and not changed',
  },
  'MPL-2.0': {
    packages: /^(axe-core|lightningcss(-[\w-]+)?)$/,
    reason: 'used by tests only, unchanged and not shipped; axe is what the panel is judged by',
  },
};

/** Says which packages of the lock file have a licence that is not allowed. Returns the exit code. */
export async function checkLicences() {
  const lock = JSON.parse(await readFile(inRoot('package-lock.json'), 'utf8'));
  const wrong = Object.entries(lock.packages).flatMap(([path, { license = 'none', dev = false }]) => {
    if (path === '') return [];
    const name = path.replace(/^.*node_modules\//, '');
    return isAllowed(name, license, dev) ? [] : [`${name}: ${license}`];
  });
  for (const line of wrong) process.stdout.write(`${line}\n`);
  if (wrong.length === 0) process.stdout.write(`${Object.keys(lock.packages).length - 1} packages\n`);
  return wrong.length > 0 ? 1 : 0;
}

/** `license`: an SPDX expression; of alternatives one must do, of several together each. */
function isAllowed(name, license, dev) {
  const alternatives = license.replace(/[()]/g, '').split(' OR ');
  return alternatives.some((choice) => choice.split(' AND ').every((id) => isAllowedId(name, id, dev)));
}

function isAllowedId(name, id, dev) {
  if (ALLOWED.has(id)) return true;
  // What is only used here, and not shipped, may ask for more.
  if (id === 'MPL-2.0' && !dev) return false;
  return EXCEPTIONS[id]?.packages.test(name) ?? false;
}
