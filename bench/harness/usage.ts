import { readdirSync, readFileSync } from 'node:fs';

/** Length of one tick of /proc's times: USER_HZ, 100 on every Linux architecture Node runs on. */
const TICK_US = 10_000;

interface Stat {
  readonly parent: number;
  readonly ticks: number;
  /** Ticks of children that have ended and were waited for. */
  readonly endedChildrenTicks: number;
}

function readStat(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything; fields count from after it, the first being the third of proc(5).
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const field = (number: number): number => Number(fields[number - 3]);
    return { parent: field(4), ticks: field(14) + field(15), endedChildrenTicks: field(16) + field(17) };
  } catch {
    return null;
  }
}

/** A process and all that descend from it. */
function treeOf(root: number): Map<number, Stat> {
  const all = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : null;
    if (stat) all.set(Number(name), stat);
  }
  const tree = new Map<number, Stat>();
  const add = (pid: number): void => {
    const stat = all.get(pid);
    if (!stat || tree.has(pid)) return;
    tree.set(pid, stat);
    for (const [child, { parent }] of all) if (parent === pid) add(child);
  };
  add(root);
  return tree;
}

/** CPU time used so far by a process and its descendants, those that have ended included. */
export function cpuUs(root: number): number {
  let ticks = 0;
  for (const stat of treeOf(root).values()) ticks += stat.ticks + stat.endedChildrenTicks;
  return ticks * TICK_US;
}

function readMemory(pid: number, name: 'VmHWM' | 'VmRSS'): number {
  try {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return Number(match?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** The largest of the processes of a tree, in MiB: its peak, or what it holds now. */
export function largestMemoryMib(root: number, what: 'peak' | 'now'): number {
  const name = what === 'peak' ? 'VmHWM' : 'VmRSS';
  return Math.max(0, ...[...treeOf(root).keys()].map((pid) => readMemory(pid, name)));
}

export function parentOf(pid: number): number {
  return readStat(pid)?.parent ?? 0;
}
