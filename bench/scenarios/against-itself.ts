import { setTimeout as sleep } from 'node:timers/promises';
import type { Mode } from '../children/receiver.js';
import {
  createFloor,
  createProduct,
  LEDGER_FLOOR,
  type Contender,
  type ProductContender,
} from '../harness/contender.js';
import { largestMemoryMib } from '../harness/usage.js';
import type { World } from '../harness/world.js';
import { measure, type Measurement, type Phase } from '../measure/measure.js';
import { highestLoad } from './against-floor.js';
import {
  alternate,
  ratio,
  roundsForTails,
  takeTurns,
  turnForTails,
  withContenders,
  type Scale,
  type Scenario,
  type Side,
  type Target,
} from './scenario.js';
import { preloadLedger } from './preload-ledger.js';

/** Scenarios in which the product is compared with itself under better circumstances. */
const FIRST_FAILURES_WITHIN_MS = 60_000;
const PHASE: Phase = { events: 10_000, connections: 64, bodyBytes: 400, ratePerSecond: null };
/** Deliveries that wait for the hung destination. */
function heldBack({ quick }: Scale): number {
  return quick ? 2_000 : 10_000;
}

function phaseOf(events: number, factor: number): Phase {
  return { ...PHASE, events: Math.ceil(events * factor) };
}

/** Of the second of two sides against the first. */
function ratioOfTwo(sides: readonly Side[], value: (measurement: Measurement) => number): number {
  const [reference, other] = sides;
  if (!reference || !other) throw new Error('two contenders were to be measured');
  return ratio(other, reference, value);
}

const throughput = (m: Measurement): number => m.deliveriesPerSecond;
const cpu = (m: Measurement): number => m.cpuUsPerDelivery;

function throughputTarget(what: string, sides: readonly Side[]): Target {
  return { what: `${what}: deliveries/s`, value: ratioOfTwo(sides, throughput), limit: 0.9, kind: 'at least' };
}

const failingReceivers: Scenario = {
  name: 'failing-receivers',
  run: (world, scale) => {
    const retrySchedule = Array.from({ length: 10 }, () => 1);
    return withContenders(
      [
        () => createProduct(world, { name: 'all succeed', fanOut: 3 }),
        () => createProduct(world, { name: '10 % fail', fanOut: 3, retrySchedule }),
      ],
      async (...contenders) => {
        const destinations = contenders[1]?.destinations ?? [];
        await world.receiver.call('setMode', { destinations, mode: { kind: 'failing', share: 0.1 } });
        const sides = await alternate(world, contenders, scale.rounds, phaseOf(10_000, scale.factor));
        return {
          tables: [{ title: 'Failing receivers (10 % of all requests, again after 1 s), fan-out 3', sides }],
          targets: [],
        };
      },
    );
  },
};

/** Ten destinations, one of which hangs with ten thousand deliveries waiting, against the nine healthy ones alone. */
function hung(name: string, how: string, afterFailure: boolean): Scenario {
  return {
    name,
    run: (world, scale) => {
      const waiting = heldBack(scale);
      const title = `One of ten hangs, ${waiting.toLocaleString('en')} waiting, ${how}`;
      return withContenders(
        [
          () => createProduct(world, { name: 'nine healthy', fanOut: 9 }),
          () => createHung(world, waiting, afterFailure),
        ],
        async (...contenders) => {
          const [nine] = contenders;
          if (!nine) throw new Error('unreachable');
          const full = await alternate(world, contenders, scale.rounds, phaseOf(4_000, scale.factor));
          const ratePerSecond = Math.round(
            (await highestLoad(world, nine, { ...scale, factor: scale.factor / 2 })) / 2,
          );
          const half = { ...PHASE, connections: 128, ratePerSecond };
          const turns = contenders.map((contender) => turnForTails(contender, scale, half));
          const calm = await takeTurns(world, turns, roundsForTails(scale));
          return {
            tables: [
              { title: `${title}, full speed`, sides: full },
              { title: `${title}, half load (${ratePerSecond} events/s)`, sides: calm },
            ],
            targets: [
              throughputTarget(title, full),
              {
                what: `${title}: p95 of sent to received at half load`,
                value: ratioOfTwo(calm, (m) => m.arriveMs.p95),
                limit: 1.1,
                kind: 'at most' as const,
              },
            ],
          };
        },
      );
    },
  };
}

async function createHung(world: World, waiting: number, afterFailure: boolean): Promise<ProductContender> {
  const contender = await createProduct(world, { name: 'one more hangs', fanOut: 0 });
  const number = await contender.addHungDestination(afterFailure ? [4, 3600, 3600, 3600] : undefined);
  const setMode = (mode: Mode) => world.receiver.call('setMode', { destinations: [number], mode });
  // 404 and not 500, or the circuit would open and most would never be attempted a first time.
  await setMode(afterFailure ? { kind: 'failing', share: 1, status: 404 } : { kind: 'hung' });
  await world.receiver.call('reset', null);
  const options = { ...PHASE, events: waiting, maxSeconds: 120, file: `${world.directory}/preload` };
  const { accepted } = await contender.send(world, options);
  contender.heldBackBefore = accepted;
  if (afterFailure) {
    const deadline = Date.now() + FIRST_FAILURES_WITHIN_MS;
    while ((await world.receiver.call('counts', null)).requests < accepted) {
      if (Date.now() > deadline) throw new Error('not all were attempted a first time');
      await sleep(20);
    }
    await setMode({ kind: 'hung' });
    // Until most are due again, and so claimed.
    await sleep(5_000);
  }
  await contender.addDestinations(9);
  return contender;
}

const hungHandedOver = { ...hung('hung-handed-over', 'handed over', false), quick: true };
const hungClaimed = hung('hung-claimed', 'claimed after a first failure', true);

function largeLedger(name: string, rows: number): Scenario {
  return {
    name,
    run: (world, scale) =>
      withContenders(
        [
          () => createProduct(world, { name: 'fresh', fanOut: 1 }),
          async () => {
            const contender = await createProduct(world, { name: 'large ledger', fanOut: 1 });
            await preloadLedger(contender, rows);
            return contender;
          },
        ],
        async (...contenders) => {
          const sides = await alternate(world, contenders, scale.rounds, phaseOf(20_000, scale.factor));
          const title = `${rows.toLocaleString('en')} settled deliveries in the ledger, fan-out 1`;
          return { tables: [{ title, sides }], targets: [throughputTarget(title, sides)] };
        },
      ),
  };
}

const manyDestinations: Scenario = {
  name: 'many-destinations',
  run: async (world, scale) => {
    const many = scale.quick ? 1_000 : 10_000;
    const compare = (create: (accounts: number, name: string) => Promise<Contender>): Promise<Side[]> =>
      withContenders(
        [() => create(1, 'one destination'), () => create(many, `${many.toLocaleString('en')} destinations`)],
        (...contenders) => alternate(world, contenders, scale.rounds, phaseOf(60_000, scale.factor)),
      );
    const sides = await compare((accounts, name) => createProduct(world, { name, fanOut: 1, accounts }));
    const floors = await compare((accounts, name) => createFloor(world, 1, { name, keeps: 'ledger', accounts }));
    const title = `${many.toLocaleString('en')} accounts with a destination each, in turn`;
    return {
      tables: [
        { title, sides },
        { title: `${title}: the ${LEDGER_FLOOR}`, sides: floors },
      ],
      targets: [
        {
          ...throughputTarget(title, sides),
          compare: [{ who: `the ${LEDGER_FLOOR}`, value: ratioOfTwo(floors, throughput) }],
        },
      ],
    };
  },
};

const BY_PROCESSES = 'Four processes and two against one, fan-out 1';

const processes: Scenario = {
  name: 'processes',
  run: async (world, scale) => {
    const compare = (create: (processes: number) => Promise<Contender>): Promise<Side[]> =>
      withContenders([() => create(1), () => create(4), () => create(2)], (...contenders) =>
        alternate(world, contenders, scale.rounds, phaseOf(20_000, scale.factor)),
      );
    const sides = await compare((processes) =>
      createProduct(world, { name: `PROCESSES=${processes}`, fanOut: 1, processes }),
    );
    const floors = await compare((processes) => createFloor(world, 1, { processes }));
    const [, four] = sides;
    if (!four) throw new Error('unreachable');
    return {
      tables: [
        { title: BY_PROCESSES, sides },
        { title: `${BY_PROCESSES}: the floor`, sides: floors },
      ],
      targets: [
        {
          what: 'CPU a delivery with PROCESSES=4 against 1',
          value: ratioOfTwo(sides, cpu),
          limit: 1.15,
          kind: 'at most' as const,
          compare: [{ who: 'the floor', value: ratioOfTwo(floors, cpu) }],
        },
        {
          what: 'PROCESSES=4: deliveries made twice',
          value: four.rounds.reduce((sum, m) => sum + m.duplicates, 0),
          limit: 0,
          kind: 'at most' as const,
        },
      ],
    };
  },
};

/** Memory after a million events, and with a million waiting. */
const memory: Scenario = {
  name: 'memory',
  run: async (world) => {
    const product = await createProduct(world, { fanOut: 1 });
    try {
      const phase = { ...PHASE, events: 100_000 };
      await measure(world, product, phase);
      const after100k = largestMemoryMib(product.pid, 'now');
      const rounds = [];
      for (let round = 0; round < 9; round++) rounds.push(await measure(world, product, phase));
      const after1m = largestMemoryMib(product.pid, 'now');
      const number = await product.addHungDestination();
      await world.receiver.call('setMode', { destinations: [number], mode: { kind: 'hung' } });
      product.accepted = 0;
      await measure(world, product, { ...phase, events: 1_000_000 });
      const waiting1m = largestMemoryMib(product.pid, 'now');
      const target = (what: string, value: number): Target => ({ what, value, limit: 1.15, kind: 'at most' });
      return {
        tables: [{ title: 'A million events, 100,000 at a time', sides: [{ name: 'product', rounds }] }],
        targets: [
          target('resident memory after 1 million events against after 100,000', after1m / after100k),
          target('resident memory with 1 million waiting against after 100,000 events', waiting1m / after100k),
        ],
      };
    } finally {
      await product.stop();
    }
  },
};

export const againstItself = [
  failingReceivers,
  hungHandedOver,
  hungClaimed,
  largeLedger('large-ledger', 200_000),
  largeLedger('very-large-ledger', 5_000_000),
  manyDestinations,
  processes,
  memory,
];
