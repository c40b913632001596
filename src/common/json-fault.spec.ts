import { describe, expect, it } from 'vitest';
import { findJsonFault, type JsonRules } from './json-fault.js';
import { lineAndColumn } from './line-and-column.js';

const CONTAINER: JsonRules = { root: 'container', maxDepth: 64 };

describe('findJsonFault', () => {
  it.each<[text: string, offset: number, detail: string]>([
    ['', 0, 'The body is empty.'],
    [' \n', 2, 'The body holds nothing but white space.'],
    ['"a"', 0, 'A JSON object or array is expected, not a string.'],
    [' -1.5e3 ', 1, 'A JSON object or array is expected, not a number.'],
    ['null', 0, 'A JSON object or array is expected, not null.'],
    ['a=b&c=d', 0, 'A JSON object or array is expected, but the text begins with "a". This looks like a form.'],
    ['<a/>', 0, 'A JSON object or array is expected, but the text begins with "<". This looks like XML or HTML.'],
    [
      `'{"a":1}'`,
      0,
      'A JSON object or array is expected, but the text begins with "\'". JSON has straight double quotes only.',
    ],
    ['{"a":1', 6, 'Expected "," or "}", found the end of the text within the object of byte 0.'],
    ['{"a":[1,2', 9, 'Expected "," or "]", found the end of the text within the array of byte 5.'],
    ['{"a":1,}', 6, 'A comma must not stand before the closing "}".'],
    ['[1, ]', 2, 'A comma must not stand before the closing "]".'],
    ['[1 2]', 3, 'Expected "," or "]", found "2".'],
    ['[1}', 2, 'Expected "," or "]", found "}".'],
    ['[,1]', 1, 'Expected a value, found ",".'],
    ['{a:1}', 1, 'Expected the name of a member in double quotes, found "a".'],
    ["{'a':1}", 1, 'Expected the name of a member in double quotes, found "\'". JSON has straight double quotes only.'],
    [
      '{“a”:1}',
      1,
      'Expected the name of a member in double quotes, found the character U+201C (a typographic quotation mark). ' +
        'JSON has straight double quotes only.',
    ],
    ['{"a" 1}', 5, 'Expected ":" after the name of a member, found "1".'],
    ['{"a":}', 5, 'Expected a value, found "}".'],
    ['{"a":NaN}', 5, 'Expected a value, found "N". Words in JSON are true, false and null.'],
    ['{"a":True}', 5, 'Expected a value, found "T". Words in JSON are true, false and null.'],
    ['[tru]', 1, 'Expected a value, found "t".'],
    ['[// no\n1]', 1, 'Expected a value, found "/". JSON has no comments.'],
    ['[01]', 1, 'This is not a JSON number. It must not begin with 0 before another digit.'],
    ['[+1]', 1, 'This is not a JSON number. It must not begin with "+".'],
    ['[.5]', 1, 'This is not a JSON number. A digit must stand before the point.'],
    ['[1.]', 1, 'This is not a JSON number. A digit must stand after the point.'],
    ['[1e]', 1, 'This is not a JSON number.'],
    ['["\\x"]', 2, 'No such escape exists in JSON: a backslash itself is written as \\\\.'],
    ['["C:\\dir"]', 4, 'No such escape exists in JSON: a backslash itself is written as \\\\.'],
    ['["\\u12g4"]', 2, 'No such escape exists in JSON: a backslash itself is written as \\\\.'],
    [
      '["a\nb"]',
      3,
      'A string must not contain the control character 0x0A: write it as an escape such as \\n or \\u0000.',
    ],
    ['["\0"]', 2, 'A string must not contain a NUL byte: write it as an escape such as \\n or \\u0000.'],
    ['["abc', 5, 'The text ends within the string that begins at byte 1.'],
    ['["abc\\', 6, 'The text ends within the string that begins at byte 1.'],
    ['["abc\\u1', 8, 'The text ends within the string that begins at byte 1.'],
    ['{}{}', 2, 'The JSON ends before this, but "{" follows. Several JSON texts are not one.'],
    ['{}\0', 2, 'The JSON ends before this, but a NUL byte follows. Several JSON texts are not one.'],
    ['[\u00a01]', 1, 'Expected a value, found the character U+00A0.'],
    ['['.repeat(65), 64, 'Objects and arrays are nested deeper than 64 levels.'],
    ['\ufeff{"ä":1,}', 3 + 7, 'A comma must not stand before the closing "}".'],
  ])('says of %j what is wrong at byte %i', (text, offset, detail) => {
    expect(findJsonFault(Buffer.from(text), CONTAINER)).toMatchObject({ offset, detail });
  });

  it.each<[what: string, bytes: Buffer, offset: number, detail: RegExp]>([
    ['UTF-16 with its mark', Buffer.from('\ufeff{"a":1}', 'utf16le'), 0, /UTF-16 \(little endian\)/],
    ['UTF-16 without', Buffer.from('{"a":1}', 'utf16le'), 0, /UTF-16 \(little endian\)/],
    ['UTF-16 big endian', Buffer.from('{"a":1}', 'utf16le').swap16(), 0, /UTF-16 \(big endian\)/],
    ['UTF-32', Buffer.from([0x7b, 0, 0, 0, 0x7d, 0, 0, 0]), 0, /UTF-32/],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 0, /compressed with gzip/],
    ['Latin-1', Buffer.from('{"a":"caf\xe9"}', 'latin1'), 9, /0xE9.*ISO 8859-1/],
    ['a stray byte', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), 2, /0xFF/],
    ['half a surrogate pair', Buffer.from([0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d]), 2, /surrogate/],
    ['an overlong form', Buffer.from([0x5b, 0x22, 0xc0, 0xaf, 0x22, 0x5d]), 2, /0xC0/],
    ['a cut character', Buffer.from('["💥').subarray(0, 5), 2, /ends within a character/],
  ])('tells encodings apart: %s', (_what, bytes, offset, detail) => {
    expect(findJsonFault(bytes, CONTAINER)).toMatchObject({ offset, detail: expect.stringMatching(detail) as string });
  });

  it('finds the one wrong byte among many characters of all lengths', () => {
    const text = Buffer.from(`["${'aé€💥'.repeat(30_000)}"]`);
    for (const at of [2, 3, 1023, 65_535, 65_536, 65_537, 131_072, 200_001, text.length - 3]) {
      const start = [0, 1, 2, 3].map((back) => at - back).find((index) => ((text[index] ?? 0) & 0xc0) !== 0x80) ?? at;
      const broken = Buffer.from(text);
      broken[start] = 0xff;
      expect(findJsonFault(broken, CONTAINER)?.offset).toBe(start);
    }
  });

  it('counts the items of the outermost array', () => {
    const rules: JsonRules = { root: 'array', maxDepth: Infinity };
    const item = (text: string): unknown => findJsonFault(Buffer.from(text), rules)?.item;
    expect(item('[{"a":[1,2,3]},{"b":}]')).toBe(1);
    expect(item('[nope]')).toBe(0);
    expect(item('[1]x')).toBeNull();
    expect(findJsonFault(Buffer.from('{}'), rules)?.detail).toBe('A JSON array is expected, not an object.');
  });

  it('shows one character of the text at most', () => {
    const fault = findJsonFault(Buffer.from('{"password": hunter2}'), CONTAINER);
    expect(fault?.detail).toBe('Expected a value, found "h".');
  });

  it('reads numbers of any length', () => {
    const digits = '1'.repeat(5000);
    expect(findJsonFault(Buffer.from(`[${digits},-${digits}.${digits}e+${digits}]`), CONTAINER)).toBeNull();
  });

  it('needs no stack for depth', () => {
    const deep = Buffer.alloc(1_000_000, '[');
    expect(findJsonFault(deep, { root: 'any', maxDepth: Infinity })?.offset).toBe(1_000_000);
  });
});

it('lineAndColumn counts as editors do', () => {
  const text = Buffer.from('\ufeff{"ä💥":1,\r\n "b": x}');
  expect(lineAndColumn(text, text.indexOf('x'))).toEqual({ line: 2, column: 7 });
  expect(lineAndColumn(text, text.indexOf(':'))).toEqual({ line: 1, column: 6 });
  expect(lineAndColumn(Buffer.from(''), 0)).toEqual({ line: 1, column: 1 });
});
