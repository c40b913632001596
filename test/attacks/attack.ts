import type { World } from './world.js';

/** What the attacks are about, in the order of their page. */
export const ITEMS = ['Addresses', 'Requests', 'Keys and secrets', 'Admin', 'Limits of use'] as const;
export type Item = (typeof ITEMS)[number];

/** A change of one built file. `find` must stand in it exactly once. */
interface Edit {
  /** The source it was built from, below `src/`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** What stops an attack, and how it is taken out of the build. */
export interface Guard {
  readonly what: string;
  readonly edits: readonly Edit[];
}

/** What came of an attack, in words made of what was observed. */
export interface Seen {
  readonly answer: string;
  /** The harm that was done, or that none was. */
  readonly effect: string;
}

export interface Attack {
  readonly id: string;
  readonly item: Item;
  readonly attack: string;
  /** Each of several stops it alone. */
  readonly guards: readonly [Guard, ...Guard[]];
  readonly withGuards: Seen;
  readonly withoutGuards: Seen;
  readonly carryOut: (world: World) => Promise<Seen>;
}
