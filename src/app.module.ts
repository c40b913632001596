import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AccountsModule } from './accounts/accounts.module.js';
import { AdminPanelModule } from './admin/admin.module.js';
import { ProblemsController } from './common/problems.controller.js';
import { ProblemFilter } from './common/problem.filter.js';
import { SecretBoxModule } from './common/secret-box.module.js';
import { ConfigModule } from './config/config.module.js';
import type { RunSettings } from './config/settings.js';
import { DataHandlerModule } from './data-handler/data-handler.module.js';
import { DatabaseModule } from './database/database.module.js';
import { DeliveryModule } from './delivery/delivery.module.js';
import { LedgerApiModule } from './delivery/ledger-api.module.js';
import { DestinationsModule } from './destinations/destinations.module.js';
import { HealthModule } from './health/health.module.js';

/** What a process that only delivers does without. */
const API_MODULES = [AccountsModule, DestinationsModule, LedgerApiModule, DataHandlerModule, AdminPanelModule];

/** Composition only: what one process runs, by its role. */
@Module({})
export class AppModule {
  static for(settings: RunSettings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(settings),
        DatabaseModule,
        SecretBoxModule,
        DeliveryModule,
        HealthModule,
        ...(settings.role === 'worker' ? [] : API_MODULES),
      ],
      controllers: [ProblemsController],
      providers: [{ provide: APP_FILTER, useClass: ProblemFilter }],
    };
  }
}
