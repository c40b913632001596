/** Microseconds on CLOCK_MONOTONIC, which on Linux all processes of a machine share: times of different processes compare. */
export function nowUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
}
