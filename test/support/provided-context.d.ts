import 'vitest';
import type { Chromium } from './chromium.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the database that test databases are cloned from; nobody may be connected to it. */
    templateDatabaseUrl: string;
    /** The browser for test/browser; null: none runs here, and those tests are skipped. */
    chromium: Chromium | null;
  }
}
