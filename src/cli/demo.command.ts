import type { Command } from 'commander';
import type { CommandLine } from './command-line.js';
import { wholeNumber } from './numbers.js';

interface Options {
  readonly port?: number;
  readonly interval: number;
}

export function addDemo(program: Command, { serve, finish }: CommandLine): void {
  program
    .command('demo')
    .description(
      'show all of it at once: a service of its own, a receiver, an account and events (what npm run demo does)',
    )
    .option('--port <number>', 'port of the service (any free one)', wholeNumber(1, 65_535))
    .option('--interval <ms>', 'time between two events', wholeNumber(10, 60_000), 1000)
    .action(async ({ port, interval }: Options) => {
      const { runDemo } = await import('./demo/run-demo.js');
      finish(await runDemo(serve, { port, intervalMs: interval }));
    });
}
