import { AbstractLoader, AdminModule } from '@adminjs/nestjs';
import type { LazyModuleLoader } from '@nestjs/core';
import { AdminJsPanel } from './adminjs-panel.js';
import { readAssetHashes } from './assets.js';
import { FastifyLoader } from './fastify-loader.js';
import { panelOptions } from './panel-options.js';
import type { PanelServices } from './panel-services.js';

/** Starts AdminJS through its Nest module. A module loaded late gets no life-cycle calls from Nest, so this makes them. */
export async function loadAdminJs(lazyModules: LazyModuleLoader, services: PanelServices): Promise<AdminJsPanel> {
  const hashes = await readAssetHashes();
  const module = await lazyModules.load(() =>
    AdminModule.createAdminAsync({
      useFactory: () => ({ adminJsOptions: panelOptions(services) }),
      customLoader: FastifyLoader,
    }),
  );
  await module.get(AdminModule).onModuleInit();
  const loader: FastifyLoader = module.get(AbstractLoader);
  return new AdminJsPanel(loader.adminJs(), hashes);
}
