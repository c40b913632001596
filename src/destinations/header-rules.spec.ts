import { describe, expect, it } from 'vitest';
import { hasMask, hasSecret, isSecretHeader, MASK, mergeMasks, parseHeaders, presentHeaders } from './header-rules.js';

describe('parseHeaders', () => {
  it('keeps order, case and several values', () => {
    const { headers, errors } = parseHeaders({ 'X-B': 'one', 'x-a': ['1', '2'], Empty: '', Inner: 'a \t b' });
    expect(errors).toEqual({});
    expect(headers).toEqual([
      { name: 'X-B', values: ['one'] },
      { name: 'x-a', values: ['1', '2'] },
      { name: 'Empty', values: [''] },
      { name: 'Inner', values: ['a \t b'] },
    ]);
  });

  it.each([undefined, null, [], 'X: y', 5])('refuses %j', (value) => {
    expect(Object.keys(parseHeaders(value).errors)).toEqual(['headers']);
  });

  it('wants at least one', () => {
    expect(parseHeaders({}).errors).toEqual({ headers: ['must have at least one header'] });
  });

  it.each([
    'Connection',
    'keep-alive',
    'Proxy-Authorization',
    'proxy-connection',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'Upgrade',
    'HOST',
    'Content-Length',
    'Expect',
    'webhook-id',
    'Webhook-Signature',
  ])('refuses %s, which is not theirs to set', (name) => {
    expect(parseHeaders({ [name]: 'x' }).errors[`headers.${name}`]?.[0]).toContain('can not be configured');
  });

  it.each(['', 'a b', 'a:b', 'a\r\nb', 'ä', 'a\0', 'x'.repeat(257)])('refuses the name %j', (name) => {
    expect(parseHeaders({ [name]: 'x' }).errors[`headers.${name}`]?.[0]).toContain('not a header name');
  });

  it.each(['a\rb', 'a\nb', 'a\0b', '\x7f', 'ä', '\ud800', 'a\u200bb'])('refuses the value %j', (value) => {
    expect(Object.keys(parseHeaders({ 'X-A': ['ok', value] }).errors)).toEqual(['headers.X-A']);
  });

  it('takes no account of blanks around names and values, as HTTP does not', () => {
    const { headers, errors } = parseHeaders({
      ' X-A\u200b': [' a', 'a\t', '\r\na \tb\n', '\u00a0'],
      'X-B ': `${MASK} `,
    });
    expect(errors).toEqual({});
    expect(headers).toEqual([
      { name: 'X-A', values: ['a', 'a', 'a \tb', ''] },
      { name: 'X-B', values: [MASK] },
    ]);
    expect(parseHeaders({ 'X-A': 'a', ' x-a ': 'b' }).errors['headers.x-a']?.[0]).toContain('given twice');
  });

  it.each([[5], [null], [{}], [[]], [['a', 1]], [[['a']]]])('refuses %j, which is no text', (value) => {
    expect(Object.keys(parseHeaders({ 'X-A': value }).errors)).toEqual(['headers.X-A']);
  });

  it('refuses one name in two cases', () => {
    expect(parseHeaders({ 'X-A': 'a', 'x-a': 'b' }).errors['headers.x-a']?.[0]).toContain('given twice');
  });

  it('has limits', () => {
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`X-${index}`, 'a']));
    expect(parseHeaders(many).errors['headers']?.[0]).toContain('at most 50 names');
    expect(parseHeaders({ A: Array.from({ length: 101 }, () => 'a') }).errors['headers']?.[0]).toContain('100 values');
    expect(parseHeaders({ A: 'a'.repeat(8192) }).errors['headers']?.[0]).toContain('8192 bytes');
  });

  it('takes __proto__ for a name like any other', () => {
    const { headers, errors } = parseHeaders(JSON.parse('{"__proto__":"x"}'));
    expect(errors).toEqual({});
    expect(JSON.stringify(presentHeaders(headers))).toBe('{"__proto__":"x"}');
  });
});

describe('secrets', () => {
  it.each(['Authorization', 'cookie', 'X-Api-Key', 'X-Auth', 'my-TOKEN', 'Client-Secret', 'X-Signature', 'Password'])(
    '%s is secret',
    (name) => expect(isSecretHeader(name)).toBe(true),
  );

  it.each(['Accept', 'X-Tag', 'Cookie2', 'Content-Type'])('%s is not', (name) =>
    expect(isSecretHeader(name)).toBe(false),
  );

  it('are masked, each value of its own', () => {
    const headers = [
      { name: 'X-Token', values: ['a', 'b'] },
      { name: 'Cookie', values: ['c'] },
      { name: 'X-Tag', values: ['d'] },
    ];
    expect(presentHeaders(headers)).toEqual({ 'X-Token': [MASK, MASK], Cookie: MASK, 'X-Tag': 'd' });
    expect(hasSecret(headers)).toBe(true);
    expect(hasMask(headers)).toBe(false);
  });
});

describe('mergeMasks', () => {
  const stored = [{ name: 'X-Token', values: ['one', 'two'] }];

  it('keeps the stored value of the same name, whatever its case, and position', () => {
    const { headers, errors } = mergeMasks([{ name: 'x-token', values: ['new', MASK] }], stored);
    expect(errors).toEqual({});
    expect(headers).toEqual([{ name: 'x-token', values: ['new', 'two'] }]);
  });

  it.each([
    { name: 'X-Token', values: ['a', 'b', MASK] },
    { name: 'X-Other-Token', values: [MASK] },
  ])('refuses a mask in $name without a stored value', (header) => {
    expect(Object.keys(mergeMasks([header], stored).errors)).toEqual([`headers.${header.name}`]);
  });
});
