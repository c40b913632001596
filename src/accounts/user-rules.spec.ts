import { expect, test } from 'vitest';
import { Problem } from '../common/problem.js';
import { checkUserFields, type UserFields } from './user-rules.js';

test.each<[UserFields, string[]]>([
  [{ email: 'ada@example.com', password: 'a long enough one', role: 'viewer' }, []],
  [{}, []],
  [{ email: 'ada' }, ['email']],
  [{ email: 'a da@example.com' }, ['email']],
  [{ email: '<script>@example.com' }, ['email']],
  [{ email: `${'a'.repeat(320)}@example.com` }, ['email']],
  [{ password: 'eleven char' }, ['password']],
  [{ password: 'x'.repeat(1001) }, ['password']],
  [{ role: 'root' }, ['role']],
  [{ email: '', password: '', role: '' }, ['email', 'password', 'role']],
])('%j has these wrong fields: %j', (fields, wrong) => {
  expect(wrongFields(fields)).toEqual(wrong);
});

function wrongFields(fields: UserFields): string[] {
  try {
    checkUserFields(fields);
    return [];
  } catch (error) {
    if (error instanceof Problem) return Object.keys(error.errors ?? {});
    throw error;
  }
}
