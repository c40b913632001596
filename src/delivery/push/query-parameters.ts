import { type JsonNode, readJson } from './json-source.js';

/**
 * The payload as an encoded query, without `?`, for a destination that is reached by GET:
 *
 *  - members become parameters in their order: `{"a":1,"b":{"c":"x"}}` → `a=1&b[c]=x`;
 *  - scalars in arrays share one name, objects and arrays in arrays carry their index:
 *    `{"a":[1,{"b":2},[3]]}` → `a[]=1&a[1][b]=2&a[2][]=3`;
 *  - numbers, `true` and `false` as written, `null` as empty; of duplicate members the last;
 *  - an empty object or array sends nothing, as forms and the usual query libraries have it;
 *  - a payload that is an array goes, as it was written, in `data`.
 *
 * Everything but RFC 3986's unreserved characters is percent-encoded as UTF-8, the brackets too: some servers refuse
 * a bare `[`, and what is signed must survive a receiver's URL parser unchanged.
 * Throws a SyntaxError when the text is no JSON.
 */
export function toQueryParameters(payloadText: string): string {
  const payload = readJson(payloadText);
  if (payload.kind !== 'object') return `data=${encode(payloadText)}`;
  const parameters: string[] = [];
  for (const [name, member] of payload.members) append(parameters, encode(name), member);
  return parameters.join('&');
}

const OPEN = '%5B';
const CLOSE = '%5D';

function append(parameters: string[], name: string, node: JsonNode): void {
  switch (node.kind) {
    case 'object':
      for (const [member, value] of node.members) append(parameters, name + OPEN + encode(member) + CLOSE, value);
      return;
    case 'array':
      node.items.forEach((item, index) => {
        append(parameters, name + OPEN + (isScalar(item) ? '' : index) + CLOSE, item);
      });
      return;
    case 'string':
      parameters.push(`${name}=${encode(node.value)}`);
      return;
    case 'literal':
      // A number may hold a plus sign (1e+3), which form decoders read as a space.
      parameters.push(`${name}=${node.text === 'null' ? '' : node.text.replace('+', '%2B')}`);
  }
}

function isScalar(node: JsonNode): boolean {
  return node.kind === 'string' || node.kind === 'literal';
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function encode(text: string): string {
  try {
    return encodeReserved(encodeURIComponent(text));
  } catch {
    // JSON may escape half a surrogate pair, which has no UTF-8: the replacement character, as everywhere on the web.
    return encodeReserved(encodeURIComponent(text.replace(LONE_SURROGATE, '\ufffd')));
  }
}

/** What encodeURIComponent leaves of RFC 3986's reserved characters; a URL parser would rewrite the apostrophe. */
function encodeReserved(text: string): string {
  return text.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
