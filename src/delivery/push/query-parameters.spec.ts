import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { toQueryParameters } from './query-parameters.js';

/** What a receiver reads: pairs in order, decoded as a form would be. */
function decoded(query: string): [string, string][] {
  return [...new URLSearchParams(query)];
}

describe('toQueryParameters', () => {
  it.each<[string, string, string]>([
    ['members', '{"a":1,"b":"x"}', 'a=1&b=x'],
    ['nested members', '{"a":{"b":{"c":"x"}}}', 'a[b][c]=x'],
    ['arrays', '{"a":[1,"x",true]}', 'a[]=1&a[]=x&a[]=true'],
    ['objects in arrays', '{"a":[{"b":1,"c":2},{"b":3}]}', 'a[0][b]=1&a[0][c]=2&a[1][b]=3'],
    ['arrays in arrays', '{"a":[[1,2],[3]]}', 'a[0][]=1&a[0][]=2&a[1][]=3'],
    ['mixed arrays', '{"a":[1,{"b":2},[3],4]}', 'a[]=1&a[1][b]=2&a[2][]=3&a[]=4'],
    ['arrays in objects in arrays', '{"a":[{"b":[{"c":[1]}]}]}', 'a[0][b][0][c][]=1'],
    ['big numbers', '{"a":12345678901234567890,"b":1.0,"c":-1e-400}', 'a=12345678901234567890&b=1.0&c=-1e-400'],
    ['booleans and null', '{"a":true,"b":false,"c":null,"d":[null]}', 'a=true&b=false&c=&d[]='],
    ['the last duplicate', '{"a":1,"b":2,"a":3}', 'a=3&b=2'],
    ['a duplicate of another kind', '{"a":{"x":1},"a":[2]}', 'a[]=2'],
    ['strings that look like literals', '{"a":"null","b":"1"}', 'a=null&b=1'],
    ['an empty string', '{"a":""}', 'a='],
    ['nothing of empty objects and arrays', '{"a":{},"b":[],"c":[[],{}],"d":1}', 'd=1'],
    ['nothing of an empty payload', '{}', ''],
    ['an empty name', '{"":1,"a":{"":2}}', '=1&a[]=2'],
    ['names like __proto__', '{"__proto__":{"a":1},"2":3,"1":4}', '__proto__[a]=1&2=3&1=4'],
  ])('sends %s', (_name, payload, expected) => {
    expect(toQueryParameters(payload).replaceAll('%5B', '[').replaceAll('%5D', ']')).toBe(expected);
  });

  it.each(['[1,2]', ' [ ]\n', '[{"a":1.0}]'])('sends the array %j as its text in data', (payload) => {
    expect(decoded(toQueryParameters(payload))).toEqual([['data', payload]]);
  });

  it('encodes all that is not unreserved, as UTF-8', () => {
    expect(toQueryParameters('{"a b":"ü😀&=+#?/%[]\'()*!~-._\\u0000"}')).toBe(
      'a%20b=%C3%BC%F0%9F%98%80%26%3D%2B%23%3F%2F%25%5B%5D%27%28%29%2A%21~-._%00',
    );
    expect(toQueryParameters('{"n":1e+3}')).toBe('n=1e%2B3');
  });

  it('replaces half a surrogate pair, which has no UTF-8', () => {
    expect(toQueryParameters(String.raw`{"a":"x\ud83dy\ude00","b":"\ud83d\ude00"}`)).toBe(
      'a=x%EF%BF%BDy%EF%BF%BD&b=%F0%9F%98%80',
    );
  });

  it('gives what a URL parser leaves as it is', () => {
    const query = toQueryParameters(String.raw`{"a":{"b'":["<\"> |\\^` + '`' + String.raw`{}\u007f", 1e+2]}}`);
    expect(new URL(`http://x/?${query}`).search).toBe(`?${query}`);
  });

  it.each(['', '{', '{"a":01}'])('refuses %j', (payload) => {
    expect(() => toQueryParameters(payload)).toThrow(SyntaxError);
  });

  it('gives every parameter of every webhook GitHub sends', () => {
    const examples: { examples: unknown[] }[] = createRequire(import.meta.url)('@octokit/webhooks-examples');
    let compared = 0;
    for (const payload of examples.flatMap((definition) => definition.examples)) {
      expect(decoded(toQueryParameters(JSON.stringify(payload, null, 1)))).toEqual(oracle(payload));
      compared++;
    }
    expect(compared).toBeGreaterThan(200);
  });
});

/** The same rules over what JSON.parse gives, as lists of path segments; written apart from the code under test. */
function oracle(payload: unknown): [string, string][] {
  const out: [string, string][] = [];
  const walk = (value: unknown, path: string[]): void => {
    if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) {
        const plainItem = Array.isArray(value) && (inner === null || typeof inner !== 'object');
        walk(inner, [...path, plainItem ? '' : key]);
      }
      return;
    }
    const [first = '', ...rest] = path;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    out.push([first + rest.map((segment) => `[${segment}]`).join(''), value === null ? '' : text]);
  };
  walk(payload, []);
  return out;
}
