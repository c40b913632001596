import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { noteForTheEnd } from './run-folder.js';

/**
 * Whether a program that a test needs is missing here, for `describe.skipIf(…)` around the test with its set-up. The end of
 * the run says what was skipped.
 */
export function isMissing(program: string, skipped: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  if (folders.some((folder) => isExecutable(join(folder, program)))) return false;
  noteForTheEnd(`SKIPPED: ${skipped}, because ${program} is not installed`);
  return true;
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
