import { AddressGuard } from './address-guard.js';
import type { AddressPolicy } from './address-policy.js';
import { addressOf, classifyError } from './classify-error.js';
import { HttpClient, type HttpClientOptions, type SendOptions } from './client/http-client.js';
import type { HttpResult } from './client/http-result.js';
import type { HttpRequest } from './client/wire/http-request.js';
import { type AttemptOutcome, MAX_ANSWER_BYTES } from './outcome.js';

export interface TransportOptions extends Pick<HttpClientOptions, 'resolve' | 'proxy' | 'ca' | 'maxIdleConnections'> {
  readonly policy: AddressPolicy;
}

/**
 * The one way out: makes requests to addresses that the policy allows, and tells what became of them in the words of
 * the ledger. The work is done by {@link HttpClient}.
 */
export class Transport {
  private readonly client: HttpClient;

  constructor({ policy, ...options }: TransportOptions) {
    this.client = new HttpClient({ ...options, guard: new AddressGuard(policy), maxBodyBytes: MAX_ANSWER_BYTES });
  }

  /** Sends one request. Never rejects. */
  send(request: HttpRequest, options: SendOptions): Promise<AttemptOutcome> {
    return this.client.send(request, options).then(toOutcome);
  }

  /** Takes no more requests, waits for those under way, closes all connections. */
  close(): Promise<void> {
    return this.client.close();
  }

  /** Cuts off what is under way (`interrupted`) and closes all connections. */
  destroy(): void {
    this.client.destroy();
  }
}

function toOutcome(result: HttpResult): AttemptOutcome {
  if (result.kind === 'answered') return result;
  const { error, phase, where, address, timings, resent } = result;
  const { errorCode, detail } = classifyError(error, phase);
  return {
    kind: 'failed',
    errorCode,
    detail: where === '' ? detail : `${detail}${detail.startsWith('after ') ? '' : ','} ${where}`,
    address: addressOf(error) ?? address,
    timings,
    resent,
  };
}
