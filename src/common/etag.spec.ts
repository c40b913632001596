import { describe, expect, it } from 'vitest';
import { etagOf, isUnchanged, requireMatch } from './etag.js';

const etag = etagOf('id', 3);

describe('requireMatch', () => {
  it.each([undefined, '*', ' * ', etag, `"other", ${etag}`, `"a,b",${etag}`])('accepts %s', (ifMatch) => {
    expect(() => requireMatch(ifMatch, etag)).not.toThrow();
  });

  it.each(['', '"other"', `W/${etag}`, 'id-3', '"id-4"'])('refuses %j', (ifMatch) => {
    expect(() => requireMatch(ifMatch, etag)).toThrow(expect.objectContaining({ code: 'precondition_failed' }));
  });
});

describe('isUnchanged', () => {
  it.each(['*', etag, `W/${etag}`, `"other", ${etag}`])('knows %s', (ifNoneMatch) => {
    expect(isUnchanged(ifNoneMatch, etag)).toBe(true);
  });

  it.each([undefined, '', '"other"'])('does not know %s', (ifNoneMatch) => {
    expect(isUnchanged(ifNoneMatch, etag)).toBe(false);
  });
});
