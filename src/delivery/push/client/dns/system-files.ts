import { isIP } from 'node:net';

/** Addresses by lower-case name, as in hosts(5). */
export type Hosts = ReadonlyMap<string, readonly string[]>;

export function parseHosts(text: string): Hosts {
  const hosts = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = withoutComment(line).split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names) {
      const known = hosts.get(name.toLowerCase());
      if (known) known.push(address);
      else hosts.set(name.toLowerCase(), [address]);
    }
  }
  return hosts;
}

/** What resolv.conf(5) says of names that are not whole. */
export interface SearchRules {
  readonly search: readonly string[];
  /** A name with so many dots is tried as it is first. */
  readonly ndots: number;
}

export function parseSearchRules(text: string): SearchRules {
  let search: string[] = [];
  let ndots = 1;
  for (const line of text.split('\n')) {
    const [keyword, ...values] = withoutComment(line).split(/\s+/);
    // The last of several counts.
    if (keyword === 'search' || keyword === 'domain') search = values.filter((domain) => domain !== '.');
    if (keyword === 'options') ndots = Number(/(?:^| )ndots:(\d+)/.exec(values.join(' '))?.[1] ?? ndots);
  }
  return { search, ndots };
}

/** The whole names that a name may stand for, in the order in which they are asked for. */
export function candidatesFor(name: string, { search, ndots }: SearchRules): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searched = search.map((domain) => `${name}.${domain.replace(/\.$/, '')}`);
  return name.split('.').length > ndots ? [name, ...searched] : [...searched, name];
}

function withoutComment(line: string): string {
  return line.replace(/[#;].*/, '').trim();
}
