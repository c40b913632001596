import ipaddr from 'ipaddr.js';
import type { PortRange } from '../../config/settings.js';
import { literalAddress, portOf } from './client/host.js';
import { type BlockedKind, type Network, blockedKindOf, contains, parseAddress } from './special-addresses.js';

/** Why a URL can't be a destination's. */
export type UrlFormReason = 'invalid_url' | 'unsupported_scheme' | 'userinfo' | 'address_blocked' | 'port_blocked';

export interface UrlFormProblem {
  readonly reason: UrlFormReason;
  /** For the person who saves the destination. */
  readonly message: string;
}

/** What a name under `localhost` stands for (RFC 6761); resolvers are not asked. */
const LOOPBACK = ['127.0.0.1', '::1'];

/**
 * Decides which addresses may be reached: public ones, and those in the networks allowed by the operator; and at which
 * ports.
 */
export class AddressPolicy {
  private readonly allowed: readonly Network[];

  /**
   * `allowedNetworks`: CIDRs such as `10.0.0.0/8` or `fd00::/8`; throws when one is none. `allowedPorts`: empty for all.
   */
  constructor(
    allowedNetworks: readonly string[] = [],
    private readonly allowedPorts: readonly PortRange[] = [],
  ) {
    this.allowed = allowedNetworks.map((cidr) => ipaddr.parseCIDR(cidr));
  }

  /** null: may be reached. Else what kind of address it is; what is no address at all is refused as `not_an_address`. */
  check(ip: string): BlockedKind | null {
    const address = parseAddress(ip);
    if (address === null) return 'not_an_address';
    const kind = blockedKindOf(address);
    return kind === null || this.allows(ip) ? null : kind;
  }

  /** May a connection be made to this port? */
  allowsPort(port: number): boolean {
    return this.allowedPorts.length === 0 || this.allowedPorts.some(([from, to]) => port >= from && port <= to);
  }

  /**
   * Checks a URL when it is saved: scheme, userinfo, port, literal addresses in any notation. Names are not looked up here,
   * since what they stand for may change: that is checked for every connection.
   */
  checkUrlForm(text: string): UrlFormProblem | null {
    if (!URL.canParse(text)) return problem('invalid_url', 'must be an absolute http or https URL');
    const url = new URL(text);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      return problem('unsupported_scheme', 'must begin with http:// or https://');
    }
    if (url.username !== '' || url.password !== '') {
      return problem('userinfo', 'must not contain a user name or password; use an Authorization header');
    }
    const port = portOf(url);
    if (!this.allowsPort(port)) return problem('port_blocked', `uses port ${port}, which is not in ALLOWED_PORTS`);
    const blocked = this.checkHost(url.hostname);
    if (blocked === null) return null;
    return problem('address_blocked', `points to ${blocked}, which may not be reached; see ALLOWED_PRIVATE_NETWORKS`);
  }

  /** The loopback addresses that a name under `localhost` may be reached at; null for any other name. */
  localAddresses(hostname: string): string[] | null {
    if (!/(^|\.)localhost\.?$/i.test(hostname)) return null;
    return LOOPBACK.filter((ip) => this.check(ip) === null);
  }

  private checkHost(hostname: string): string | null {
    const local = this.localAddresses(hostname);
    if (local) return local.length === 0 ? `this machine (${hostname})` : null;
    const ip = literalAddress(hostname);
    const kind = ip === null ? null : this.check(ip);
    return kind && `${ip} (${kind.replaceAll('_', ' ')})`;
  }

  private allows(ip: string): boolean {
    const plain = parseAddress(ip);
    const asWritten = ipaddr.parse(ip);
    return this.allowed.some((network) => contains(network, asWritten) || (plain !== null && contains(network, plain)));
  }
}

function problem(reason: UrlFormReason, message: string): UrlFormProblem {
  return { reason, message };
}
