import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { HmacKey } from './hmac.js';

const reference = (key: Buffer, head: string, content: Buffer | string): string =>
  createHmac('sha256', key).update(head, 'latin1').update(content).digest('base64');

it.each([1, 31, 32, 63, 64, 65, 200])('with a key of %i bytes is what createHmac gives', (keyBytes) => {
  const key = Buffer.alloc(keyBytes, 0xa5);
  const hmac = new HmacKey(key);
  for (const contentBytes of [0, 1, 55, 56, 64, 400, 16_310, 16_311, 16_312, 16_313, 16_384, 100_000]) {
    const content = Buffer.alloc(contentBytes, 'abc');
    expect(hmac.sign('evt_1.17.', content)).toBe(reference(key, 'evt_1.17.', content));
  }
});

it('of any key, head and content is what createHmac gives, whatever was signed before', () => {
  const bytes = fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array));
  const key = bytes.filter((array) => array.length > 0);
  fc.assert(
    fc.property(
      key,
      fc.array(fc.tuple(fc.string(), fc.oneof(bytes, fc.string({ unit: 'grapheme' })))),
      (key, messages) => {
        const hmac = new HmacKey(key);
        for (const [head, content] of messages) expect(hmac.sign(head, content)).toBe(reference(key, head, content));
      },
    ),
  );
});
