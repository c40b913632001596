import { Injectable } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import type { AdminJsPanel } from './adminjs-panel.js';
import { PanelServices } from './panel-services.js';

/**
 * AdminJS, loaded with the first page that needs it: its import takes 2.5 s and 110 MB, which a start, a worker or
 * a service driven by its API alone should not pay.
 */
@Injectable()
export class Panel {
  private loading: Promise<AdminJsPanel> | null = null;

  constructor(
    private readonly lazyModules: LazyModuleLoader,
    private readonly services: PanelServices,
  ) {}

  async load(): Promise<AdminJsPanel> {
    this.loading ??= this.start();
    try {
      return await this.loading;
    } catch (error) {
      this.loading = null;
      throw error;
    }
  }

  private async start(): Promise<AdminJsPanel> {
    // AdminJS asks for this when it is imported. With any other value it would bundle at run time, into the folder
    // the service was started in.
    process.env['NODE_ENV'] = 'production';
    const { loadAdminJs } = await import('./load-adminjs.js');
    return loadAdminJs(this.lazyModules, this.services);
  }
}
