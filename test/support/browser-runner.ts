import { type RunnerTask, type RunnerTestFile, TestRunner } from 'vitest';

/** Skips the files of test/browser as a whole, before their set-up, where no browser runs. */
export default class BrowserRunner extends TestRunner {
  onCollected(files: RunnerTestFile[]): void {
    if (this.injectValue('chromium') === null) files.forEach(skip);
  }
}

function skip(task: RunnerTask): void {
  task.mode = 'skip';
  if ('tasks' in task) task.tasks.forEach(skip);
}
