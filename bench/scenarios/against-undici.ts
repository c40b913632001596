import { fileURLToPath } from 'node:url';
import { createProduct } from '../harness/contender.js';
import { alternate, ratio, withContenders, type Scenario } from './scenario.js';

const FAN_OUT = 3;
const CONNECTIONS = 64;
const BODY_BYTES = 400;
const DELIVERIES = { kept: 30_000, new: 9_000 };

/** Makes a process of the product send with undici; see there. */
const WITH_UNDICI = ['--import', fileURLToPath(new URL('../../undici/register.mjs', import.meta.url))];

/**
 * The product with undici in place of its own HTTP client, which is the reference, and as it is. Ours is kept while it
 * saves a tenth of a delivery's CPU: see docs/adr/0041.
 */
export const againstUndici: readonly Scenario[] = (['http', 'https'] as const).flatMap((scheme) =>
  (['kept', 'new'] as const).map((connections) => ({
    name: `client-${scheme}-${connections}`,
    run: (world, scale) =>
      withContenders(
        [
          () => createProduct(world, { fanOut: FAN_OUT, scheme, name: 'with undici', nodeFlags: WITH_UNDICI }),
          () => createProduct(world, { fanOut: FAN_OUT, scheme, name: 'product' }),
        ],
        async (...contenders) => {
          if (connections === 'new') {
            const destinations = contenders.flatMap((contender) => contender.destinations);
            await world.receiver.call('setMode', { destinations, mode: { kind: 'closing' } });
          }
          const events = Math.ceil((DELIVERIES[connections] * scale.factor) / FAN_OUT);
          const phase = { events, connections: CONNECTIONS, bodyBytes: BODY_BYTES, ratePerSecond: null };
          const sides = await alternate(world, contenders, scale.rounds, phase);
          const title = `The HTTP client against undici, ${scheme}, ${connections} connections, fan-out ${FAN_OUT}`;
          const [undici, own] = sides;
          if (!undici || !own) throw new Error('two contenders were to be measured');
          const value = ratio(own, undici, (measurement) => measurement.nodeCpuUsPerDelivery);
          const target = { what: `${title}: Node's CPU a delivery`, value, limit: 0.9, kind: 'at most' as const };
          return { tables: [{ title, sides }], targets: [target] };
        },
      ),
  })),
);
