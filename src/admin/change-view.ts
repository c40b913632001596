import type { ActorKind, ChangeAction, FieldChange, ObjectKind } from '../history/change.js';

/** One entry of the history, as the panel shows it. */
export interface ChangeView {
  readonly id: number;
  readonly changedAt: string;
  readonly actorKind: ActorKind;
  readonly actorName: string;
  readonly action: ChangeAction;
  readonly objectKind: ObjectKind;
  readonly objectId: string;
  readonly objectName: string;
  readonly fields: readonly FieldChange[];
}
