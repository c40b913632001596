import { describe, expect, it } from 'vitest';
import { sliceArray, sliceLines } from './slice-batch.js';

const texts = (items: ReturnType<typeof sliceArray>): unknown =>
  Array.isArray(items) ? items.map(({ bytes, value }) => (value === null ? null : bytes.toString())) : items;
const array = (text: string, maxItems = 100): unknown => texts(sliceArray(Buffer.from(text), maxItems));
const lines = (text: string | Buffer, maxItems = 100): unknown => texts(sliceLines(Buffer.from(text), maxItems));
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('sliceArray', () => {
  it('cuts items out as they were written', () => {
    expect(array(' [ {"a" : 1.0, "a":12345678901234567890} ,[1 , 2],\n{"s":"],[\\"}{\\\\"}\t] \r\n')).toEqual([
      '{"a" : 1.0, "a":12345678901234567890}',
      '[1 , 2]',
      '{"s":"],[\\"}{\\\\"}',
    ]);
    expect(array('[{"é":"💥"},{}]')).toEqual(['{"é":"💥"}', '{}']);
    expect(array(' [ ] ')).toEqual([]);
  });

  it('keeps what is no object or array, or nested too deep, apart from the others', () => {
    expect(array(`[1,"],",null,true,-1.5e3,{"a":1},${nested(65)},${nested(64)}]`)).toEqual([
      null,
      null,
      null,
      null,
      null,
      '{"a":1}',
      null,
      nested(64),
    ]);
  });

  it.each([
    '',
    ' ',
    '{}',
    '1',
    '"[]"',
    '[',
    ']',
    '[1',
    '[1,',
    '[,]',
    '[1,]',
    '[1 2]',
    '[{}{}]',
    '[]]',
    '[] 1',
    '[[1}]',
    '[{"a":]}]',
    '[{"a":1]',
    '["a]',
    '[{"a":"]',
    '[01]',
    '[nope]',
    '[\u00a0]',
    '[{]}',
    `[${'['.repeat(70)}]`,
  ])('does not take %j for an array', (text) => {
    expect(array(text)).toBe('invalid');
  });

  it('takes UTF-8 only, and so many items only', () => {
    expect(sliceArray(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), 9)).toBe('invalid');
    expect(array('[{},{}]', 2)).toHaveLength(2);
    expect(array('[{},{},{}]', 2)).toBe('too_many');
  });

  it('agrees with the parser on every cut of a text', () => {
    const text = '[{"a":[1,"}\\"]"],"b":{}} , [null,-0.5e+7] ,"x"]';
    for (let end = 0; end <= text.length; end++) {
      const items = array(text.slice(0, end));
      expect(items === 'invalid', text.slice(0, end)).toBe(end < text.length);
    }
  });
});

describe('sliceLines', () => {
  it('takes one item a line and passes over empty ones', () => {
    expect(lines('{"a": 1}\r\n\n  [2] \n \t\n{"b":"\\n"}')).toEqual(['{"a": 1}', '[2]', '{"b":"\\n"}']);
    expect(lines('')).toEqual([]);
    expect(lines('{}\n{}\n{}', 2)).toBe('too_many');
  });

  it('a line that can not be accepted harms no other', () => {
    const broken = Buffer.concat([Buffer.from('{"a":1}\n{"s":"'), Buffer.from([0xff]), Buffer.from('"}\n[]\n')]);
    expect(lines(broken)).toEqual(['{"a":1}', null, '[]']);
    expect(lines(`{"a":1\n{} {}\n"x"\n{"a":"\n${nested(65)}\nnull\n{"ok":1}`)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
      '{"ok":1}',
    ]);
  });
});
