import { createRequire } from 'node:module';

/** What a receiver's form decoder makes of a query, in order. */
export type Parameters = [name: string, value: string][];

export interface Payload {
  readonly text: string;
  /** By the contract's rules for GET, without the URL's own. */
  readonly parameters: Parameters;
}

const MIB = 1_048_576;
const definitions: { examples: unknown[] }[] = createRequire(import.meta.url)('@octokit/webhooks-examples');

/** The real payloads of GitHub's webhooks. */
export const GITHUB_PAYLOADS: readonly Payload[] = definitions.flatMap(({ examples }) =>
  examples.map((payload) => ({ text: JSON.stringify(payload, null, 2), parameters: parametersOf(payload) })),
);

const filled = (frame: string, bytes: number): string => frame.replace('…', 'x'.repeat(bytes - frame.length + 1));

/** What JSON allows and a parse would change: said by hand, because `JSON.parse` is no witness here. */
export const ODD_PAYLOADS: readonly Payload[] = [
  odd('{"big":12345678901234567890,"exact":1.0,"tiny":1e-400,"plus":1E+2}', [
    ['big', '12345678901234567890'],
    ['exact', '1.0'],
    ['tiny', '1e-400'],
    ['plus', '1E+2'],
  ]),
  odd('{"a":1,"a":2,"b":{"c":1,"c":"last"}}', [
    ['a', '2'],
    ['b[c]', 'last'],
  ]),
  odd(' {\t"spaced" :\r\n [ 1 ,2 ] } \n', [
    ['spaced[]', '1'],
    ['spaced[]', '2'],
  ]),
  odd('{"face":"😀","flag":"🇩🇪","escaped":"\\ud83d\\ude00","😀":"\\u0000"}', [
    ['face', '😀'],
    ['flag', '🇩🇪'],
    ['escaped', '😀'],
    ['😀', '\0'],
  ]),
  odd('{"__proto__":{"a":1},"constructor":null,"":"nameless"}', [
    ['__proto__[a]', '1'],
    ['constructor', ''],
    ['', 'nameless'],
  ]),
  odd('{"mixed":[1,{"b":2},[3]],"odd&=+#[]":"&=+# %41"}', [
    ['mixed[]', '1'],
    ['mixed[1][b]', '2'],
    ['mixed[2][]', '3'],
    ['odd&=+#[]', '&=+# %41'],
  ]),
  odd('{}', []),
  odd('{"empty":{},"none":[],"deep":[{},[[]]]}', []),
  odd('[]', [['data', '[]']]),
  odd(' [ {"a" :1.0} ]', [['data', ' [ {"a" :1.0} ]']]),
  oddOfSize('{"filler":"…"}'),
  oddOfSize('["…"]'),
];

function odd(text: string, parameters: Parameters): Payload {
  return { text, parameters };
}

/** The largest that is taken. */
function oddOfSize(frame: string): Payload {
  const text = filled(frame, MIB);
  const parsed: unknown = JSON.parse(text);
  return { text, parameters: Array.isArray(parsed) ? [['data', text]] : parametersOf(parsed) };
}

/** The rules written down a second time, for payloads whose numbers survive `JSON.parse`. */
function parametersOf(payload: unknown): Parameters {
  const found: Parameters = [];
  const walk = (name: string, value: unknown): void => {
    if (value === null) found.push([name, '']);
    else if (typeof value !== 'object') found.push([name, typeof value === 'string' ? value : JSON.stringify(value)]);
    else if (!Array.isArray(value)) for (const [key, member] of Object.entries(value)) walk(`${name}[${key}]`, member);
    else value.forEach((item, index) => walk(`${name}[${isContainer(item) ? index : ''}]`, item));
  };
  for (const [name, member] of Object.entries(payload ?? {})) walk(name, member);
  return found;
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Bytes of the encoded query: everything but RFC 3986's unreserved characters takes three for each byte. */
export function queryBytes(parameters: Parameters): number {
  const bytes = (text: string): number => encodeURIComponent(text).replace(/[!'()*]/g, '%00').length;
  return parameters.reduce((sum, [name, value]) => sum + bytes(name) + bytes(value) + 2, -1);
}
