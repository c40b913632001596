import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { axiosAdapter } from './axios-adapter.js';
import { Transport } from './transport.js';
import { TransportModule } from './transport.module.js';

/**
 * Nest's HttpService for requests that are no deliveries, over the same transport: same addresses allowed, same
 * limits, no redirects. Deliveries use the {@link Transport} itself, at half of the CPU.
 */
@Module({
  imports: [
    HttpModule.registerAsync({
      imports: [TransportModule],
      inject: [Transport],
      useFactory: (transport: Transport) => ({ adapter: axiosAdapter(transport), timeout: 15_000 }),
    }),
  ],
  exports: [HttpModule],
})
export class HttpClientModule {}
