/** Ends with a message for people. */
export function fail(message, exitCode = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
}

/** What package.json's `engines` says; npm only warns. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24;
  if (fits) return;
  fail(
    `Data Pusher needs Node 20.19 or later, 22.13 or later, or 24; this is ${process.versions.node}: see https://nodejs.org`,
  );
}
