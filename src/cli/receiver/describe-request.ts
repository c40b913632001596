import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import { type Style, visible } from '../style.js';
import { indentJson } from '../../common/indent-json.js';
import { rawQuery, type ReceivedRequest } from './received-request.js';
import type { Verification } from './verify-signature.js';

/** Of a body no more is shown; its length and hash are always those of all of it. */
const MAX_SHOWN = 10_000;

/** What is known of a request besides itself. */
export interface Handling {
  /** Null: there is no secret to verify with. */
  readonly verification: Verification | null;
  readonly status: number;
}

/** One block of text for one request. */
export function describeRequest(request: ReceivedRequest, handling: Handling, style: Style): string {
  const { number, at, method, url, headers, body, from } = request;
  const [path = ''] = url.split('?');
  const hash = createHash('sha256').update(body).digest('hex');
  const lines = [
    `${style.bold(`#${number}  ${method} ${visible(path)}`)}  ${style.dim(`${at.toISOString()} from ${from}`)}`,
    ...headers.map(([name, value]) => `${style.accent(`${visible(name)}:`)} ${visible(value)}`),
    ...describeSignature(handling.verification, style),
    ...describeQuery(rawQuery(url), style),
    ...(body.length === 0 ? [] : [style.dim(`body: ${body.length} bytes, sha256 ${hash}`), describeBody(body)]),
    answerLine(handling.status, style),
  ];
  return `${lines.join('\n')}\n\n`;
}

function describeSignature(verification: Verification | null, style: Style): string[] {
  if (!verification) return [];
  return [
    verification.valid ? style.good('signature: valid') : style.bad(`signature: NOT VALID: ${verification.reason}`),
  ];
}

function describeQuery(query: string, style: Style): string[] {
  if (query === '') return [];
  const parameters = [...new URLSearchParams(query)].map(([name, value]) => `  ${visible(name)} = ${visible(value)}`);
  return [style.dim(`query: ${visible(query)}`), ...parameters];
}

function describeBody(body: Buffer): string {
  if (!isUtf8(body)) return `(not UTF-8) ${body.subarray(0, MAX_SHOWN / 2).toString('base64')}`;
  const text = body.toString();
  const shown = visible(indentJson(text) ?? text);
  return shown.length <= MAX_SHOWN ? shown : `${shown.slice(0, MAX_SHOWN)}\n… (cut off here)`;
}

function answerLine(status: number, style: Style): string {
  const text = `answered ${status}`;
  return status < 300 ? style.good(text) : style.bad(text);
}
