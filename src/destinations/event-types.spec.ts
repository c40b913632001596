import { expect, it } from 'vitest';
import { isWanted, wrongEventTypes } from './event-types.js';

it.each([
  [[]],
  [['order.created']],
  [['*']],
  [['order.*']],
  [['order.created.*', 'a b', 'Order.Created', 'x'.repeat(255)]],
  [['order.*', 'order.created', '*']],
])('takes %j', (types) => expect(wrongEventTypes(types)).toBeNull());

it.each([
  ['order.created', 'must be a list'],
  [null, 'must be a list'],
  [[5], 'item 1 must be a string'],
  [[''], 'item 1 must not be empty'],
  [['a', 'order.**'], 'item 2 could never match: write * alone'],
  [['*.created'], 'item 1 could never match: write * alone'],
  [['order*'], 'item 1 could never match: write * alone'],
  [['or*er.*'], 'item 1 could never match: write * alone'],
  [['**'], 'item 1 could never match: write * alone'],
  [['.*'], 'item 1 could never match: write * alone'],
  [['bestellung.geändert'], 'item 1 could never match: types of events'],
  [['a  b'], 'item 1 could never match: types of events'],
  [['a\nb'], 'item 1 could never match: types of events'],
  [['x'.repeat(256)], 'item 1 could never match: types of events have at most 255'],
  [['a', 'b', 'a'], 'item 3 is given twice'],
  [Array.from({ length: 101 }, (_, index) => `t${index}`), 'must have 0 to 100 items'],
])('refuses %j', (types, wrong) => expect(wrongEventTypes(types)).toContain(wrong));

it.each<[types: string[], type: string | null, wanted: boolean]>([
  [[], null, true],
  [[], 'a', true],
  [['a'], 'a', true],
  [['a'], 'A', false],
  [['a'], null, false],
  [['*'], null, true],
  [['*'], 'a', true],
  [['order.*'], 'order.created', true],
  [['order.*'], 'order.created.eu', true],
  [['order.*'], 'order', false],
  [['order.*'], 'orders.created', false],
  [['order.*'], null, false],
  [['a', 'order.*'], 'order.x', true],
  [['100%.*'], '1000.x', false],
])('%j for %j: %s', (types, type, expected) => expect(isWanted(types, type)).toBe(expected));
