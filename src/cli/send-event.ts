import type { HttpService } from '@nestjs/axios';
import { firstValueFrom } from 'rxjs';

export interface EventToSend {
  /** Where the service is: `http://127.0.0.1:3000`. */
  readonly serviceUrl: string;
  /** The account's app_secret_token. */
  readonly token: string;
  readonly payload: Buffer | string;
  readonly contentType?: string | undefined;
  readonly eventType?: string | undefined;
  readonly eventId?: string | undefined;
}

export interface SendAnswer {
  readonly status: number;
  readonly body: string;
}

/** Pushes one event to an account. Rejects when no answer came. */
export async function sendEvent(http: HttpService, event: EventToSend): Promise<SendAnswer> {
  const { serviceUrl, token, payload, contentType = 'application/json', eventType, eventId } = event;
  const headers = {
    'Content-Type': contentType,
    'CL-X-TOKEN': token,
    ...(eventType !== undefined && { 'CL-X-EVENT-TYPE': eventType }),
    ...(eventId !== undefined && { 'CL-X-EVENT-ID': eventId }),
  };
  const answer = await firstValueFrom(
    http.post<string>(new URL('/server/incoming_data/', serviceUrl).href, payload, {
      headers,
      responseType: 'text',
      transformRequest: (data: unknown) => data,
      transformResponse: (data: unknown) => data,
      timeout: 40_000,
      validateStatus: () => true,
    }),
  );
  return { status: answer.status, body: answer.data };
}
