import { beforeAll, describe, expect, it } from 'vitest';
import { type Network, startNetwork } from '../attacks/network.js';
import { ATTACKS } from '../attacks/table.js';
import { copyWithout, variantsOf } from '../attacks/variants.js';
import { startWorld, type World } from '../attacks/world.js';

const VARIANTS = variantsOf(ATTACKS).map((variant, index) => ({ ...variant, number: index + 1 }));

let network: Network;

beforeAll(async () => {
  network = await startNetwork();
  return () => network.close();
});

describe('the product as it is', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(network);
    return () => world.api.stop();
  });

  it.concurrent.each(ATTACKS)('stops $id', async ({ carryOut, withGuards }) => {
    expect(await carryOut(world)).toEqual(withGuards);
  });
});

describe.each(VARIANTS)('variant $number, which lacks some guards,', ({ guards, open, held }) => {
  let world: World;
  beforeAll(async () => {
    const copy = await copyWithout(guards);
    world = await startWorld(network, copy.main).catch(async (error: unknown) => {
      await copy.remove();
      throw error;
    });
    return async () => {
      await world.api.stop();
      await copy.remove();
    };
  });

  it.concurrent.each(open)('lets $id through', async ({ carryOut, withoutGuards }) => {
    expect(await carryOut(world)).toEqual(withoutGuards);
  });

  it.concurrent.each(held)('stops $id by the guard it still has', async ({ carryOut, withGuards }) => {
    expect((await carryOut(world)).effect).toBe(withGuards.effect);
  });
});

it.each(['no such text', 'await'])('a guard that has moved fails the run (%s)', async (find) => {
  const guard = { what: 'moved', edits: [{ file: 'supervisor/serve.ts', find, replace: '' }] };
  await expect(copyWithout([guard])).rejects.toThrow('The guard "moved" has moved');
});
