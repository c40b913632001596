import { TestRunner } from 'vitest';

const NONE = /(?!)/;

/**
 * Skips the files of test/browser as a whole, before their set-up, where no browser runs: a file none of whose tests has a
 * name that is asked for is not set up either.
 */
export default class BrowserRunner extends TestRunner {
  constructor(...args: ConstructorParameters<typeof TestRunner>) {
    super(...args);
    if (this.injectValue('chromium') === null) this.config.testNamePattern = NONE;
  }
}
