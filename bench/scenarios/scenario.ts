import type { Contender } from '../harness/contender.js';
import type { World } from '../harness/world.js';
import { measure, type Measurement, type Phase } from '../measure/measure.js';
import { median } from '../measure/percentiles.js';

/** How much is measured. */
export interface Scale {
  readonly quick: boolean;
  readonly rounds: number;
  /** Multiplies the number of events. */
  readonly factor: number;
}

/** A figure of issue and documentation: what was reached against what is to be. */
export interface Target {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  readonly kind: 'at most' | 'at least';
  /** What the same comes to for others, where that says what can be reached at all. */
  readonly compare?: readonly { readonly who: string; readonly value: number }[];
}

export interface Side {
  readonly name: string;
  readonly rounds: readonly Measurement[];
}

/** The first side is what the others are compared with. */
export interface Table {
  readonly title: string;
  readonly sides: readonly Side[];
}

export interface ScenarioResult {
  readonly name: string;
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
}

export interface Scenario {
  readonly name: string;
  /** Part of the quick run; the others need more time than that has. */
  readonly quick?: boolean;
  run(world: World, scale: Scale): Promise<Omit<ScenarioResult, 'name'>>;
}

/**
 * The bundled server's `autovacuum_naptime`. It makes the tail of latencies, so a round that compares tails holds one of
 * its turns, neither none nor two.
 */
const AUTOVACUUM_EVERY_S = 15;

/** What the compiler of each process needs to see before it has done its work; at a given rate that takes too long. */
const WARM_UP_DELIVERIES = 30_000;
const WARM_UP_EVENTS_AT_RATE = 6_000;
/** So many times of what is measured at most: where events are large or slow. */
const MOST_WARM_UP = 4;

/** What one side of a comparison does in each round. */
export interface Turn {
  readonly contender: Contender;
  readonly phase: Phase;
  /** Where the contender's own name does not tell it apart. */
  readonly name?: string;
}

/** Measures contenders in turn, all with the same phase: see {@link takeTurns}. */
export function alternate(
  world: World,
  contenders: readonly Contender[],
  rounds: number,
  phase: Phase,
): Promise<Side[]> {
  return takeTurns(
    world,
    contenders.map((contender) => ({ contender, phase })),
    rounds,
  );
}

/** The turn of a contender whose tail is compared: the slowest few are too few for a short round to say much. */
export function turnForTails(
  contender: Contender,
  { quick }: Scale,
  phase: Omit<Phase, 'events' | 'ratePerSecond'> & { readonly ratePerSecond: number },
  name?: string,
): Turn {
  const events = phase.ratePerSecond * (quick ? 4 : AUTOVACUUM_EVERY_S);
  return { contender, phase: { ...phase, events }, ...(name !== undefined && { name }) };
}

/** How often tails are measured: what one round says of them moves by half. */
export function roundsForTails({ quick, rounds }: Scale): number {
  return quick ? rounds : 3 * rounds;
}

/**
 * Measures one after another, so that what else the machine does hits all alike; a first round warms up. Every other
 * round goes backwards: what one leaves behind for autovacuum falls on whoever comes next.
 */
export async function takeTurns(world: World, turns: readonly Turn[], rounds: number): Promise<Side[]> {
  const sides = turns.map((turn) => ({ ...turn, name: turn.name ?? turn.contender.name, rounds: [] as Measurement[] }));
  for (const { contender, phase } of turns) {
    await measure(world, contender, { ...phase, events: warmUpEvents(contender, phase) * contender.processes });
  }
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed())
      side.rounds.push(await measure(world, side.contender, side.phase));
  }
  return sides.map(({ name, rounds }) => ({ name, rounds }));
}

function warmUpEvents(contender: Contender, { events, ratePerSecond }: Phase): number {
  const fanOut = Math.max(1, contender.destinationsOf(0).length);
  const enough =
    ratePerSecond === null
      ? Math.min(events * MOST_WARM_UP, WARM_UP_DELIVERIES / fanOut)
      : Math.min(events, WARM_UP_EVENTS_AT_RATE);
  return Math.ceil(Math.max(events / 3, enough));
}

/** Runs `work` with contenders that are stopped in any case. */
export async function withContenders<T>(
  create: readonly (() => Promise<Contender>)[],
  work: (...contenders: Contender[]) => Promise<T>,
): Promise<T> {
  const contenders: Contender[] = [];
  try {
    for (const start of create) contenders.push(await start());
    return await work(...contenders);
  } finally {
    for (const contender of contenders) await contender.stop();
  }
}

/** Median of the rounds' ratios: rounds lie side by side in time, so what disturbs one disturbs its partner. */
export function ratio(side: Side, reference: Side, value: (measurement: Measurement) => number): number {
  return median(side.rounds.map((own, index) => value(own) / value(reference.rounds[index] ?? own)));
}

export function typical(side: Side, value: (measurement: Measurement) => number): number {
  return median(side.rounds.map(value));
}
