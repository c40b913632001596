import { expect, it } from 'vitest';
import { blankWithin, trimmed, trimmedItems, withoutBlanks } from './blanks.js';

it.each(['a b', ' a b', 'a b\n', '\t\r\na b ', '\u00a0a b\u3000', '\ufeffa b\u200b', '\u202aa b\u202c\u200e'])(
  'takes away what stands around: %j',
  (text) => expect(withoutBlanks(text)).toBe('a b'),
);

it('leaves alone what is no text', () => {
  expect([trimmed(5), trimmed(null), trimmed(undefined), trimmedItems('x ')]).toEqual([5, null, undefined, 'x ']);
  expect(trimmedItems([' a ', 5])).toEqual(['a', 5]);
});

it.each([
  ['ab', null],
  ['a b', 'must not contain a space'],
  ['a\nb', 'must not contain a line break'],
  ['a\u200bb', 'must not contain the invisible character U+200B'],
  ['a\u00a0b', 'must not contain the invisible character U+00A0'],
])('says which blank stands within %j', (text, wrong) => expect(blankWithin(text)).toBe(wrong));
