import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { RunSettings } from '../../config/settings.js';
import { AddressPolicy } from './address-policy.js';
import { createResolver } from './client/dns/resolve.js';
import { Transport } from './transport.js';

/** The process' one transport and the address policy it obeys. */
@Module({
  providers: [
    {
      provide: AddressPolicy,
      inject: [RunSettings],
      useFactory: (settings: RunSettings) => new AddressPolicy(settings.allowedPrivateNetworks, settings.allowedPorts),
    },
    {
      provide: Transport,
      inject: [AddressPolicy, RunSettings],
      useFactory: (policy: AddressPolicy, { dnsServers, egressProxy }: RunSettings) =>
        new Transport({ policy, resolve: createResolver(dnsServers), proxy: egressProxy }),
    },
  ],
  exports: [AddressPolicy, Transport],
})
export class TransportModule implements OnApplicationShutdown {
  constructor(private readonly transport: Transport) {}

  /** The last step of a shutdown: what drains has drained before. */
  onApplicationShutdown(): void {
    this.transport.destroy();
  }
}
