import type { UrlFormReason } from '../../src/delivery/push/address-policy.js';
import type { BlockedKind } from '../../src/delivery/push/special-addresses.js';

/** First and last of each range, and their neighbours that are public. */
const LISTS: Record<BlockedKind | 'public', string> = {
  public: `
    1.0.0.0 1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 93.184.216.34 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
    168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0
    192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 198.51.99.255 198.51.101.0
    203.0.112.255 203.0.114.0 223.255.255.255
    2001:200::1 2001:4860:4860::8888 2001:db7::1 2001:db9::1 2003::1 2606:4700:4700::1111 2a00:1450:4001::1
    3ffe:ffff::1 3fff:1000::1 ::ffff:8.8.8.8 ::ffff:808:808 ::8.8.8.8`,
  loopback: `
    127.0.0.0 127.0.0.1 127.1.2.3 127.255.255.255 ::1 0:0:0:0:0:0:0:1 ::ffff:127.0.0.1 ::ffff:7f00:1
    0:0:0:0:0:ffff:7f00:0001 ::127.0.0.1 ::7f00:1`,
  private: `
    10.0.0.0 10.1.2.3 10.255.255.255 172.16.0.0 172.20.1.1 172.31.255.255 192.168.0.0 192.168.1.1 192.168.255.255
    10.96.0.1 172.17.0.1 192.168.0.1 ::ffff:a00:1 ::ffff:10.0.0.1 ::ffff:192.168.1.1 ::ffff:ac10:1 ::10.0.0.1 ::192.168.0.1 fec0::1 feff:ffff::1`,
  link_local: `
    169.254.0.0 169.254.0.1 169.254.169.123 169.254.169.253 169.254.170.2 169.254.170.23 169.254.255.255 ::ffff:169.254.1.1 fe80::1 fe80::1%eth0 febf:ffff::1`,
  unique_local:
    'fc00:: fc00::1 fd00::1 fd00:ec2::23 fd12:3456:789a::1 fdaa::3 fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fd00:ec2::253',
  carrier_grade_nat: '100.64.0.0 100.64.0.1 100.100.100.100 100.127.255.255 ::ffff:100.64.0.1',
  multicast:
    '224.0.0.0 224.0.0.1 224.0.0.251 232.1.1.1 239.255.255.250 239.255.255.255 ff00:: ff02::1 ff02::fb ff05::2 ff0e::1 ::ffff:224.0.0.1',
  broadcast: '255.255.255.255 ::ffff:255.255.255.255',
  unspecified: '0.0.0.0 0.0.0.1 0.255.255.255 :: 0:0:0:0:0:0:0:0 ::ffff:0.0.0.0 ::ffff:0:0 ::0.0.1.0',
  documentation: `
    192.0.2.0 192.0.2.255 198.51.100.0 198.51.100.255 203.0.113.0 203.0.113.255 ::ffff:192.0.2.1 2001:db8::
    2001:db8::1 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff 3fff:: 3fff:0fff:ffff::1`,
  benchmarking: '198.18.0.0 198.18.0.1 198.19.255.255 2001:2::1 2001:2:0:ffff::1',
  translation: `
    64:ff9b:: 64:ff9b::1.1.1.1 64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1:: 64:ff9b:1:ffff::10.0.0.1
    ::ffff:0:127.0.0.1 ::ffff:0:8.8.8.8 ::ffff:0:a9fe:a9fe`,
  tunnel: `
    192.88.99.0 192.88.99.1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2002:: 2002:7f00:1::1 2002:a9fe:a9fe::
    2001:0:7f00:1::1 2002:a00:1::1 2002:c0a8:101::1     2002:808:808::1 2001:470:1f04::5efe:7f00:1 2001:470:1f04:0:200:5efe:10.0.0.1`,
  metadata_service: `
    169.254.169.254 ::ffff:169.254.169.254 ::ffff:a9fe:a9fe ::169.254.169.254 168.63.129.16 ::ffff:168.63.129.16
    100.100.100.200 192.0.0.192 fd00:ec2::254 fd00:0ec2:0:0:0:0:0:254 fd20:ce::254`,
  reserved: `
    192.0.0.0 192.0.0.8 192.0.0.255 192.31.196.1 192.52.193.1 192.175.48.1 240.0.0.0 250.1.2.3 255.255.255.254
    100::1 100:0:0:1::1 1::1 200::1 1fff::1 2001:3::1 2001:10::1 2001:20::1 2001:1ff::1 2620:4f:8000::1 4000::1
    5f00::1 e000::1 fbff::1 fe00::1`,
  not_an_address: `
    example.com localhost 127.1 0x7f.0.0.1 0177.0.0.1 2130706433 256.1.1.1 1.2.3 1.2.3.4.5 1.2.3.4/32 [::1] ::g
    1::2::3 ::ffff:1.2.3 12345::1`,
};

/** By what they are; checked by the policy itself, when a destination is saved, and when it is connected to. */
export const ADDRESSES = Object.fromEntries(
  Object.entries(LISTS).map(([kind, list]) => [kind, list.trim().split(/\s+/)]),
) as Record<BlockedKind | 'public', string[]>;

export const BLOCKED_ADDRESSES = Object.entries(ADDRESSES).flatMap(([kind, list]) =>
  kind === 'public' || kind === 'not_an_address' ? [] : list.map((address): [string, string] => [address, kind]),
);

/** Ways to write a URL that may not be a destination's. */
export const REFUSED_URLS: readonly [string, UrlFormReason][] = [
  ['', 'invalid_url'],
  ['example.com', 'invalid_url'],
  ['/path', 'invalid_url'],
  ['//example.com', 'invalid_url'],
  ['http://', 'invalid_url'],
  ['http://a b/', 'invalid_url'],
  ['http://256.256.256.256/', 'invalid_url'],
  ['http://example.com:99999/', 'invalid_url'],
  ['http://[::1', 'invalid_url'],
  ['ftp://example.com/', 'unsupported_scheme'],
  ['file:///etc/passwd', 'unsupported_scheme'],
  ['javascript:alert(1)', 'unsupported_scheme'],
  ['data:text/plain,x', 'unsupported_scheme'],
  ['ws://example.com/', 'unsupported_scheme'],
  ['unix:/var/run/x.sock', 'unsupported_scheme'],
  ['http://user@example.com/', 'userinfo'],
  ['http://user:pw@example.com/', 'userinfo'],
  ['http://:pw@example.com/', 'userinfo'],
  ['http://8.8.8.8@127.0.0.1/', 'userinfo'],
  ['http://127.0.0.1/', 'address_blocked'],
  ['http://127.0.0.1./', 'address_blocked'],
  ['http://127.1/', 'address_blocked'],
  ['http://127.0.1/', 'address_blocked'],
  ['http://0/', 'address_blocked'],
  ['http://2130706433/', 'address_blocked'],
  ['http://0x7f000001/', 'address_blocked'],
  ['http://0x7f.0x0.0x0.0x1/', 'address_blocked'],
  ['http://0177.0.0.1/', 'address_blocked'],
  ['http://017700000001/', 'address_blocked'],
  ['http://１２７.０.０.１/', 'address_blocked'],
  ['http://127。0。0。1/', 'address_blocked'],
  ['http://%31%32%37.0.0.1/', 'address_blocked'],
  [' http://127.0.0.1/ ', 'address_blocked'],
  ['http:127.0.0.1', 'address_blocked'],
  ['http:\\\\127.0.0.1\\', 'address_blocked'],
  ['http://127.0.\n0.1/', 'address_blocked'],
  ['http://10.0.0.1:8080/', 'address_blocked'],
  ['http://0xa9fea9fe/latest/meta-data', 'address_blocked'],
  ['http://168.63.129.16/', 'address_blocked'],
  ['http://[::1]/', 'address_blocked'],
  ['http://[::]/', 'address_blocked'],
  ['http://[::ffff:127.0.0.1]/', 'address_blocked'],
  ['http://[::ffff:a9fe:a9fe]/', 'address_blocked'],
  ['http://[0:0:0:0:0:0:0:1]:80/', 'address_blocked'],
  ['http://[fd00:ec2::254]/', 'address_blocked'],
  ['http://[64:ff9b::127.0.0.1]/', 'address_blocked'],
  ['http://localhost/', 'address_blocked'],
  ['http://LOCALHOST:3000/', 'address_blocked'],
  ['http://localhost./', 'address_blocked'],
  ['http://app.localhost/', 'address_blocked'],
  ['http://ⓛocalhost/', 'address_blocked'],
];
