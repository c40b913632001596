import { DataSource } from 'typeorm';
import type { RunSettings } from '../config/settings.js';
import { dataSourceOptions } from '../database/data-source.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysService } from './api-keys.service.js';

/** The API keys without the application around them: for the command line and the first start. */
export async function withApiKeys<T>(settings: RunSettings, work: (keys: ApiKeysService) => Promise<T>): Promise<T> {
  const dataSource = new DataSource({ ...dataSourceOptions(settings.databaseUrl), entities: [ApiKey] });
  await dataSource.initialize();
  try {
    return await work(new ApiKeysService(dataSource, settings));
  } finally {
    await dataSource.destroy();
  }
}
