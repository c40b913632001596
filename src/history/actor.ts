import { AsyncLocalStorage } from 'node:async_hooks';
import type { ServerResponse } from 'node:http';
import type { ActorKind } from './change.js';

/** Who makes a change: a person in the panel, an API key, the command line, or the service by itself. */
export interface Actor {
  readonly kind: ActorKind;
  /** Of the user or the API key; null where there is none. */
  readonly id: string | null;
  /** As people read it, now and when the user or the key is gone. */
  readonly name: string;
}

const storage = new AsyncLocalStorage<Actor>();

/** Those who act at this moment. */
let acting = 0;

/** Runs `work` to its end; what it changes is noted as the actor's doing. Called at the edges only: see docs/adr/0017. */
export async function asActor<T>(actor: Actor, work: () => Promise<T>): Promise<T> {
  acting++;
  try {
    return await storage.run(actor, work);
  } finally {
    leave();
  }
}

/** As {@link asActor}, for work that has ended when its answer is closed. */
export function asActorOf(answer: ServerResponse, actor: Actor, work: () => void): void {
  acting++;
  answer.once('close', leave);
  storage.run(actor, work);
}

/** Before Node 24 every promise of the process costs more while a store is in use: it is put away when nobody acts. */
function leave(): void {
  if (--acting === 0) storage.disable();
}

/** Throws where nobody said who acts: a change without an actor is a mistake of ours, and must not be made. */
export function currentActor(): Actor {
  const actor = storage.getStore();
  if (!actor) throw new Error('Nobody is known to make this change: the edge it came by lacks asActor()');
  return actor;
}
