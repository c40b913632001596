import { readFile } from 'node:fs/promises';
import { withoutBlanks } from '../common/blanks.js';
import { UsageError } from './ask.js';

/** The ways one secret can be given, the first that is there wins. */
export interface SecretSources {
  /** On the command line: for what is no secret really, such as that of a test. */
  readonly value?: string | undefined;
  readonly file?: string | undefined;
  readonly environment?: string | undefined;
}

/** The secret, or null when it was not given at all. A `value` is warned about: other users of the machine see it. */
export async function readSecretFrom(flag: string, sources: SecretSources): Promise<string | null> {
  const { value, file, environment } = sources;
  if (value !== undefined) {
    process.stderr.write(`Note: ${flag} is visible to other users of this machine; ${flag}-file hides it.\n`);
    return withoutBlanks(value);
  }
  if (file === undefined) return withoutBlanks(environment ?? '') || null;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${flag}-file: ${error instanceof Error ? error.message : String(error)}`);
  });
  return withoutBlanks(text) || null;
}
