import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AccountsModule } from './accounts/accounts.module.js';
import { AdminPanelModule } from './admin/admin.module.js';
import { ProblemsController } from './common/problems.controller.js';
import { ProblemFilter } from './common/problem.filter.js';
import { SecretBoxModule } from './common/secret-box.module.js';
import { ConfigModule } from './config/config.module.js';
import type { RunSettings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { DestinationsModule } from './destinations/destinations.module.js';
import { HealthModule } from './health/health.module.js';
import { StandInsModule } from './stand-ins.module.js';

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
        SecretBoxModule,
        StandInsModule,
        AccountsModule,
        DestinationsModule,
        HealthModule,
        ...(servesApi ? [AdminPanelModule] : []),
      ],
      controllers: [ProblemsController],
      providers: [{ provide: APP_FILTER, useClass: ProblemFilter }],
    };
  }
}
