import { getMetadataStorage, validateSync } from 'class-validator';
import { tidied } from './field-rules.js';
import { Problem, type FieldErrors } from './problem.js';

interface ParseOptions {
  /** Members of the resource that only we set: sent back by who read them, ignored. */
  readonly readOnly?: readonly string[];
}

/** What was understood of a body and what is wrong with it; `value` may only be used when `errors` is empty. */
export interface Checked<T> {
  readonly value: T;
  readonly errors: FieldErrors;
}

type InputClass<T extends object> = new () => T;

/** Reads a whole resource: what is left out gets the default of the class; throws when something is wrong. */
export function parseInput<T extends object>(type: InputClass<T>, body: unknown, options: ParseOptions = {}): T {
  return valid(checkInput(type, body, options));
}

/** As {@link parseInput}, without throwing, for callers with more to check. */
export function checkInput<T extends object>(
  type: InputClass<T>,
  body: unknown,
  options: ParseOptions = {},
): Checked<T> {
  return check(type, new type(), body, options, false);
}

/** Reads part of a resource: what is left out is left out of the result too. */
export function checkPatch<T extends object>(
  type: InputClass<T>,
  body: unknown,
  options: ParseOptions = {},
): Checked<Partial<T>> {
  // Without the constructor, whose defaults would replace what is stored.
  const bare: Partial<T> = Object.create(type.prototype);
  return check(type, bare, body, options, true);
}

/** The value, or a 400 that names every wrong field. */
export function valid<T>({ value, errors }: Checked<T>): T {
  if (Object.keys(errors).length > 0) throw Problem.fields(errors);
  return value;
}

function check<T extends object>(
  type: new () => object,
  value: T,
  body: unknown,
  { readOnly = [] }: ParseOptions,
  partial: boolean,
): Checked<T> {
  const known = fieldsOf(type);
  // A map, because a member may be called __proto__.
  const errors = new Map<string, string[]>();
  for (const [name, member] of Object.entries(asObject(body))) {
    if (known.has(name)) {
      if (member !== undefined) Reflect.set(value, name, tidied(type, name, member));
    } else if (!readOnly.includes(name)) {
      errors.set(name, ['is not a known field']);
    }
  }
  for (const { property, constraints } of validateSync(value, { skipUndefinedProperties: partial })) {
    errors.set(property, Object.values(constraints ?? {}));
  }
  return { value, errors: Object.fromEntries(errors) };
}

function asObject(body: unknown): object {
  if (body === undefined) return {};
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Problem('validation_failed', { error: 'The body must be a JSON object' });
  }
  return body;
}

/** The fields a class has rules for. */
function fieldsOf(type: new () => object): ReadonlySet<string> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
  return new Set(rules.map((rule) => rule.propertyName));
}
