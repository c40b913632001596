import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RunSettings } from '../config/settings.js';
import { dataSourceOptions } from './data-source.js';
import { HotPool } from './hot-pool.js';
import { SyncReplicas } from './sync-replicas.js';
import { WriteCheck } from './write-check.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [RunSettings],
      useFactory: (settings: RunSettings) => ({ ...dataSourceOptions(settings.databaseUrl), autoLoadEntities: true }),
    }),
  ],
  providers: [
    {
      provide: HotPool,
      inject: [RunSettings],
      useFactory: (settings: RunSettings) => new HotPool(settings.databaseUrl),
    },
    WriteCheck,
    SyncReplicas,
  ],
  exports: [HotPool, WriteCheck, SyncReplicas],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(HotPool) private readonly hotPool: HotPool) {}

  async onApplicationShutdown(): Promise<void> {
    await this.hotPool.end();
  }
}
