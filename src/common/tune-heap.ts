import { setFlagsFromString } from 'node:v8';

/**
 * How V8 is to keep its heap in a process that holds thousands of deliveries for some milliseconds each; what it has to
 * know at its start (sizes) stands in `npm start` and the image, see docs/adr/0019; the figures are in docs/adr/0028.
 */
export const HEAP_FLAGS: readonly string[] = [
  // What lived a little longer while the process started or fell behind would be allocated among the old ever after,
  // where it is garbage at once and keeps all that it refers to from being collected.
  '--no-allocation-site-pretenuring',
  // Per cent of what is free until the limit: by itself V8 begins when there is less left than the young generation's
  // size, which with ours is after a few MiB.
  '--incremental-marking-soft-trigger=75',
  '--incremental-marking-hard-trigger=90',
];

/** Call first of all. */
export function tuneHeap(): void {
  for (const flag of HEAP_FLAGS) setFlagsFromString(flag);
}
