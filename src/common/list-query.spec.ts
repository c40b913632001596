import { describe, expect, it } from 'vitest';
import { booleanFilter, enumFilter, integerFilter, type ListSpec, parseListQuery, uuidFilter } from './list-query.js';

const spec: ListSpec = {
  ordering: ['created_at', 'email'],
  filters: {
    id: uuidFilter,
    enabled: booleanFilter,
    timeout_ms: integerFilter,
    http_method: enumFilter(['GET', 'POST']),
  },
};

describe('parseListQuery', () => {
  it('has defaults', () => {
    expect(parseListQuery({}, spec)).toEqual({
      page: 1,
      pageSize: 25,
      search: null,
      ordering: [{ field: 'created_at', descending: true }],
      filters: new Map(),
    });
  });

  it('reads pages, search, several orderings and typed filters', () => {
    const query = { page: '2', page_size: '100', search: 'a', ordering: 'email,-created_at', enabled: 'false' };
    expect(parseListQuery(query, spec)).toEqual({
      page: 2,
      pageSize: 100,
      search: 'a',
      ordering: [
        { field: 'email', descending: false },
        { field: 'created_at', descending: true },
      ],
      filters: new Map([['enabled', false]]),
    });
  });

  it.each([
    ['page', '0'],
    ['page', '-1'],
    ['page', '1e3'],
    ['page', '99999999999999999999'],
    ['page_size', '101'],
    ['page_size', ''],
    ['search', 'a\0b'],
    ['search', '\ud800'],
    ['search', 'x'.repeat(201)],
    ['ordering', 'password'],
    ['ordering', 'email;drop'],
    ['id', 'x'],
    ['enabled', 'yes'],
    ['timeout_ms', '99999999999'],
    ['http_method', 'HEAD'],
    ['page', ['1', '2']],
    ['foo', '1'],
    ['constructor', '1'],
  ])('refuses %s=%j by name', (name, value) => {
    const problem = expect.objectContaining({
      code: 'unknown_parameter',
      errors: { [name]: [expect.any(String)] },
    }) as Error;
    expect(() => parseListQuery({ [name]: value }, spec)).toThrow(problem);
  });
});
