/** Bucket k holds what took up to 2^(k/2) ms and longer than the bucket before; the last one, from 26 hours on, all the rest. */
const BUCKETS_PER_DOUBLING = 2;
const LAST_BUCKET = 54;

export function latencyBucket(ms: number): number {
  if (!(ms > 1)) return 0;
  return Math.min(LAST_BUCKET, Math.ceil(BUCKETS_PER_DOUBLING * Math.log2(ms)));
}

/**
 * Milliseconds within which the share `q` (0 to 1) of what was counted falls; null when nothing was. At most 41 % off
 * (the width of a bucket), in practice a few: within a bucket it is taken to be spread evenly by its logarithm.
 */
export function latencyQuantile(counts: readonly number[], q: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = q * total;
  let below = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) return 2 ** ((bucket - 1 + (rank - below) / count) / BUCKETS_PER_DOUBLING);
    below += count;
  }
  return 2 ** (LAST_BUCKET / BUCKETS_PER_DOUBLING);
}
