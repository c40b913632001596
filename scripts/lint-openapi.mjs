// Judges docs/openapi.json by Spectral's recommended rules: the engine of its CLI, without the CLI's 90 packages.
import { readFile } from 'node:fs/promises';
import spectral from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';
import { inRoot } from './lib/paths.mjs';

const judge = new spectral.Spectral();
judge.setRuleset({ extends: [[rulesets.oas, 'recommended']] });
const findings = await judge.run(await readFile(inRoot('docs', 'openapi.json'), 'utf8'));
for (const { code, path, message } of findings) process.stderr.write(`${code} at ${path.join('.')}: ${message}\n`);
process.exitCode = findings.length > 0 ? 1 : 0;
