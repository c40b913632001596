import { AppError, ForbiddenError, NotFoundError, ValidationError, type PropertyErrors } from 'adminjs';
import { Problem } from '../../common/problem.js';
import { sentence } from '../sentence.js';
import type { ResourceDescription } from './description.js';

const UNSEEN = 'Something went wrong on our side. The log of the service says more.';

/**
 * A problem as AdminJS shows it: beside the fields that it names, else as a notice. What is no problem passes as it
 * is, and is logged and answered as an internal error.
 */
export function toAdminJsError(error: unknown, { fields }: Pick<ResourceDescription, 'fields'>): unknown {
  if (!(error instanceof Problem)) return error;
  if (error.code === 'not_found') return new NotFoundError('It is not there any more.', 'Resource');
  if (error.code === 'forbidden') return new ForbiddenError('You may not do that.');
  if (error.code === 'internal_error') return new AppError(UNSEEN);
  const shown: PropertyErrors = {};
  const unshown: string[] = [];
  for (const [name, messages] of Object.entries(error.errors ?? {})) {
    // `headers.X-Key` belongs to the editor of `headers`.
    const field = fields.find((candidate) => candidate.name === name || name.startsWith(`${candidate.name}.`));
    const text = sentence(messages);
    if (!field) unshown.push(`${name}: ${text}`);
    else {
      const inner = field.name === name ? text : `${name.slice(field.name.length + 1)}: ${text}`;
      const earlier = shown[field.name]?.message;
      shown[field.name] = { message: earlier === undefined ? inner : `${earlier} ${inner}` };
    }
  }
  if (Object.keys(shown).length === 0) return new AppError(unshown.join(' ') || error.message);
  const base = unshown.length > 0 ? { message: unshown.join(' ') } : undefined;
  return new ValidationError(shown, base);
}
