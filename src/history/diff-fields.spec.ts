import { expect, test } from 'vitest';
import { diffFields } from './diff-fields.js';

test('only what differs is a change; lists are compared by what is in them', () => {
  const before = { url: 'https://a.example', rate_limit: null, event_types: ['a', 'b'], enabled: true };
  const after = { url: 'https://b.example', rate_limit: undefined, event_types: ['a', 'b'], enabled: false };
  expect(diffFields(before, after)).toEqual([
    { field: 'url', before: 'https://a.example', after: 'https://b.example' },
    { field: 'enabled', before: true, after: false },
  ]);
});

test('a new object comes from nothing, a deleted one goes to nothing; what was empty is not told', () => {
  expect(diffFields(null, { email: 'a@b.example', website: null })).toEqual([
    { field: 'email', before: null, after: 'a@b.example' },
  ]);
  expect(diffFields({ email: 'a@b.example' }, null)).toEqual([{ field: 'email', before: 'a@b.example', after: null }]);
});
