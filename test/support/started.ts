/** How to end each thing that this test file has started outside its own process and not ended yet. */
const ends = new Set<() => unknown>();
let isOver = false;

/**
 * Registers what ends something that a test file has started, so that it ends with the file, also when a set-up fails
 * half-way. Returns how to take that back, for what has ended by itself.
 */
export function endWithFile(end: () => unknown): () => void {
  ends.add(end);
  if (isOver) {
    // A set-up that went on after another part of it had failed.
    void end();
  }
  return () => void ends.delete(end);
}

/** Ends everything, and from now on everything that comes. */
export async function endStarted(): Promise<void> {
  isOver = true;
  await Promise.allSettled([...ends].map(async (end) => end()));
}
