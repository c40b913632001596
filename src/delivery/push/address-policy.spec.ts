import { describe, expect, it } from 'vitest';
import { ADDRESSES, REFUSED_URLS } from '../../../test/support/addresses.js';
import { AddressPolicy } from './address-policy.js';
import { literalAddress } from './client/host.js';

const policy = new AddressPolicy();

const ROWS = Object.entries(ADDRESSES).flatMap(([kind, list]) => list.map((ip): [string, string] => [ip, kind]));

describe('AddressPolicy.check', () => {
  it.each(ROWS)('%s is %s', (ip, kind) => {
    expect(policy.check(ip)).toBe(kind === 'public' ? null : kind);
  });

  it.each<[network: string, ip: string, reached: boolean]>([
    ['127.0.0.0/8', '127.0.0.1', true],
    ['127.0.0.0/8', '::ffff:127.0.0.1', true],
    ['127.0.0.0/8', '::1', false],
    ['127.0.0.1/32', '127.0.0.2', false],
    ['10.0.0.0/8', '10.9.8.7', true],
    ['10.0.0.0/8', '192.168.0.1', false],
    ['10.0.0.0/8', '64:ff9b::10.0.0.1', false],
    ['0.0.0.0/0', '169.254.169.254', true],
    ['0.0.0.0/0', 'fd00::1', false],
    ['169.254.0.0/16', '169.254.169.254', true],
    ['::1/128', '::1', true],
    ['::1/128', '127.0.0.1', false],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', 'fc00::1', false],
    ['64:ff9b::/96', '64:ff9b::8.8.8.8', true],
    ['::ffff:0:0/96', '::ffff:10.0.0.1', true],
    ['::ffff:0:0/96', '10.0.0.1', false],
    ['0.0.0.0/0', 'not an address', false],
  ])('with %s allowed, %s is reached: %s', (network, ip, reached) => {
    expect(new AddressPolicy([network]).check(ip) === null).toBe(reached);
  });

  it.each(['10.0.0.0', '10.0.0.0/33', 'localhost', ''])('does not start with %j as a network', (network) => {
    expect(() => new AddressPolicy([network])).toThrow(/CIDR|address/);
  });
});

describe('AddressPolicy.checkUrlForm', () => {
  it.each([
    'http://example.com',
    'https://example.com:8443/a?b=c#d',
    'HTTPS://EXAMPLE.COM/',
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
    'https://localhost.example.com/',
    'https://notlocalhost/',
    'https://bücher.example/',
    'https://internal/',
    'https://1.1/',
  ])('%s is fine', (url) => {
    expect(policy.checkUrlForm(url)).toBeNull();
  });

  it.each(REFUSED_URLS)('%j is refused: %s', (url, reason) => {
    expect(policy.checkUrlForm(url)).toMatchObject({ reason });
  });

  it('accepts what an allowed network contains', () => {
    const local = new AddressPolicy(['127.0.0.0/8']);
    for (const url of [
      'http://127.0.0.1:9000/',
      'http://0x7f.1/',
      'http://localhost:9000/',
      'http://[::ffff:7f00:1]/',
    ]) {
      expect(local.checkUrlForm(url)).toBeNull();
    }
    expect(local.checkUrlForm('http://[::1]/')).toMatchObject({ reason: 'address_blocked' });
  });

  it('names the way out', () => {
    expect(policy.checkUrlForm('http://0x7f.1/')?.message).toBe(
      'points to 127.0.0.1 (loopback), which may not be reached; see ALLOWED_PRIVATE_NETWORKS',
    );
  });
});

describe('literalAddress', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['[::1]', '::1'],
    ['::1', '::1'],
    ['example.com', null],
    ['[example]', null],
  ])('of %s is %s', (hostname, expected) => {
    expect(literalAddress(hostname)).toBe(expected);
  });
});
