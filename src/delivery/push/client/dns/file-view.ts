import { readFileSync, statSync } from 'node:fs';

/** How long a change of the file may go unnoticed. */
const LOOK_EVERY_MS = 1000;

/** What stands in a small file of the system, read again when it has changed; a file that is not there is empty. */
export class FileView<T> {
  private value: T;
  private stamp = '';
  private lookedAtMs = -Infinity;

  constructor(
    private readonly path: string,
    private readonly parse: (text: string) => T,
  ) {
    this.value = parse('');
  }

  get(): T {
    const nowMs = performance.now();
    if (nowMs - this.lookedAtMs < LOOK_EVERY_MS) return this.value;
    this.lookedAtMs = nowMs;
    const stamp = stampOf(this.path);
    if (stamp === this.stamp) return this.value;
    this.stamp = stamp;
    this.value = this.parse(readOrEmpty(this.path));
    return this.value;
  }
}

function stampOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs}` : '';
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
