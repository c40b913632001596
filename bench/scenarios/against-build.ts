import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createProduct, type Contender } from '../harness/contender.js';
import type { World } from '../harness/world.js';
import type { Measurement } from '../measure/measure.js';
import { highestLoad } from './against-floor.js';
import { alternate, ratio, withContenders, type Scale, type Scenario, type Side, type Target } from './scenario.js';

const FAN_OUTS = [1, 3, 10];
const CONNECTIONS = 64;
const BODY_BYTES = 400;
const DELIVERIES = 40_000;

/**
 * Scenarios that compare this build with that of another checkout, which is the reference: what did a change gain?
 * `checkout`: its folder, installed and built. Throws where there is no build.
 */
export async function againstBuild(checkout: string): Promise<Scenario[]> {
  const main = join(resolve(checkout), 'dist', 'main.js');
  await access(main).catch(() => {
    throw new Error(`${checkout} is not built: there is no ${main}`);
  });
  return [
    ...FAN_OUTS.map((fanOut) => compared(`build-fan-out-${fanOut}`, `fan-out ${fanOut}`, { main, fanOut })),
    compared('build-processes-4', 'fan-out 1, PROCESSES=4', { main, fanOut: 1, processes: 4 }),
    compared('build-half-load', 'fan-out 1, half of the highest load', { main, fanOut: 1 }, true),
  ];
}

interface Setup {
  /** Of the other build. */
  readonly main: string;
  readonly fanOut: number;
  readonly processes?: number;
}

function compared(name: string, how: string, { main, ...setup }: Setup, isHalfLoad = false): Scenario {
  const title = `This build against the other, ${how}`;
  return {
    name,
    quick: true,
    run: (world, scale) =>
      withContenders(
        [
          () => createProduct(world, { ...setup, name: 'the other', main }),
          () => createProduct(world, { ...setup, name: 'this' }),
        ],
        async (...contenders) => {
          const events = Math.ceil((DELIVERIES * scale.factor) / setup.fanOut);
          const rate = isHalfLoad ? await halfLoadOf(world, contenders, scale) : null;
          const connections = isHalfLoad ? 4 * CONNECTIONS : CONNECTIONS;
          const phase = { events, connections, bodyBytes: BODY_BYTES, ratePerSecond: rate };
          const sides = await alternate(world, contenders, scale.rounds, phase);
          return { tables: [{ title, sides }], targets: ratiosOf(title, sides) };
        },
      ),
  };
}

/** Events a second; of the slower of them, once all have been at full speed. */
async function halfLoadOf(world: World, contenders: readonly Contender[], scale: Scale): Promise<number> {
  const loads: number[] = [];
  for (const contender of contenders) loads.push(await highestLoad(world, contender, scale));
  return Math.round(Math.min(...loads) / 2);
}

function ratiosOf(title: string, [other, own]: readonly Side[]): Target[] {
  if (!other || !own) throw new Error('two contenders were to be measured');
  const target = (what: string, kind: Target['kind'], value: (measurement: Measurement) => number): Target => ({
    what: `${title}: ${what}`,
    value: ratio(own, other, value),
    limit: 1,
    kind,
  });
  return [
    target("Node's CPU a delivery", 'at most', (m) => m.nodeCpuUsPerDelivery),
    target("PostgreSQL's CPU a delivery", 'at most', (m) => m.postgresCpuUsPerDelivery),
    target('deliveries/s', 'at least', (m) => m.deliveriesPerSecond),
    target('p50 of accepting', 'at most', (m) => m.acceptMs.p50),
    target('p99 of accepting', 'at most', (m) => m.acceptMs.p99),
    target('p99 of sent to received', 'at most', (m) => m.arriveMs.p99),
  ];
}
