import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Network = [Address, number];

/** What a blocked address is; in words once underscores are spaces. */
export type BlockedKind =
  | 'loopback'
  | 'private'
  | 'link_local'
  | 'unique_local'
  | 'carrier_grade_nat'
  | 'multicast'
  | 'broadcast'
  | 'unspecified'
  | 'documentation'
  | 'benchmarking'
  | 'translation'
  | 'tunnel'
  | 'metadata_service'
  | 'reserved'
  | 'not_an_address';

/**
 * The special-purpose registries of IANA for IPv4 and IPv6, with the metadata services of clouds that stand in
 * ordinary ranges. The first match counts. A table of our own, since libraries' tables call some of these public.
 */
const IPV4: readonly [cidr: string, kind: BlockedKind][] = [
  ['169.254.169.254/32', 'metadata_service'], // nearly every cloud
  ['168.63.129.16/32', 'metadata_service'], // Azure; a public address by its range
  ['100.100.100.200/32', 'metadata_service'], // Alibaba
  ['192.0.0.192/32', 'metadata_service'], // Oracle
  ['0.0.0.0/8', 'unspecified'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'carrier_grade_nat'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link_local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'reserved'],
  ['192.0.2.0/24', 'documentation'],
  ['192.31.196.0/24', 'reserved'],
  ['192.52.193.0/24', 'reserved'],
  ['192.88.99.0/24', 'tunnel'], // 6to4 relays
  ['192.168.0.0/16', 'private'],
  ['192.175.48.0/24', 'reserved'],
  ['198.18.0.0/15', 'benchmarking'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['255.255.255.255/32', 'broadcast'],
  ['240.0.0.0/4', 'reserved'],
];

const IPV6: readonly [cidr: string, kind: BlockedKind][] = [
  ['fd00:ec2::254/128', 'metadata_service'], // Amazon
  ['fd20:ce::254/128', 'metadata_service'], // Google
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['64:ff9b::/96', 'translation'], // NAT64: would reach any IPv4 address, the private ones too
  ['64:ff9b:1::/48', 'translation'],
  ['::ffff:0:0:0/96', 'translation'],
  ['2001::/32', 'tunnel'], // Teredo
  ['2001:2::/48', 'benchmarking'],
  ['2001:db8::/32', 'documentation'],
  ['2001::/23', 'reserved'],
  ['2002::/16', 'tunnel'], // 6to4
  ['2620:4f:8000::/48', 'reserved'],
  ['3fff::/20', 'documentation'],
  ['fc00::/7', 'unique_local'],
  ['fe80::/10', 'link_local'],
  ['fec0::/10', 'private'], // site-local
  ['ff00::/8', 'multicast'],
];

const BLOCKED_IPV4 = IPV4.map(([cidr, kind]) => ({ network: ipaddr.parseCIDR(cidr), kind }));
const BLOCKED_IPV6 = IPV6.map(([cidr, kind]) => ({ network: ipaddr.parseCIDR(cidr), kind }));
/** All that is assigned to be reached from anywhere; whatever IPv6 lies outside is refused unseen. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');
const MAPPED = ipaddr.parseCIDR('::ffff:0:0/96');
const COMPATIBLE = ipaddr.parseCIDR('::/96');

/**
 * The address meant by a text in standard notation, else null. IPv4 inside IPv6 (mapped `::ffff:a.b.c.d` and
 * compatible `::a.b.c.d`) comes out as the IPv4 address.
 */
export function parseAddress(text: string): Address | null {
  if (isIP(text) === 0) return null;
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv4) return address;
  if (contains(MAPPED, address) || (contains(COMPATIBLE, address) && !isBelowIpv4(address))) return embedded(address);
  return address;
}

/** What keeps an address from being public, or null. */
export function blockedKindOf(address: Address): BlockedKind | null {
  const table = address instanceof ipaddr.IPv4 ? BLOCKED_IPV4 : BLOCKED_IPV6;
  const match = table.find(({ network }) => contains(network, address));
  if (match) return match.kind;
  if (address instanceof ipaddr.IPv6 && isIsatap(address)) return 'tunnel';
  return address instanceof ipaddr.IPv4 || contains(GLOBAL_UNICAST, address) ? null : 'reserved';
}

export function contains([base, bits]: Network, address: Address): boolean {
  return base.kind() === address.kind() && address.match(base, bits);
}

/** `::` and `::1` are addresses of IPv6 itself, though they lie in the compatible range. */
function isBelowIpv4(address: ipaddr.IPv6): boolean {
  return address.parts[6] === 0 && (address.parts[7] ?? 0) <= 1;
}

/** RFC 5214: in any network, an interface identifier that would lead to the IPv4 address at its end. */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return (parts[4] === 0 || parts[4] === 0x200) && parts[5] === 0x5efe;
}

function embedded(address: ipaddr.IPv6): ipaddr.IPv4 {
  return new ipaddr.IPv4(address.toByteArray().slice(12));
}
