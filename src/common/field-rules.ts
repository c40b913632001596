import { ValidateBy } from 'class-validator';
import { isUuid } from './list-query.js';

/** Says what is wrong with a value in words that follow the field's name ("email must be …"), or null. */
export type Check = (value: unknown) => string | null;

/** A decorator of one rule with one message. A field has one rule, so that a wrong value has one clear answer. */
export function Rule(check: Check): PropertyDecorator {
  return ValidateBy({
    name: 'rule',
    validator: {
      validate: (value: unknown) => check(value) === null,
      defaultMessage: (args) => check(args?.value) ?? 'is not valid',
    },
  });
}

type Tidying = (value: unknown) => unknown;

const tidyings = new WeakMap<object, Map<string, Tidying>>();

/** A decorator that says how a value is tidied before the field's rule looks at it, such as of blanks around it. */
export function Tidy(tidy: Tidying): PropertyDecorator {
  return (target, name) => {
    const known = tidyings.get(target) ?? new Map<string, Tidying>();
    tidyings.set(target, known.set(String(name), tidy));
  };
}

/** The value of a field of the class, tidied as {@link Tidy} says. */
export function tidied(type: new () => object, name: string, value: unknown): unknown {
  const tidy = tidyings.get(type.prototype as object)?.get(name);
  return tidy ? tidy(value) : value;
}

/** The rule, or null. */
export function OrNull(check: Check): PropertyDecorator {
  return Rule((value) => {
    if (value === null) return null;
    const wrong = check(value);
    return wrong === null ? null : `${wrong}, or null`;
  });
}

const CONTROL = /\p{Cc}/u;
const CONTROL_BUT_LINES = /(?![\n\r\t])\p{Cc}/u;

interface TextLimits {
  readonly min?: number;
  readonly max: number;
  /** Line breaks and tabs are allowed. */
  readonly multiline?: boolean;
}

/** Text that PostgreSQL stores as it is: no NUL, no half of a surrogate pair. Lengths are in characters, as there. */
export function text({ min = 0, max, multiline = false }: TextLimits): Check {
  return (value) => {
    if (value === undefined) return 'is required';
    if (typeof value !== 'string') return 'must be a string';
    if (/\p{Surrogate}/u.test(value)) return 'must be well-formed Unicode (it has half of a surrogate pair)';
    if ((multiline ? CONTROL_BUT_LINES : CONTROL).test(value)) return 'must not contain control characters';
    const { length } = Array.from(value);
    if (min > 0 && value.trim() === '') return 'must not be empty';
    if (length < min || length > max) return `must have ${min > 0 ? `${min} to` : 'at most'} ${max} characters`;
    return null;
  };
}

export function wholeNumber(min: number, max: number): Check {
  return (value) => {
    if (value === undefined) return 'is required';
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return null;
    return `must be a whole number from ${min} to ${max}`;
  };
}

export function numberBetween(min: number, max: number): Check {
  return (value) =>
    typeof value === 'number' && value >= min && value <= max ? null : `must be a number from ${min} to ${max}`;
}

export const flag: Check = (value) => (typeof value === 'boolean' ? null : 'must be true or false');

export function oneOf(values: readonly string[]): Check {
  return (value) => {
    if (value === undefined) return 'is required';
    return typeof value === 'string' && values.includes(value) ? null : `must be one of ${values.join(', ')}`;
  };
}

export const uuid: Check = (value) => (typeof value === 'string' && isUuid(value) ? null : 'must be a UUID');

/** A list of `min` to `max` items that each pass `check`. */
export function listOf(check: Check, min: number, max: number): Check {
  return (value) => {
    if (!Array.isArray(value)) return 'must be a list';
    if (value.length < min || value.length > max) return `must have ${min} to ${max} items`;
    for (const [index, item] of value.entries()) {
      const wrong = check(item);
      if (wrong !== null) return `item ${index + 1} ${wrong}`;
    }
    return null;
  };
}
