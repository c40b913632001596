import 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the database that test databases are cloned from; nobody may be connected to it. */
    templateDatabaseUrl: string;
    /** Path of the browser for test/browser; null: those tests are skipped. */
    chromium: string | null;
  }
}
