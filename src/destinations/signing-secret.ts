import { randomBytes } from 'node:crypto';
import type { SecretBox } from '../common/secret-box.js';

const SECRET_BYTES = 32;

/** A new secret in the form of the Standard Webhooks specification: `whsec_` and base64. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** A sealed secret opens only for the same destination. */
export function sealSigningSecret(box: SecretBox, destinationId: string, secret: string): string {
  return box.seal(secret, contextOf(destinationId));
}

export function openSigningSecret(box: SecretBox, destinationId: string, sealed: string): string {
  return box.open(sealed, contextOf(destinationId));
}

function contextOf(destinationId: string): string {
  return `destination:${destinationId}:signing`;
}
