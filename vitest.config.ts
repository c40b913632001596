import { defineConfig } from 'vitest/config';

/** Tests that run against the built product start processes and databases: generous, and few files at once. */
const PRODUCT_TIMEOUT_MS = 120_000;
/** What is polled for comes with a page's next look, or when a busy machine gets to it. */
const POLL = { timeout: 15_000 };

export default defineConfig({
  test: {
    // Builds the product and starts one PostgreSQL for all projects that need them.
    globalSetup: ['test/support/global-setup.ts'],
    maxWorkers: 2,
    projects: [
      { test: { name: 'unit', include: ['src/**/*.spec.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.{test,spec,e2e}.ts'],
          testTimeout: 30_000,
          expect: { poll: POLL },
        },
      },
      product('e2e'),
      product('browser'),
    ],
  },
});

function product(name: string) {
  return {
    test: {
      name,
      include: [`test/${name}/**/*.{test,spec,e2e}.ts`],
      testTimeout: PRODUCT_TIMEOUT_MS,
      hookTimeout: PRODUCT_TIMEOUT_MS,
      expect: { poll: POLL },
    },
  };
}
