import { type DynamicModule, Module } from '@nestjs/common';
import { AdminPanelModule } from './admin/admin.module.js';
import { ConfigModule } from './config/config.module.js';
import type { RunSettings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { HealthModule } from './health/health.module.js';

/** Composition only: what one process runs, by its role. */
@Module({})
export class AppModule {
  static for(settings: RunSettings): DynamicModule {
    const servesApi = settings.role !== 'worker';
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(settings),
        DatabaseModule,
        HealthModule,
        ...(servesApi ? [AdminPanelModule] : []),
      ],
    };
  }
}
