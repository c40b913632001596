import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createProduct } from '../harness/contender.js';
import { alternate, ratio, withContenders, type Scenario, type Target } from './scenario.js';

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
  return [...FAN_OUTS.map((count) => compared(main, count, 1)), compared(main, 1, 4)];
}

function compared(main: string, fanOut: number, processes: number): Scenario {
  const title = `This build against the other, fan-out ${fanOut}${processes > 1 ? `, PROCESSES=${processes}` : ''}`;
  return {
    quick: true,
    name: `build-${processes > 1 ? `processes-${processes}` : `fan-out-${fanOut}`}`,
    run: (world, scale) =>
      withContenders(
        [
          () => createProduct(world, { name: 'the other', fanOut, processes, main }),
          () => createProduct(world, { name: 'this', fanOut, processes }),
        ],
        async (...contenders) => {
          const events = Math.ceil((DELIVERIES * scale.factor) / fanOut);
          const phase = { events, connections: CONNECTIONS, bodyBytes: BODY_BYTES, ratePerSecond: null };
          const sides = await alternate(world, contenders, scale.rounds, phase);
          const [other, own] = sides;
          if (!other || !own) throw new Error('two contenders were to be measured');
          const target = (what: string, value: number, kind: Target['kind']): Target => ({
            what: `${title}: ${what}`,
            value,
            limit: 1,
            kind,
          });
          return {
            tables: [{ title, sides }],
            targets: [
              target(
                "Node's CPU a delivery",
                ratio(own, other, (m) => m.nodeCpuUsPerDelivery),
                'at most',
              ),
              target(
                "PostgreSQL's CPU a delivery",
                ratio(own, other, (m) => m.postgresCpuUsPerDelivery),
                'at most',
              ),
              target(
                'deliveries/s',
                ratio(own, other, (m) => m.deliveriesPerSecond),
                'at least',
              ),
              target(
                'p99 of sent to received',
                ratio(own, other, (m) => m.arriveMs.p99),
                'at most',
              ),
            ],
          };
        },
      ),
  };
}
