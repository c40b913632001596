import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadCommands } from '../children/load.js';
import type { ReceiverCommands } from '../children/receiver.js';
import { Child } from './child.js';
import { BenchServer } from './database.js';

const PORTS = 10;

/** What all scenarios of a run share: one PostgreSQL, one receiver, one load generator. */
export interface World {
  readonly server: BenchServer;
  readonly receiver: Child<ReceiverCommands>;
  readonly load: Child<LoadCommands>;
  /** A temporary folder for records. */
  readonly directory: string;
  /** Flags for the product's processes, such as `--cpu-prof`. */
  readonly nodeFlags: readonly string[];
  readonly tell: (message: string) => void;
  /** Numbers for `count` new destinations. */
  numbers(count: number): number[];
  /** The URL at the receiver for a destination's number. */
  urlOf(destination: number): string;
  close(): Promise<void>;
}

export async function createWorld(nodeFlags: readonly string[], tell: (message: string) => void): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'data-pusher-bench-'));
  const server = await BenchServer.start(tell);
  const { child: receiver } = await Child.start<ReceiverCommands>('receiver');
  const { child: load } = await Child.start<LoadCommands>('load');
  const ports = await receiver.call('listen', PORTS);
  let used = 0;
  return {
    server,
    receiver,
    load,
    directory,
    nodeFlags,
    tell,
    numbers: (count) => Array.from({ length: count }, () => used++),
    urlOf: (destination) => `http://127.0.0.1:${ports[destination % ports.length]}/${destination}`,
    close: async () => {
      await Promise.all([load.stop(), receiver.stop()]);
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
