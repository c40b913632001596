import { lookup, Resolver } from 'node:dns/promises';
import { errorCode } from '../../../../common/error-code.js';
import { FileView } from './file-view.js';
import { candidatesFor, parseHosts, parseSearchRules, type SearchRules } from './system-files.js';

/** The addresses of a name. */
export interface Found {
  /** At least one. */
  readonly addresses: readonly string[];
  /** Those of the family that has not been answered for yet, perhaps none; never rejects. null: there are no more. */
  readonly later: Promise<readonly string[]> | null;
}

/** Looks a name up; rejects when it has no address. */
export type Resolve = (hostname: string) => Promise<Found>;

/** c-ares asks a name server so often, waiting longer each time; how long it begins with, it learns from its answers. */
const LIMITS = { timeout: 2000, tries: 4 };
/** The name servers said that there is nothing; all else is that they could not be asked. */
const NOTHING_THERE = new Set(['ENOTFOUND', 'ENODATA']);
/** RFC 8305, section 3: once one family's addresses are known, the other's have so long to come. */
const RESOLUTION_DELAY_MS = 50;
/** There is no such name, for IPv4: that holds for IPv6, too (RFC 8020), unless the server says otherwise soon. */
const NO_SUCH_NAME_DELAY_MS = 1000;

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
  const underWay = new Map<string, Promise<Found>>();
  return (hostname) => {
    const name = hostname.toLowerCase();
    const fixed = hosts.get().get(name.replace(/\.$/, ''));
    if (fixed) return Promise.resolve({ addresses: fixed, later: null });
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
  return async (name) => {
    if (!name.includes('.') || name.endsWith('.local')) {
      return { addresses: (await lookup(name, { all: true })).map(({ address }) => address), later: null };
    }
    const { resolver, ...rules } = configuration.get();
    return await askInTurn(resolver, candidatesFor(name, rules));
  };
}

async function askInTurn(resolver: Resolver, candidates: readonly string[]): Promise<Found> {
  for (const candidate of candidates) {
    const found = await askBoth(resolver, candidate);
    if (found !== null) return found;
  }
  throw Object.assign(new Error('The name has no address'), { code: 'ENOTFOUND' });
}

/** What the name servers said about one family. */
interface FamilyAnswer {
  readonly addresses: readonly string[];
  readonly error: unknown;
}

/**
 * Asks for both families at once. A server that answers for one only does not hold it up (RFC 8305, section 3). IPv4
 * first: connecting goes on to the next address only after a moment, and IPv6 is what a network may lack. null: there
 * is no address.
 */
async function askBoth(resolver: Resolver, name: string): Promise<Found | null> {
  const four = answerOf(resolver.resolve4(name));
  const six = answerOf(resolver.resolve6(name));
  const both = Promise.all([four, six]);
  const isFourFirst = await Promise.race([four.then(() => true), six.then(() => false)]);
  const first = await (isFourFirst ? four : six);
  const second = isFourFirst ? six : four;
  const answers = await within(both, patienceAfter(first, isFourFirst));
  if (answers === null) {
    if (first.addresses.length === 0) return null;
    return { addresses: first.addresses, later: second.then(({ addresses }) => addresses) };
  }
  const addresses = answers.flatMap((answer) => answer.addresses);
  if (addresses.length > 0) return { addresses, later: null };
  const failed = answers.find(({ error }) => !NOTHING_THERE.has(errorCode(error) ?? ''));
  if (failed) throw failed.error;
  return null;
}

/** null: for as long as the name servers take. */
function patienceAfter({ addresses, error }: FamilyAnswer, isFour: boolean): number | null {
  if (addresses.length > 0) return RESOLUTION_DELAY_MS;
  // Not after IPv6: some servers say that of every name without an IPv6 address (RFC 4074, section 4.2).
  return isFour && errorCode(error) === 'ENOTFOUND' ? NO_SUCH_NAME_DELAY_MS : null;
}

async function answerOf(asked: Promise<string[]>): Promise<FamilyAnswer> {
  try {
    return { addresses: await asked, error: null };
  } catch (error) {
    return { addresses: [], error };
  }
}

/** null when it takes longer. */
async function within<T>(promise: Promise<T>, delayMs: number | null): Promise<T | null> {
  if (delayMs === null) return await promise;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), delayMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
