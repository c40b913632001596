import type { AddressPolicy } from './address-policy.js';
import type { ConnectionGuard } from './client/guard.js';

/** The policy forbids an address the destination has. */
export class AddressBlockedError extends Error {
  constructor(
    readonly address: string | null,
    readonly kind: string,
  ) {
    super(kind.replaceAll('_', ' '));
    this.name = 'AddressBlockedError';
  }
}

/** The policy forbids the destination's port. */
export class PortBlockedError extends Error {
  constructor(readonly port: number) {
    super(`port ${port}`);
    this.name = 'PortBlockedError';
  }
}

/** Holds the HTTP client to the address policy. */
export class AddressGuard implements ConnectionGuard {
  constructor(private readonly policy: AddressPolicy) {}

  checkPort(port: number): void {
    if (!this.policy.allowsPort(port)) throw new PortBlockedError(port);
  }

  checkAddress(address: string): void {
    const kind = this.policy.check(address);
    if (kind !== null) throw new AddressBlockedError(address, kind);
  }

  addressesOf(hostname: string): readonly string[] | null {
    const local = this.policy.localAddresses(hostname);
    if (local?.length === 0) throw new AddressBlockedError(null, 'loopback');
    return local;
  }
}
