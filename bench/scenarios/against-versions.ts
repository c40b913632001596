import { createProduct, type Contender } from '../harness/contender.js';
import { BenchServer } from '../harness/database.js';
import { startAsShipped, startEmbedded } from '../harness/servers.js';
import type { World } from '../harness/world.js';
import { alternate, ratio, withContenders, type Scenario, type Side, type Target } from './scenario.js';

const FAN_OUT = 3;
const EVENTS = 12_000;
const AT_LEAST = 0.9;
const PHASE = { connections: 64, bodyBytes: 400, ratePerSecond: null };

/**
 * The product on other versions of PostgreSQL, against that on the embedded one. `bins`: folders with `initdb` and
 * `postgres`. With the same settings each is to be as fast; what it makes with its distribution's own is told beside it.
 */
export function againstVersions(bins: readonly string[]): Scenario[] {
  return [
    versions('postgres-same-settings', 'with the settings of the embedded server', bins, startEmbedded, AT_LEAST),
    versions('postgres-as-shipped', 'with the defaults of its distribution', bins, startAsShipped, null),
  ];
}

type Start = (tell: (message: string) => void, bin: string) => ReturnType<typeof startEmbedded>;

function versions(name: string, how: string, bins: readonly string[], start: Start, limit: number | null): Scenario {
  const title = `PostgreSQL by version, ${how}, fan-out ${FAN_OUT}`;
  return {
    name,
    quick: true,
    run: async (world, scale) => {
      const servers: BenchServer[] = [];
      try {
        for (const bin of bins) servers.push(await BenchServer.use(await start(world.tell, bin)));
        const events = Math.ceil(EVENTS * scale.factor);
        const sides = await withContenders(
          [world.server, ...servers].map((server) => () => create(world, server)),
          (...contenders) => alternate(world, contenders, scale.rounds, { ...PHASE, events }),
        );
        return { tables: [{ title, sides }], targets: limit === null ? [] : targetsOf(title, sides, limit) };
      } finally {
        for (const server of servers) await server.stop();
      }
    },
  };
}

async function create(world: World, server: BenchServer): Promise<Contender> {
  const description = await server.describe();
  return createProduct(world, { name: description.replace(/,.*/, ''), fanOut: FAN_OUT, server });
}

function targetsOf(title: string, [reference, ...others]: readonly Side[], limit: number): Target[] {
  if (!reference) throw new Error('nothing was measured');
  return others.map((side) => ({
    what: `${title}: deliveries/s on ${side.name} against ${reference.name}`,
    value: ratio(side, reference, (measurement) => measurement.deliveriesPerSecond),
    limit,
    kind: 'at least',
  }));
}
