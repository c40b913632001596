import { AbstractLoader } from '@adminjs/nestjs';
import { Injectable } from '@nestjs/common';
import type AdminJS from 'adminjs';

/**
 * Our loader for `@adminjs/nestjs`, whose own knows Express only. The routes stand since the start, behind our login
 * (see panel-routes.ts): all that is left to load is AdminJS itself.
 */
@Injectable()
export class FastifyLoader extends AbstractLoader {
  private loaded: AdminJS | null = null;

  override register(adminJs: AdminJS): void {
    this.loaded = adminJs;
  }

  adminJs(): AdminJS {
    if (!this.loaded) throw new Error('AdminJS has not been loaded yet');
    return this.loaded;
  }
}
