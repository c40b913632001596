import type { FieldChange } from './change.js';

type Fields = Readonly<Record<string, unknown>>;

/** The fields in which two states of an object differ; `null` for an object that is not there yet or any more. */
export function diffFields(before: Fields | null, after: Fields | null): FieldChange[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names]
    .map((field) => ({ field, before: before?.[field] ?? null, after: after?.[field] ?? null }))
    .filter(({ before: old, after: fresh }) => JSON.stringify(old) !== JSON.stringify(fresh));
}
