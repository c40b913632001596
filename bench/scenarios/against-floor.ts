import { createBare, createFloor, createProduct, LEDGER_FLOOR, type Contender } from '../harness/contender.js';
import type { World } from '../harness/world.js';
import type { Measurement } from '../measure/measure.js';
import {
  alternate,
  ratio,
  roundsForTails,
  takeTurns,
  turnForTails,
  typical,
  withContenders,
  type Scale,
  type Scenario,
  type Side,
  type Target,
  type Turn,
} from './scenario.js';

const BODY_BYTES = 400;
const CONNECTIONS = 64;
const MAX_MEMORY_MIB = 300;

/** The product comes last. */
function pair(sides: readonly Side[]): { reference: Side; product: Side } {
  const [reference, product] = [sides[0], sides.at(-1)];
  if (!reference || !product) throw new Error('two contenders were to be measured');
  return { reference, product };
}

/** As many events as keep the number of deliveries alike. */
function eventsFor(fanOut: number, { factor }: Scale): number {
  return Math.ceil((30_000 * factor) / Math.max(1, fanOut * 0.7));
}

function fanOut(count: number): Scenario {
  return {
    name: `fan-out-${count}`,
    quick: true,
    run: (world, scale) =>
      withContenders(
        [
          () => createFloor(world, count),
          () => createFloor(world, count, { keeps: 'ledger' }),
          () => createProduct(world, { fanOut: count }),
        ],
        async (...contenders) => {
          const phase = { events: eventsFor(count, scale), connections: CONNECTIONS, bodyBytes: BODY_BYTES };
          const sides = await alternate(world, contenders, scale.rounds, { ...phase, ratePerSecond: null });
          const title = `Fan-out ${count}, full speed`;
          return { tables: [{ title, sides }], targets: speedTargets(`fan-out ${count}`, sides) };
        },
      ),
  };
}

function speedTargets(what: string, sides: readonly Side[]): Target[] {
  const { reference, product } = pair(sides);
  const keeper = sides.find((side) => side.name === LEDGER_FLOOR);
  const target = (
    name: string,
    kind: Target['kind'],
    limit: number,
    value: (measurement: Measurement) => number,
  ): Target => ({
    what: `${what}: ${name}`,
    value: ratio(product, reference, value),
    limit,
    kind,
    ...(keeper && { compare: [{ who: `the ${LEDGER_FLOOR}`, value: ratio(keeper, reference, value) }] }),
  });
  return [
    target('CPU a delivery, Node + PostgreSQL, against the floor', 'at most', 1.5, (m) => m.cpuUsPerDelivery),
    target('deliveries/s end to end against the floor', 'at least', 0.65, (m) => m.deliveriesPerSecond),
    {
      what: `${what}: resident memory of the process at its peak, MiB`,
      value: Math.max(...product.rounds.map((m) => m.peakMib)),
      limit: MAX_MEMORY_MIB,
      kind: 'at most',
    },
  ];
}

const halfLoad: Scenario = {
  name: 'half-load',
  quick: true,
  run: (world, scale) =>
    withContenders(
      [
        () => createFloor(world, 1),
        () => createFloor(world, 1, { keeps: 'ledger' }),
        () => createProduct(world, { fanOut: 1 }),
      ],
      async (floor, keeper, product) => {
        if (!floor || !keeper || !product) throw new Error('unreachable');
        // All of them: at a given rate compilers would take longer to be done.
        const halfOf = async (contender: Contender): Promise<number> =>
          Math.round((await highestLoad(world, contender, scale)) / 2);
        const halfOfFloor = await halfOf(floor);
        await halfOf(keeper);
        const half = await halfOf(product);
        const turn = (contender: Contender, ratePerSecond: number, name?: string): Turn =>
          turnForTails(contender, scale, { connections: 256, bodyBytes: BODY_BYTES, ratePerSecond }, name);
        const turns = [
          turn(floor, half),
          turn(keeper, half),
          turn(floor, halfOfFloor, `floor at half of its own (${halfOfFloor} events/s)`),
          turn(product, half),
        ];
        const sides = await takeTurns(world, turns, roundsForTails(scale));
        const [other, keeping, atItsOwn, own] = sides;
        if (!other || !keeping || !atItsOwn || !own) throw new Error('unreachable');
        const p99 = (m: Measurement): number => m.acceptMs.p99;
        return {
          tables: [{ title: `Half of the highest load (${half} events/s), fan-out 1`, sides }],
          targets: [
            {
              what: "accept p99 at half of the highest load, against the floor's at the same load",
              value: ratio(own, other, p99),
              limit: 2,
              kind: 'at most' as const,
              compare: [
                { who: `the ${LEDGER_FLOOR}`, value: ratio(keeping, other, p99) },
                { who: 'against the floor at half of its own highest load', value: ratio(own, atItsOwn, p99) },
              ],
            },
          ],
        };
      },
    ),
};

/** Events a second that go through end to end, so that none pile up. */
export async function highestLoad(world: World, contender: Contender, scale: Scale): Promise<number> {
  const events = eventsFor(contender.destinationsOf(0).length, scale);
  const phase = { events, connections: CONNECTIONS, bodyBytes: BODY_BYTES, ratePerSecond: null };
  const [side] = await alternate(world, [contender], 1, phase);
  if (!side) throw new Error('unreachable');
  return typical(side, (m) => m.deliveriesPerSecond) / contender.destinationsOf(0).length;
}

const oneAtATime: Scenario = {
  name: 'one-at-a-time',
  quick: true,
  run: (world, scale) =>
    withContenders([() => createBare(world), () => createProduct(world, { fanOut: 1 })], async (...contenders) => {
      const phase = { events: Math.ceil(400 * scale.factor), connections: 4, bodyBytes: BODY_BYTES, ratePerSecond: 50 };
      const sides = await alternate(world, contenders, scale.rounds, phase);
      const { reference, product } = pair(sides);
      return {
        tables: [{ title: 'One event at a time (50/s), against an insert, its commit and a POST', sides }],
        targets: [
          {
            what: 'sent to received at one event at a time, p50, against a bare insert, commit and POST',
            value: ratio(product, reference, (m) => m.arriveMs.p50),
            limit: 3,
            kind: 'at most' as const,
          },
        ],
      };
    }),
};

const slowReceivers: Scenario = {
  name: 'slow-receivers',
  run: (world, scale) =>
    withContenders([() => createFloor(world, 3), () => createProduct(world, { fanOut: 3 })], async (...contenders) => {
      const destinations = contenders.flatMap((contender) => contender.destinations);
      await world.receiver.call('setMode', { destinations, mode: { kind: 'slow', delayMs: 50 } });
      const events = Math.ceil(eventsFor(3, scale) / 2);
      const phase = { events, connections: CONNECTIONS, bodyBytes: BODY_BYTES, ratePerSecond: null };
      const sides = await alternate(world, contenders, scale.rounds, phase);
      return { tables: [{ title: 'Slow receivers (50 ms), fan-out 3, full speed', sides }], targets: [] };
    }),
};

const largeBodies: Scenario = {
  name: 'large-bodies',
  run: (world, scale) =>
    withContenders([() => createFloor(world, 1), () => createProduct(world, { fanOut: 1 })], async (...contenders) => {
      const events = Math.ceil(1_000 * scale.factor);
      const phase = { events, connections: 16, bodyBytes: 256 * 1024, ratePerSecond: null };
      const sides = await alternate(world, contenders, scale.rounds, phase);
      return { tables: [{ title: 'Large bodies (256 KiB), fan-out 1, full speed', sides }], targets: [] };
    }),
};

export const againstFloor = [fanOut(1), fanOut(3), fanOut(10), halfLoad, oneAtATime, slowReceivers, largeBodies];
