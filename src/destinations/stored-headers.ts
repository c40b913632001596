import type { SecretBox } from '../common/secret-box.js';
import type { Header } from './header-rules.js';

/** Headers as they are stored: every value encrypted, names in plain text. */
export type StoredHeaders = { readonly name: string; readonly values: readonly string[] }[];

/** Encrypts every value. A sealed value opens only for the same destination and header name. */
export function sealHeaders(box: SecretBox, destinationId: string, headers: readonly Header[]): StoredHeaders {
  return headers.map(({ name, values }) => ({
    name,
    values: values.map((value) => box.seal(value, contextOf(destinationId, name))),
  }));
}

export function openHeaders(box: SecretBox, destinationId: string, stored: StoredHeaders): Header[] {
  return stored.map(({ name, values }) => ({
    name,
    values: values.map((value) => box.open(value, contextOf(destinationId, name))),
  }));
}

function contextOf(destinationId: string, name: string): string {
  return `destination:${destinationId}:header:${name.toLowerCase()}`;
}
