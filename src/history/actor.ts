import { AsyncLocalStorage } from 'node:async_hooks';
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

/** Runs `work`; what it changes is noted as the actor's doing. Called at the edges only: see docs/adr/0017. */
export function asActor<T>(actor: Actor, work: () => T): T {
  return storage.run(actor, work);
}

/** Throws where nobody said who acts: a change without an actor is a mistake of ours, and must not be made. */
export function currentActor(): Actor {
  const actor = storage.getStore();
  if (!actor) throw new Error('Nobody is known to make this change: the edge it came by lacks asActor()');
  return actor;
}
