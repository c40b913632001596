import { expect, it } from 'vitest';
import { splitStatements } from './split-statements.js';

it.each([
  ['SELECT 1; SELECT 2;', ['SELECT 1', 'SELECT 2']],
  ["SELECT ';--', 'it''s; so'; SELECT 2", ["SELECT ';--', 'it''s; so'", 'SELECT 2']],
  ['SELECT "a;b"', ['SELECT "a;b"']],
  ['DO $$ BEGIN; END $$; SELECT 1', ['DO $$ BEGIN; END $$', 'SELECT 1']],
  ['DO $a$ x; $$ y; $$ z; $a$; SELECT $1', ['DO $a$ x; $$ y; $$ z; $a$', 'SELECT $1']],
  ["-- it's; a comment\nSELECT 1 /* and; another */ + 2;\n-- end", ['SELECT 1   + 2']],
  ['', []],
  [' ; ;', []],
])('%s', (text, statements) => {
  expect(splitStatements(text)).toEqual(statements);
});
