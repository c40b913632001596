import { findJsonFault } from '../common/json-fault.js';
import { lineAndColumn } from '../common/line-and-column.js';
import { Problem } from '../common/problem.js';
import { MAX_JSON_DEPTH } from './json-text.js';
import type { BatchItem } from './slice-batch.js';

/** What is wrong with a body that was refused, and where. Looked for only now: what is right costs nothing. */
export function invalidJson(body: Buffer, root: 'container' | 'array'): Problem {
  // An item of a batch that is nested too deep is refused alone.
  const fault = findJsonFault(body, { root, maxDepth: root === 'array' ? Infinity : MAX_JSON_DEPTH });
  if (!fault) return new Problem('invalid_data');
  const { offset, detail, item } = fault;
  const index = root === 'array' && item !== null ? { index: item } : {};
  return new Problem('invalid_data', { detail, position: { offset, ...lineAndColumn(body, offset), ...index } });
}

/** The same for one item. Without its line: counting lines for each of thousands would read the body as often. */
export function invalidItem({ bytes, start }: BatchItem): Problem {
  const fault = findJsonFault(bytes, { root: 'container', maxDepth: MAX_JSON_DEPTH });
  if (!fault) return new Problem('invalid_data');
  return new Problem('invalid_data', { detail: fault.detail, position: { offset: start + fault.offset } });
}
