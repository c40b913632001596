import { describe, expect, it } from 'vitest';
import { responseText } from './response-text.js';

const PAGE = Buffer.from('錯誤'.repeat(8_000));

describe('responseText', () => {
  it.each([16_382, 16_383, 16_384])(
    'shows UTF-8 that was cut after %i bytes without the part of a character',
    (bytes) => {
      const text = responseText(PAGE.subarray(0, bytes), 'text/html; charset=utf-8', true);
      expect(text).toBe('錯誤'.repeat(8_000).slice(0, Math.floor(bytes / 3)));
    },
  );

  it('takes a broken character in what is whole for no text', () => {
    expect(responseText(PAGE.subarray(0, 16_384), null, false)).toBeNull();
    expect(responseText(Buffer.from([0, 255, 1]), null, false)).toBeNull();
    expect(responseText(Buffer.from([0, 255, 1]), null, true)).toBeNull();
  });

  it.each<[string, number[], string]>([
    ['text/plain; charset=iso-8859-1', [0x66, 0xfc, 0x72], 'für'],
    ['text/plain; Charset="windows-1252"', [0xfc], 'ü'],
    ['text/html;charset=Shift_JIS', [0x83, 0x47], 'エ'],
    ['text/html; charset=gbk', [0xb4, 0xed], '错'],
    ['text/html; charset=big5', [0xbf, 0xf9], '錯'],
    ['text/html; charset=euc-kr', [0xbf, 0xc0], '오'],
    ['application/xml; charset=utf-16le', [0x41, 0x00], 'A'],
    ['text/plain', [0xff, 0xfe, 0x41, 0x00], 'A'],
    // Said wrongly more often than not.
    ['text/html; charset=iso-8859-1', [0xc3, 0xbc], 'ü'],
    ['text/html; charset=made-up', [0xc3, 0xbc], 'ü'],
  ])('reads %s: %j', (contentType, bytes, expected) => {
    expect(responseText(Buffer.from(bytes), contentType, false)).toBe(expected);
  });

  it('believes what a page says of itself', () => {
    const html = Buffer.from('<html><head><meta charset="windows-1251"></head>\xce\xf8', 'latin1');
    expect(responseText(html, 'text/html', false)).toMatch(/Ош$/);
    const xml = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>\xfc</a>', 'latin1');
    expect(responseText(xml, 'text/xml', false)).toMatch(/<a>ü<\/a>$/);
  });

  it('shows a cut character of another charset as little', () => {
    const bytes = Buffer.from([0x83, 0x47, 0x83]);
    expect(responseText(bytes, 'text/html; charset=shift_jis', true)).toBe('エ');
    expect(responseText(bytes, 'text/html; charset=shift_jis', false)).toBeNull();
  });
});
