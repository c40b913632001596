/** The `code` of a system error (`ENOENT`) or of PostgreSQL (`57P03`), undefined when there is none. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
