import { defineConfig } from 'vitest/config';

/** What is real (processes, databases, browsers) takes its time on a busy machine: generous, and few files at once. */
const TIMEOUT_MS = 120_000;
/** What is polled for comes with a page's next look, or when a busy machine gets to it. */
const POLL = { timeout: 60_000 };

export default defineConfig({
  test: {
    // Builds the product and starts one PostgreSQL for all projects that need them.
    globalSetup: ['test/support/global-setup.ts'],
    // One more than two cores: a third of the time is spent waiting.
    maxWorkers: 3,
    projects: [
      { test: { name: 'unit', include: ['src/**/*.spec.ts'], testTimeout: 30_000 } },
      patient('integration'),
      patient('e2e'),
      patient('browser', { runner: 'test/support/browser-runner.ts' }),
    ],
  },
});

function patient(name: string, more: { runner?: string } = {}) {
  return {
    test: {
      name,
      include: [`test/${name}/**/*.{test,spec,e2e}.ts`],
      testTimeout: TIMEOUT_MS,
      hookTimeout: TIMEOUT_MS,
      expect: { poll: POLL },
      setupFiles: ['test/support/each-file.ts'],
      ...more,
    },
  };
}
