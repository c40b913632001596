import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from './app.module.js';
import { apiDocument } from './common/open-api.js';
import { readSettings } from './config/read-settings.js';

/** The API's description as a running service answers it, without one: nothing is started, no database asked. */
export async function describeWithoutStarting(): Promise<OpenAPIObject> {
  const settings = { ...readSettings({ ROLE: 'api' }), databaseUrl: '' };
  const app = await NestFactory.create(AppModule.for(settings), new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  return apiDocument(app);
}
