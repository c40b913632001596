import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Attack, type Guard, ITEMS } from './attack.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A build without some guards, and which attacks show what of it. */
export interface Variant {
  readonly guards: readonly Guard[];
  /** All that stops them is gone. */
  readonly open: readonly Attack[];
  /** Of all that stops them one guard is left. */
  readonly held: readonly Attack[];
}

/**
 * As few variants as there are removals for one item, since each costs a start. A variant takes out what stops one
 * attack of each item, so that on an attack's way nothing is missing but its own guards.
 */
export function variantsOf(attacks: readonly Attack[]): Variant[] {
  const columns = ITEMS.map((item) => removalsOf(attacks.filter((attack) => attack.item === item)));
  const count = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: count }, (_, index) => {
    const removals = columns.flatMap((column) => column[index] ?? []);
    return {
      guards: removals.flatMap(({ guards }) => guards),
      open: removals.flatMap(({ open }) => open),
      held: removals.flatMap(({ held }) => held),
    };
  });
}

/** Each attack without its guards; and those that have several with the first left, the second, and so on. */
function removalsOf(attacks: readonly Attack[]): Variant[] {
  const open = attacks.map((attack): Variant => ({ guards: attack.guards, open: [attack], held: [] }));
  const deep = attacks.filter(({ guards }) => guards.length > 1);
  const most = Math.max(0, ...deep.map(({ guards }) => guards.length));
  const held = Array.from({ length: most }, (_, left): Variant => {
    const concerned = deep.filter(({ guards }) => left < guards.length);
    const gone = concerned.flatMap(({ guards }) => guards.filter((_guard, index) => index !== left));
    return { guards: [...new Set(gone)], open: [], held: concerned };
  });
  return [...open, ...held];
}

export interface Copy {
  readonly main: string;
  remove(): Promise<void>;
}

/** A copy of the build without these guards. Throws where a guard is not what it was. */
export async function copyWithout(guards: readonly Guard[]): Promise<Copy> {
  const folder = await mkdtemp(join(tmpdir(), 'data-pusher-attacks-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await cp(join(ROOT, 'package.json'), join(folder, 'package.json'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const filter = (path: string): boolean => !path.endsWith('.map');
    await cp(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true, filter });
    for (const { what, edits } of guards) {
      for (const { file, find, replace } of edits) {
        const path = join(folder, 'dist', file.replace(/\.ts$/, '.js'));
        const parts = (await readFile(path, 'utf8')).split(find);
        if (parts.length !== 2) {
          throw new Error(`The guard "${what}" has moved: src/${file} has ${parts.length - 1} times: ${find}`);
        }
        await writeFile(path, parts.join(replace));
      }
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { main: join(folder, 'dist', 'main.js'), remove };
}
