import { describe, expect, it } from 'vitest';
import { Problem } from '../common/problem.js';
import { readEventHeaders } from './event-headers.js';

describe('readEventHeaders', () => {
  it.each([
    [{}, null, null],
    [{ 'cl-x-event-id': '', 'idempotency-key': '', 'cl-x-event-type': '' }, null, null],
    [{ 'cl-x-event-id': 'order 4711' }, 'order 4711', null],
    [{ 'idempotency-key': '"4711"' }, '"4711"', null],
    [{ 'cl-x-event-id': 'a', 'idempotency-key': 'b' }, 'a', null],
    [{ 'cl-x-event-id': '', 'idempotency-key': 'b' }, 'b', null],
    [{ 'cl-x-event-type': 'order.created' }, null, 'order.created'],
    [{ 'cl-x-event-id': 'x'.repeat(255) }, 'x'.repeat(255), null],
  ])('reads %j', (headers, externalId, eventType) => {
    expect(readEventHeaders(headers)).toEqual({ externalId, eventType });
  });

  it.each([
    ['CL-X-EVENT-ID', 'x'.repeat(256)],
    ['CL-X-EVENT-ID', 'Ã¤'],
    ['Idempotency-Key', 'a\tb'],
    ['Idempotency-Key', 'a  b'],
    ['CL-X-EVENT-TYPE', ' '],
    ['CL-X-EVENT-TYPE', '\u007f'],
  ])('refuses %s with %j and names it', (name, value) => {
    const read = (): unknown => readEventHeaders({ [name.toLowerCase()]: value });
    expect(read).toThrow(Problem);
    expect(read).toThrow(expect.objectContaining({ code: 'invalid_data', errors: { [name]: [expect.any(String)] } }));
  });
});
