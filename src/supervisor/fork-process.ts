/**
 * The entry of a fork. Ctrl-C and a SIGTERM to the group reach it too, but when to stop is the supervisor's to say:
 * ignored before anything else is loaded, which takes most of the time of a start.
 */
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => undefined);
// The supervisor is gone without a word: so is its database, and nobody would ever stop us.
process.on('disconnect', () => process.exit(1));

await import('./fork-work.js');
