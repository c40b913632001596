import { keyIdIn, MissingKeyError, type SecretBox } from '../common/secret-box.js';
import { logger } from '../common/logger.js';
import type { Header } from './header-rules.js';

/** Headers as they are stored: every value encrypted, names in plain text. */
export type StoredHeaders = { readonly name: string; readonly values: readonly string[] }[];

/** Headers as far as they can be read. */
export interface ReadableHeaders {
  /** A value that can't be read stands in them as it is stored, so that it can be kept by whoever can't read it. */
  readonly headers: Header[];
  /** Those values. */
  readonly unreadable: ReadonlySet<string>;
  /** Ids of the keys that would open them. */
  readonly missingKeys: ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Encrypts every value but those of `unreadable`. A sealed value opens only for the same destination and header name. */
export function sealHeaders(
  box: SecretBox,
  destinationId: string,
  headers: readonly Header[],
  unreadable: ReadonlySet<string> = NOTHING,
): StoredHeaders {
  return headers.map(({ name, values }) => ({
    name,
    values: values.map((value) => (unreadable.has(value) ? value : box.seal(value, contextOf(destinationId, name)))),
  }));
}

/** Throws when a value can't be read. */
export function openHeaders(box: SecretBox, destinationId: string, stored: StoredHeaders): Header[] {
  return stored.map(({ name, values }) => ({
    name,
    values: values.map((value) => openValue(box, destinationId, name, value)),
  }));
}

/** As {@link openHeaders} for who shows or changes them: a lost key must not lock anybody out. Never throws. */
export function readHeaders(box: SecretBox, destinationId: string, stored: StoredHeaders): ReadableHeaders {
  const unreadable = new Set<string>();
  const missingKeys = new Set<string>();
  const read = (name: string, value: string): string => {
    try {
      return openValue(box, destinationId, name, value);
    } catch (error) {
      unreadable.add(value);
      if (error instanceof MissingKeyError) missingKeys.add(keyIdIn(value));
      else
        logger.error({ err: error, destination_id: destinationId, header: name }, 'a stored header value is damaged');
      return value;
    }
  };
  const headers = stored.map(({ name, values }) => ({ name, values: values.map((value) => read(name, value)) }));
  return { headers, unreadable, missingKeys };
}

function openValue(box: SecretBox, destinationId: string, name: string, value: string): string {
  return box.open(value, contextOf(destinationId, name));
}

function contextOf(destinationId: string, name: string): string {
  return `destination:${destinationId}:header:${name.toLowerCase()}`;
}
