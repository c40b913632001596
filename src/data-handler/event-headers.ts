import type { IncomingHttpHeaders } from 'node:http';
import { isLabel, MAX_LABEL_CHARACTERS } from '../common/label.js';
import { Problem } from '../common/problem.js';

/** What is left of them beside the number of an item. */
const MAX_BATCH_ID_CHARACTERS = 250;

/** The caller's id and the type of an event, from its headers; an empty one counts as not sent. */
export function readEventHeaders(headers: IncomingHttpHeaders): {
  externalId: string | null;
  eventType: string | null;
} {
  return {
    externalId: readLabel(headers, 'CL-X-EVENT-ID') ?? readLabel(headers, 'Idempotency-Key'),
    eventType: readLabel(headers, 'CL-X-EVENT-TYPE'),
  };
}

/** What the headers say of every item of a batch; null: nothing. */
export interface BatchHeaders {
  /** Item n is known by this id, a colon and n. */
  readonly externalId: string | null;
  /** The items' member that holds the sender's id of each. */
  readonly externalIdMember: string | null;
  /** The type of items that don't say it themselves. */
  readonly eventType: string | null;
  /** The items' member that holds the type of each. */
  readonly eventTypeMember: string | null;
}

/** As {@link readEventHeaders}, for a batch. */
export function readBatchHeaders(headers: IncomingHttpHeaders): BatchHeaders {
  const { externalId, eventType } = readEventHeaders(headers);
  const externalIdMember = readLabel(headers, 'CL-X-EVENT-ID-MEMBER');
  if (externalId !== null && externalIdMember !== null) {
    throw wrongHeader('CL-X-EVENT-ID-MEMBER', 'can not be given together with an id for the whole batch');
  }
  if (externalId !== null && externalId.length > MAX_BATCH_ID_CHARACTERS) {
    throw wrongHeader('CL-X-EVENT-ID', `must have at most ${MAX_BATCH_ID_CHARACTERS} characters for a batch`);
  }
  return { externalId, externalIdMember, eventType, eventTypeMember: readLabel(headers, 'CL-X-EVENT-TYPE-MEMBER') };
}

function readLabel(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name.toLowerCase()];
  if (value === undefined || value === '') return null;
  if (typeof value === 'string' && isLabel(value)) return value;
  throw wrongHeader(name, `must have 1 to ${MAX_LABEL_CHARACTERS} visible ASCII characters`);
}

function wrongHeader(name: string, wrong: string): Problem {
  return new Problem('invalid_data', { error: `${name} ${wrong}`, errors: { [name]: [wrong] } });
}
