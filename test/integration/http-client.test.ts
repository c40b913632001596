import 'reflect-metadata';
import { HttpService } from '@nestjs/axios';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { isAxiosError } from 'axios';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConfigModule } from '../../src/config/config.module.js';
import { readSettings } from '../../src/config/read-settings.js';
import { HttpClientModule } from '../../src/delivery/push/http-client.module.js';
import { Transport } from '../../src/delivery/push/transport.js';
import { misbehave, type Receiver, startReceiver } from '../support/receiver.js';

const settings = Object.assign(readSettings({ ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8' }), {
  databaseUrl: 'postgresql://unused@127.0.0.1/unused',
});

@Module({ imports: [ConfigModule.with(settings), HttpClientModule] })
class TestModule {}

describe('HttpClientModule', () => {
  let app: INestApplicationContext;
  let http: HttpService;
  let receiver: Receiver;

  beforeAll(async () => {
    app = await NestFactory.createApplicationContext(TestModule, { logger: false });
    http = app.get(HttpService);
  });
  afterAll(() => app.close());
  beforeEach(async () => void (receiver = await startReceiver()));
  afterEach(() => receiver.close());

  async function errorOf(sent: Promise<unknown>): Promise<{ code?: string; status?: number }> {
    const error: unknown = await sent.catch((reason: unknown) => reason);
    if (!isAxiosError(error)) throw new Error('did not fail as axios does');
    return error;
  }

  it('sends over our transport and gives the answer as axios does', async () => {
    receiver.answer({ status: 201, headers: { 'X-A': ['1', '2'], 'set-cookie': ['a=1', 'b=2'] }, body: '{"ok":true}' });
    const response = await http.axiosRef.post(`${receiver.url}/p`, { a: 'ü' }, { params: { x: 1 } });
    expect(response).toMatchObject({ status: 201, statusText: 'Created', data: { ok: true } });
    expect(response.headers).toMatchObject({ 'x-a': '1, 2', 'set-cookie': ['a=1', 'b=2'] });
    expect(response.request).toMatchObject({ kind: 'answered', address: '127.0.0.1' });
    const [request] = receiver.requests;
    expect(request).toMatchObject({ method: 'POST', url: '/p?x=1', body: Buffer.from('{"a":"ü"}') });
    expect(request?.header('user-agent')).toMatch(/^Data-Pusher\//);
    expect(request?.header('content-type')).toBe('application/json');
  });

  it('gives bytes when asked to', async () => {
    receiver.answer({ body: Buffer.from([0xff, 0x00]) });
    const { data } = await http.axiosRef.get<Buffer>(receiver.url, { responseType: 'arraybuffer' });
    expect(data).toEqual(Buffer.from([0xff, 0x00]));
  });

  it.each([
    [302, 'ERR_BAD_REQUEST'],
    [404, 'ERR_BAD_REQUEST'],
    [500, 'ERR_BAD_RESPONSE'],
  ])('fails with status %i', async (status, code) => {
    receiver.answer({ status, headers: { location: 'http://127.0.0.1:1/' } });
    expect(await errorOf(http.axiosRef.get(receiver.url))).toMatchObject({ status, code });
  });

  it('fails with our codes', async () => {
    expect(await errorOf(http.axiosRef.get('http://10.0.0.1/'))).toMatchObject({ code: 'address_blocked' });
    receiver.answer(misbehave.hangBeforeHeaders);
    const timedOut = http.axiosRef.get(receiver.url, { timeout: 200 });
    expect(await errorOf(timedOut)).toMatchObject({ code: 'timed_out' });
  });

  it('closes its connections with the application', async () => {
    await app.close();
    const url = `${receiver.url}/`;
    const sent = app
      .get(Transport, { strict: false })
      .send({ method: 'GET', url, headers: '', body: null }, { timeoutMs: 500 });
    expect(await sent).toMatchObject({ kind: 'failed', errorCode: 'interrupted' });
  });
});
