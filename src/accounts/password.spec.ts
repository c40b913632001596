import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from './password.js';

test('a password verifies against its own hash only', async () => {
  const stored = await hashPassword('correct horse battery');
  expect(stored).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(await verifyPassword('correct horse battery', stored)).toBe(true);
  expect(await verifyPassword('correct horse batterz', stored)).toBe(false);
});

test('the same password has another hash each time, and composed and decomposed letters are the same', async () => {
  const stored = await hashPassword('caf\u00e9 au lait!');
  expect(await hashPassword('caf\u00e9 au lait!')).not.toBe(stored);
  expect(await verifyPassword('cafe\u0301 au lait!', stored)).toBe(true);
});

test('many at once all get their turn', async () => {
  const stored = await hashPassword('one of many');
  const answers = await Promise.all(Array.from({ length: 5 }, () => verifyPassword('one of many', stored)));
  expect(answers).toEqual([true, true, true, true, true]);
});

test.each([
  '',
  'plain text',
  '$scrypt$ln=17,r=8,p=1$c2FsdA$',
  '$scrypt$ln=63,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  '$bcrypt$ln=17,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
])('what is no hash of ours never matches: %s', async (stored) => {
  expect(await verifyPassword('', stored)).toBe(false);
});
