import { createHash } from 'node:crypto';
import { Problem } from './problem.js';

/** The strong entity tag (RFC 9110, section 8.8.3) of one version of a resource. */
export function etagOf(id: string, version: number | string): string {
  return `"${id}-${version}"`;
}

/** The strong entity tag of what has no version of its own, from the very answer: its bytes are the same or it is another. */
export function etagOfContent(body: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22)}"`;
}

/**
 * Throws 412 unless `ifMatch` (the header's value) names `etag`. Compared strongly: a weak tag never matches.
 * Undefined: the caller does not ask.
 */
export function requireMatch(ifMatch: string | undefined, etag: string): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  if (!tagsOf(ifMatch).includes(etag)) throw new Problem('precondition_failed');
}

/** Does `ifNoneMatch` (the header's value) name `etag`? Compared weakly. */
export function isUnchanged(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return tagsOf(ifNoneMatch)
    .map((tag) => tag.replace(/^W\//, ''))
    .includes(etag);
}

function tagsOf(list: string): string[] {
  return list.match(/(?:W\/)?"[^"]*"/g) ?? [];
}
