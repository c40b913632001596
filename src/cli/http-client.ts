import 'reflect-metadata';
import { HttpService } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from '../config/config.module.js';
import { readSettings } from '../config/read-settings.js';
import { HttpClientModule } from '../delivery/push/http-client.module.js';

/** The person at the command line chooses where to send: unlike a destination, that may be anywhere. */
const settings = Object.assign(readSettings({ ALLOWED_PRIVATE_NETWORKS: '0.0.0.0/0,::/0' }), { databaseUrl: '' });

@Module({ imports: [ConfigModule.with(settings), HttpClientModule] })
class HttpCommandModule {}

/** Runs `work` with Nest's HttpService over the product's own transport: no redirects, one deadline. */
export async function withHttp<T>(work: (http: HttpService) => Promise<T>): Promise<T> {
  const context = await NestFactory.createApplicationContext(HttpCommandModule, { logger: false });
  try {
    return await work(context.get(HttpService));
  } finally {
    await context.close();
  }
}
