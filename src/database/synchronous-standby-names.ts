/**
 * How many standbys each commit waits for, by PostgreSQL's parameter `synchronous_standby_names`: `FIRST 2 (a, b, c)`,
 * `ANY 2 (*)`, `2 (a, b)`, or a list, which means one. 0: commits wait for nobody.
 */
export function awaitedStandbys(names: string): number {
  const text = names.trim();
  if (text === '') return 0;
  const count = /^(?:(?:FIRST|ANY)\s*)?(\d+)\s*\(/i.exec(text)?.[1];
  return count === undefined ? 1 : Number(count);
}
