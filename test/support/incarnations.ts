import { Incarnation } from '../../src/delivery/engine/incarnation.js';
import type { QueueBench } from './queue.js';

/** Several may be started: all live in this process, where each new one would take the row of the one before for a leftover. */
export async function startIncarnation(bench: QueueBench): Promise<Incarnation> {
  const incarnation = new Incarnation(
    bench.pool,
    'all',
    () => undefined,
    () => undefined,
  );
  await incarnation.start();
  await bench.sql('UPDATE processes SET pid = $1 + (SELECT count(*) FROM processes) WHERE pid = $2', [1, process.pid]);
  return incarnation;
}
