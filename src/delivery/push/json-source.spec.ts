import { describe, expect, it } from 'vitest';
import { type JsonNode, MAX_JSON_DEPTH, readJson } from './json-source.js';

/** As JSON.parse would have it, where numbers are small and names harmless. */
function plain(node: JsonNode): unknown {
  if (node.kind === 'object') {
    return Object.fromEntries([...node.members].map(([name, value]) => [name, plain(value)]));
  }
  if (node.kind === 'array') return node.items.map(plain);
  return node.kind === 'string' ? node.value : JSON.parse(node.text);
}

describe('readJson', () => {
  it.each([
    '{}',
    '[]',
    ' [ ] ',
    '"a"',
    '0',
    '-0.5e-7',
    'true',
    'null',
    '{"a":1,"b":[true,false,null,{"c":{}}],"d":"x"}',
    '\t{ "a" : [ 1 , 2 ] ,\r\n "b" : "" }\n',
    String.raw`"\"\\\/\b\f\n\r\té😀"`,
    '"😀 ünï"',
    '{"":{"":""}}',
  ])('reads %s as JSON.parse does', (text) => {
    expect(plain(readJson(text))).toEqual(JSON.parse(text));
  });

  it.each(['12345678901234567890', '1.0', '1e400', '-0', '0.10', '1E+2'])('keeps the number %s as written', (text) => {
    expect(readJson(text)).toEqual({ kind: 'literal', text });
  });

  it('lets the last of duplicate members win, at the place of the first', () => {
    const node = readJson('{"a":1,"b":2,"a":{"c":3}}');
    expect(node.kind === 'object' && [...node.members.keys()]).toEqual(['a', 'b']);
    expect(plain(node)).toEqual({ a: { c: 3 }, b: 2 });
  });

  it('gives names like __proto__ no meaning', () => {
    const node = readJson('{"__proto__":{"a":1},"constructor":2,"2":3,"1":4}');
    expect(node.kind === 'object' && [...node.members.keys()]).toEqual(['__proto__', 'constructor', '2', '1']);
  });

  it.each([
    '',
    ' ',
    '{',
    '[1',
    '[1,]',
    '{"a":1,}',
    '{"a"}',
    '{a:1}',
    "{'a':1}",
    '01',
    '1.',
    '.5',
    '+1',
    '-',
    '1e',
    'NaN',
    'nul',
    'True',
    '"a',
    '"a\nb"',
    '"\\x"',
    '"\\u12"',
    '"\\n\t"',
    '[1 2]',
    '{} {}',
    '[1]]',
    '\ufeff{}',
    '\u00a01',
  ])('refuses %j', (text) => {
    expect(() => readJson(text)).toThrow(SyntaxError);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });

  it('goes as deep as is received, and no deeper', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(readJson(nested(MAX_JSON_DEPTH)).kind).toBe('array');
    expect(() => readJson(nested(MAX_JSON_DEPTH + 1))).toThrow(/deeper/);
    expect(() => readJson('{"a":'.repeat(100_000))).toThrow(/deeper/);
  });
});
