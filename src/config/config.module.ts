import { type DynamicModule, Global, Module } from '@nestjs/common';
import { RunSettings } from './settings.js';

@Global()
@Module({})
export class ConfigModule {
  static with(settings: RunSettings): DynamicModule {
    return {
      module: ConfigModule,
      providers: [{ provide: RunSettings, useValue: settings }],
      exports: [RunSettings],
    };
  }
}
