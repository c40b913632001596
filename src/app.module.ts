import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from './config/config.module.js';
import type { RunSettings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { HealthModule } from './health/health.module.js';

/** Composition only: what one process runs, by its role. */
@Module({})
export class AppModule {
  static for(settings: RunSettings): DynamicModule {
    return {
      module: AppModule,
      imports: [ConfigModule.with(settings), DatabaseModule, HealthModule],
    };
  }
}
