import { STATUS_CODES } from 'node:http';
import axios, {
  type AxiosAdapter,
  AxiosError,
  AxiosHeaders,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import { VERSION } from '../../common/version.js';
import { UnsendableError } from './client/wire/errors.js';
import { headerLine } from './client/wire/header-line.js';
import type { HttpRequest } from './client/wire/http-request.js';
import { type AnsweredOutcome, type AttemptOutcome, failedOutcome, type FailedOutcome } from './outcome.js';
import type { Transport } from './transport.js';

const DEFAULT_TIMEOUT_MS = 15_000;

/**
 * Lets axios send over our transport. `response.request` is the outcome with address and timings; a failure is an
 * AxiosError whose `code` is ours (`connection_refused`, `address_blocked`, …). Of an answer's body 16 KiB are kept.
 */
export function axiosAdapter(transport: Transport): AxiosAdapter {
  return async (config) => {
    const outcome = await send(transport, config);
    if (outcome.kind === 'failed') throw failure(outcome, config);
    const response = responseOf(outcome, config);
    const accepts = config.validateStatus ?? (() => true);
    if (accepts(response.status)) return response;
    const code = response.status < 500 ? AxiosError.ERR_BAD_REQUEST : AxiosError.ERR_BAD_RESPONSE;
    throw new AxiosError(`Answered with status ${response.status}`, code, config, outcome, response);
  };
}

async function send(transport: Transport, config: InternalAxiosRequestConfig): Promise<AttemptOutcome> {
  let request: HttpRequest;
  try {
    request = toRequest(config);
  } catch (error) {
    if (error instanceof UnsendableError) return failedOutcome('cannot_be_sent', error.message);
    throw error;
  }
  return await transport.send(request, {
    timeoutMs: config.timeout || DEFAULT_TIMEOUT_MS,
    ...(config.signal instanceof AbortSignal && { signal: config.signal }),
  });
}

function toRequest(config: InternalAxiosRequestConfig): HttpRequest {
  const url = new URL(axios.getUri(config));
  url.hash = '';
  config.headers.set('User-Agent', `Data-Pusher/${VERSION}`, false);
  // The length is counted where the bytes are sent.
  config.headers.delete('Content-Length');
  const headers = Object.entries(config.headers.toJSON()).flatMap(([name, value]) =>
    [value].flat().flatMap((line) => (line === null || line === undefined ? [] : [headerLine(name, line)])),
  );
  return {
    method: (config.method ?? 'GET').toUpperCase(),
    url: url.href,
    headers: headers.join(''),
    body: bodyOf(config.data),
  };
}

function bodyOf(data: unknown): Buffer | null {
  if (data === undefined || data === null) return null;
  if (typeof data === 'string') return Buffer.from(data);
  if (Buffer.isBuffer(data)) return data;
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  throw new TypeError('Only text and bytes can be sent');
}

function responseOf(outcome: AnsweredOutcome, config: InternalAxiosRequestConfig): AxiosResponse {
  const headers = new AxiosHeaders();
  for (const name of new Set(outcome.headers.map(([sent]) => sent.toLowerCase()))) {
    const values = outcome.headers.flatMap(([sent, value]) => (sent.toLowerCase() === name ? [value] : []));
    headers.set(name, name === 'set-cookie' ? values : values.join(', '));
  }
  return {
    status: outcome.status,
    statusText: STATUS_CODES[outcome.status] ?? '',
    headers,
    data: config.responseType === 'arraybuffer' ? outcome.body : outcome.body.toString('utf8'),
    config,
    request: outcome,
  };
}

function failure(outcome: FailedOutcome, config: InternalAxiosRequestConfig): AxiosError {
  return new AxiosError(outcome.detail, outcome.errorCode, config, outcome);
}
