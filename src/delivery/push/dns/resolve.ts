import type { LookupAddress } from 'node:dns';
import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { errorCode } from '../../../common/error-code.js';
import { FileView } from './file-view.js';
import { candidatesFor, parseHosts, parseSearchRules, type SearchRules } from './system-files.js';

/** All addresses of a name; rejects when there are none. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** c-ares asks a name server so often, waiting longer each time; how long it begins with, it learns from its answers. */
const LIMITS = { timeout: 2000, tries: 4 };
/** The name servers said that there is nothing; all else is that they could not be asked. */
const NOTHING_THERE = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * Looks names up as the system does: /etc/hosts, then name servers with the search domains of /etc/resolv.conf; or with
 * `dnsServers` (`address` or `address:port`), then as whole names. Each name once at a time.
 *
 * Not by getaddrinfo, Node's default: it waits in one of two threads, so two names whose server did not answer kept
 * every other name waiting for 10 s (see docs/adr/0015). Only names that DNS may not know, with no dot or under `local`,
 * still go that way.
 */
export function createResolver(dnsServers: readonly string[] = []): Resolve {
  const hosts = new FileView('/etc/hosts', parseHosts);
  const ask = dnsServers.length > 0 ? askServers(dnsServers) : askSystem();
  const underWay = new Map<string, Promise<readonly LookupAddress[]>>();
  return (hostname) => {
    const name = hostname.toLowerCase();
    const fixed = hosts.get().get(name.replace(/\.$/, ''));
    if (fixed) return Promise.resolve(fixed.map(toLookupAddress));
    const known = underWay.get(name);
    if (known) return known;
    const found = ask(name).finally(() => underWay.delete(name));
    underWay.set(name, found);
    return found;
  };
}

function askServers(servers: readonly string[]): Resolve {
  const resolver = new Resolver(LIMITS);
  resolver.setServers([...servers]);
  return (name) => askInTurn(resolver, candidatesFor(name, { search: [], ndots: 0 }));
}

function askSystem(): Resolve {
  // Made anew when the file changes, because c-ares reads the name servers once.
  const configuration = new FileView('/etc/resolv.conf', (text): SearchRules & { resolver: Resolver } => ({
    ...parseSearchRules(text),
    resolver: new Resolver(LIMITS),
  }));
  return (name) => {
    if (!name.includes('.') || name.endsWith('.local')) return lookup(name, { all: true });
    const { resolver, ...rules } = configuration.get();
    return askInTurn(resolver, candidatesFor(name, rules));
  };
}

async function askInTurn(resolver: Resolver, candidates: readonly string[]): Promise<readonly LookupAddress[]> {
  for (const candidate of candidates) {
    const found = await askBoth(resolver, candidate);
    if (found.length > 0) return found;
  }
  throw Object.assign(new Error('The name has no address'), { code: 'ENOTFOUND' });
}

/** IPv4 first: connecting goes on to the next address only after a moment, and IPv6 is what a network may lack. */
async function askBoth(resolver: Resolver, name: string): Promise<readonly LookupAddress[]> {
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (found.length > 0) return found.map(toLookupAddress);
  for (const answer of answers) {
    if (answer.status === 'rejected' && !NOTHING_THERE.has(errorCode(answer.reason) ?? '')) throw answer.reason;
  }
  return [];
}

function toLookupAddress(address: string): LookupAddress {
  return { address, family: isIP(address) };
}
