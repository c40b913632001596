import type { FastifyRequest } from 'fastify';
import type { UserRole } from '../accounts/user.entity.js';
import { Problem } from '../common/problem.js';

/** Sending again, holding back, letting go on and trying out lose nothing; the rest is for who may configure. */
export const OPERATING: readonly UserRole[] = ['superuser', 'operator'];
export const CONFIGURING: readonly UserRole[] = ['superuser'];

export function requireRole({ panelSession }: FastifyRequest, roles: readonly UserRole[]): void {
  if (panelSession && roles.includes(panelSession.role)) return;
  throw new Problem('forbidden', { error: 'Your role does not allow that' });
}
