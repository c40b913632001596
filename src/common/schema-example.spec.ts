import { expect, it } from 'vitest';
import { exampleOf } from './schema-example.js';

const schemas = { Name: { type: 'string', example: 'Ada' }, Person: { properties: { name: { $ref: '#/x/Name' } } } };

it.each([
  [{ example: null, default: 1 }, null],
  [{ default: [], items: { example: 1 } }, []],
  [{ enum: ['a', 'b'] }, 'a'],
  [{ items: { $ref: '#/x/Person' } }, [{ name: 'Ada' }]],
  [{ items: { type: 'string' } }, []],
  [{ anyOf: [{ type: 'object', example: { a: 1 } }, { type: 'null' }] }, { a: 1 }],
  [{ allOf: [{ $ref: '#/x/Person' }] }, { name: 'Ada' }],
  [{ properties: { name: { $ref: '#/x/Name' }, unsaid: { type: 'string' } } }, { name: 'Ada' }],
  [{ type: 'string' }, undefined],
  [{ $ref: '#/x/Gone' }, undefined],
])('%j has the example %j', (schema, example) => {
  expect(exampleOf(schema, schemas)).toEqual(example);
});
