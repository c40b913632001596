import { describe, expect, it } from 'vitest';
import { candidatesFor, parseHosts, parseSearchRules } from './system-files.js';

describe('parseHosts', () => {
  it('reads names and aliases in any case, several addresses, comments', () => {
    const hosts = parseHosts(
      '127.0.0.1\tlocalhost\n# 9.9.9.9 no\n10.0.0.7  App.Example.com app # mine\n::7 app\n\njunk x\n',
    );
    expect([...hosts]).toEqual([
      ['localhost', ['127.0.0.1']],
      ['app.example.com', ['10.0.0.7']],
      ['app', ['10.0.0.7', '::7']],
    ]);
  });
});

describe('parseSearchRules', () => {
  it.each([
    ['', [], 1],
    ['nameserver 10.0.0.53\n', [], 1],
    ['domain a.example', ['a.example'], 1],
    ['search a.example b.example\noptions timeout:1 ndots:5', ['a.example', 'b.example'], 5],
    ['domain a\nsearch b ; c\n#search d', ['b'], 1],
    ['search .', [], 1],
  ])('of %j', (text, search, ndots) => {
    expect(parseSearchRules(text)).toEqual({ search, ndots });
  });
});

describe('candidatesFor', () => {
  const rules = { search: ['ns.svc.local.', 'svc.local'], ndots: 2 };

  it.each([
    ['hook.example.com', ['hook.example.com', 'hook.example.com.ns.svc.local', 'hook.example.com.svc.local']],
    ['app.other', ['app.other.ns.svc.local', 'app.other.svc.local', 'app.other']],
    ['app.other.', ['app.other']],
  ])('%s asks for %j', (name, expected) => {
    expect(candidatesFor(name, rules)).toEqual(expected);
  });
});
