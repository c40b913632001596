import { Injectable } from '@nestjs/common';
import { DestinationUrlPolicy } from '../destinations/destination-url.js';
import { AddressPolicy } from './push/address-policy.js';

/** Tells who saves a destination at once what every attempt would be refused for. */
@Injectable()
export class DestinationUrlPolicyAdapter extends DestinationUrlPolicy {
  constructor(private readonly policy: AddressPolicy) {
    super();
  }

  check(url: URL): string | null {
    return this.policy.checkUrlForm(url.href)?.message ?? null;
  }
}
