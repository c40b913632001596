import { describe, expect, it } from 'vitest';
import { indentJson } from './indent-json.js';

describe('indentJson', () => {
  it.each([
    ['{"a":1,"b":[true,null]}', '{\n  "a": 1,\n  "b": [\n    true,\n    null\n  ]\n}'],
    ['{ }', '{}'],
    ['[{},[]]', '[\n  {},\n  []\n]'],
    ['12345678901234567890.10', '12345678901234567890.10'],
    ['{"a":1,"a":2}', '{\n  "a": 1,\n  "a": 2\n}'],
    [String.raw`{"x":"a\"{,}:\\"}`, '{\n' + String.raw`  "x": "a\"{,}:\\"` + '\n}'],
  ])('shows %s with every token as it came', (text, shown) => {
    expect(indentJson(text)).toBe(shown);
  });

  it('knows what is no JSON', () => {
    expect(indentJson('a=1')).toBeNull();
    expect(indentJson('')).toBeNull();
  });

  it('takes a megabyte in one string', () => {
    const text = JSON.stringify('\\"x'.repeat(300_000));
    expect(indentJson(text)).toBe(text);
  });
});
