import { describe, expect, it } from 'vitest';
import { findJsonFault } from '../common/json-fault.js';
import { isJsonContainer, MAX_JSON_DEPTH } from './json-text.js';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('isJsonContainer', () => {
  it.each([
    '{}',
    '[]',
    ' \t\r\n{ } ',
    '{"a":1,"a":2}',
    '[1e999,12345678901234567890,-0.0]',
    '["\\u0000","\\ud800"]',
    '{"__proto__":{}}',
    '{"😀":"\u{10ffff}"}',
    nested(MAX_JSON_DEPTH),
    `["${'[{'.repeat(100)}"]`,
    `["\\"${'['.repeat(100)}\\\\"]`,
    `[${'[],'.repeat(100)}{}]`,
  ])('takes %j', (text) => {
    expect(isJsonContainer(Buffer.from(text))).toBe(true);
  });

  it.each([
    '',
    ' ',
    '1',
    '"{}"',
    'true',
    'null',
    '{',
    '[1,]',
    "{'a':1}",
    '{}{}',
    '[NaN]',
    '{}//',
    '\ufeff{}',
    '["\0"]',
    '["\n"]',
    '"unclosed \\',
    nested(MAX_JSON_DEPTH + 1),
    '{"a":'.repeat(MAX_JSON_DEPTH + 1),
    ']'.repeat(100),
  ])('refuses %j', (text) => {
    expect(isJsonContainer(Buffer.from(text))).toBe(false);
  });

  it.each([
    ['a stray byte', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])],
    ['half a surrogate pair', Buffer.from([0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d])],
    ['an overlong form', Buffer.from([0x5b, 0x22, 0xc0, 0xaf, 0x22, 0x5d])],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
  ])('refuses what is no UTF-8: %s', (_what, bytes) => {
    expect(isJsonContainer(bytes)).toBe(false);
  });

  it('refuses a million brackets without parsing them', () => {
    expect(isJsonContainer(Buffer.alloc(1_000_000, '['))).toBe(false);
  });

  it('takes what JSON.parse takes, whatever is broken in it', () => {
    const texts = [
      '{"a":[1,-2.5e+10,{"b":null,"c":[true,false]}],"d":"\\u00e9\\n\\"😀","e":{},"f":[ ],"g":0}',
      '[0.1,-0,1E5,"",[[]],{"":{"":""}},null]',
      ' {\t"k" : "v" ,\r\n"l":[1 , 2]} ',
    ];
    const pieces = [
      '"',
      '\\',
      ',',
      ':',
      '[',
      ']',
      '{',
      '}',
      '0',
      '1',
      '-',
      '+',
      '.',
      'e',
      'u',
      ' ',
      '\n',
      '\0',
      'é',
      'true',
    ];
    // A generator of pseudo-random numbers (Park and Miller): the same cases in each run.
    let seed = 20_261_124;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const wrong: string[] = [];
    let taken = 0;
    for (let round = 0; round < 10_000; round++) {
      let text = texts[random(texts.length)] ?? '';
      for (let change = random(3); change >= 0; change--) {
        const at = random(text.length + 1);
        text = text.slice(0, at) + (random(3) === 0 ? '' : pieces[random(pieces.length)]) + text.slice(at + random(3));
      }
      const bytes = Buffer.from(text);
      const expected = isParsedAsContainer(bytes.toString());
      if (isJsonContainer(bytes) !== expected) wrong.push(text);
      // What explains a refusal agrees with what refuses.
      if ((findJsonFault(bytes, { root: 'container', maxDepth: MAX_JSON_DEPTH }) === null) !== expected)
        wrong.push(text);
      if (expected) taken++;
    }
    expect(wrong).toEqual([]);
    expect(taken).toBeGreaterThan(1000);
  });
});

function isParsedAsContainer(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
