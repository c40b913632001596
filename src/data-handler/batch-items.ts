import { isLabel } from '../common/label.js';
import { Problem } from '../common/problem.js';
import type { Received } from './acceptance.js';
import type { BatchHeaders } from './event-headers.js';
import { invalidItem } from './invalid-json.js';
import type { BatchItem } from './slice-batch.js';

/** What each item of a batch is as an event, or why it can't be one; in their order. */
export function toEvents(
  items: readonly BatchItem[],
  tokenHash: Buffer,
  headers: BatchHeaders,
): (Received | Problem)[] {
  return items.map((item, index) => {
    try {
      return toEvent(item, index, tokenHash, headers);
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  });
}

function toEvent(item: BatchItem, index: number, tokenHash: Buffer, headers: BatchHeaders): Received {
  const { bytes, value } = item;
  if (value === null) throw invalidItem(item);
  const { externalId, externalIdMember, eventType, eventTypeMember } = headers;
  const id = externalIdMember === null ? null : readMember(value, externalIdMember);
  if (externalIdMember !== null && id === null) throw invalid(`The item has no ${externalIdMember}`);
  const type = eventTypeMember === null ? null : readMember(value, eventTypeMember);
  return {
    tokenHash,
    externalId: externalId === null ? id : `${externalId}:${index}`,
    eventType: type ?? eventType,
    // Of the item, not of what it was sent in.
    contentType: 'application/json',
    payload: bytes,
  };
}

/** A member's value as a label; null when there is none. */
function readMember(value: object, name: string): string | null {
  const member: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  if (member === undefined || member === null) return null;
  // Beyond 2^53 different numbers would be read as the same one.
  const text = typeof member === 'number' && Number.isSafeInteger(member) ? String(member) : member;
  if (typeof text === 'string' && isLabel(text)) return text;
  throw invalid(`${name} of the item must be a whole number or 1 to 255 visible ASCII characters`);
}

function invalid(error: string): Problem {
  return new Problem('invalid_data', { error });
}
