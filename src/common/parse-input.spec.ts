import { describe, expect, it } from 'vitest';
import { flag, listOf, numberBetween, oneOf, OrNull, Rule, text, wholeNumber } from './field-rules.js';
import { checkInput, checkPatch, parseInput } from './parse-input.js';
import type { FieldErrors } from './problem.js';

class Sample {
  @Rule(text({ min: 1, max: 5 }))
  name!: string;

  @OrNull(text({ max: 10, multiline: true }))
  note: string | null = null;

  @Rule(wholeNumber(1, 9))
  size: number = 3;

  @OrNull(numberBetween(0.5, 2))
  rate: number | null = null;

  @Rule(flag)
  on: boolean = true;

  @Rule(oneOf(['a', 'b']))
  kind: string = 'a';

  @Rule(listOf(text({ min: 1, max: 3 }), 0, 2))
  tags: string[] = [];
}

const errorsOf = (body: unknown): FieldErrors => checkInput(Sample, body).errors;

describe('checkInput', () => {
  it('fills defaults in', () => {
    expect(parseInput(Sample, { name: 'x' })).toEqual({
      name: 'x',
      note: null,
      size: 3,
      rate: null,
      on: true,
      kind: 'a',
      tags: [],
    });
  });

  it.each<[unknown, string, string]>([
    [{}, 'name', 'is required'],
    [{ name: 5 }, 'name', 'must be a string'],
    [{ name: null }, 'name', 'must be a string'],
    [{ name: '   ' }, 'name', 'must not be empty'],
    [{ name: 'abcdef' }, 'name', 'must have 1 to 5 characters'],
    [{ name: 'a\0b' }, 'name', 'must not contain control characters'],
    [{ name: 'a\nb' }, 'name', 'must not contain control characters'],
    [{ name: 'a\ud800' }, 'name', 'must be well-formed Unicode (it has half of a surrogate pair)'],
    [{ name: 'x', note: 7 }, 'note', 'must be a string, or null'],
    [{ name: 'x', size: '3' }, 'size', 'must be a whole number from 1 to 9'],
    [{ name: 'x', size: 3.5 }, 'size', 'must be a whole number from 1 to 9'],
    [{ name: 'x', size: null }, 'size', 'must be a whole number from 1 to 9'],
    [{ name: 'x', rate: 1e308 }, 'rate', 'must be a number from 0.5 to 2, or null'],
    [{ name: 'x', on: 'true' }, 'on', 'must be true or false'],
    [{ name: 'x', kind: 'A' }, 'kind', 'must be one of a, b'],
    [{ name: 'x', tags: 'a' }, 'tags', 'must be a list'],
    [{ name: 'x', tags: ['a', 5] }, 'tags', 'item 2 must be a string'],
    [{ name: 'x', tags: ['a', 'b', 'c'] }, 'tags', 'must have 0 to 2 items'],
    [{ name: 'x', other: 1 }, 'other', 'is not a known field'],
    [{ name: 'x', constructor: 1 }, 'constructor', 'is not a known field'],
    [{ name: 'x', hasOwnProperty: 1 }, 'hasOwnProperty', 'is not a known field'],
  ])('says of %j that %s %s', (body, field, message) => {
    expect(errorsOf(body)).toEqual({ [field]: [message] });
  });

  it('counts characters as people do', () => {
    expect(errorsOf({ name: '😀😀😀😀😀' })).toEqual({});
  });

  it('lets lines stand where they may', () => {
    expect(errorsOf({ name: 'x', note: 'a\n\tb' })).toEqual({});
  });

  it('refuses a member called __proto__ and is not changed by it', () => {
    const { errors, value } = checkInput(Sample, JSON.parse('{"name":"x","__proto__":{"size":9}}'));
    expect(Object.entries(errors)).toEqual([['__proto__', ['is not a known field']]]);
    expect(Object.getPrototypeOf(value)).toBe(Sample.prototype);
  });

  it('ignores read-only members', () => {
    expect(checkInput(Sample, { name: 'x', id: 5 }, { readOnly: ['id'] }).errors).toEqual({});
  });

  it.each([[[]], ['x'], [5], [null], [true]])('refuses %j, which is no object', (body) => {
    expect(() => checkInput(Sample, body)).toThrow('The body must be a JSON object');
  });
});

describe('checkPatch', () => {
  it('keeps to what was given', () => {
    const { value, errors } = checkPatch(Sample, { size: 4 });
    expect({ ...value }).toEqual({ size: 4 });
    expect(errors).toEqual({});
  });

  it('still refuses what is wrong', () => {
    expect(checkPatch(Sample, { name: '', foo: 1 }).errors).toEqual({
      name: ['must not be empty'],
      foo: ['is not a known field'],
    });
  });
});
