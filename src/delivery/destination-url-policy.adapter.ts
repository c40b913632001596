import { Injectable } from '@nestjs/common';
import { RunSettings } from '../config/settings.js';
import { DestinationUrlPolicy } from '../destinations/destination-url.js';
import { AddressPolicy } from './push/address-policy.js';

/** Tells who saves a destination at once what every attempt would be refused for. */
@Injectable()
export class DestinationUrlPolicyAdapter extends DestinationUrlPolicy {
  private readonly policy: AddressPolicy;

  constructor(settings: RunSettings) {
    super();
    this.policy = new AddressPolicy(settings.allowedPrivateNetworks);
  }

  check(url: URL): string | null {
    return this.policy.checkUrlForm(url.href)?.message ?? null;
  }
}
