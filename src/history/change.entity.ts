import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ActorKind, ChangeAction, FieldChange, ObjectKind } from './change.js';

/** One entry of the history. The database lets nobody change or delete it. */
@Entity('changes')
export class Change {
  /** Ascending in the order of writing. */
  @PrimaryColumn('bigint')
  change_id!: number;

  @Column('timestamptz')
  changed_at!: Date;

  @Column('text')
  actor_kind!: ActorKind;

  @Column('uuid', { nullable: true })
  actor_id!: string | null;

  @Column('text')
  actor_name!: string;

  @Column('text')
  object_kind!: ObjectKind;

  @Column('uuid')
  object_id!: string;

  /** As it was called then. */
  @Column('text')
  object_name!: string;

  /** The account that owns the object. */
  @Column('uuid', { nullable: true })
  account_id!: string | null;

  @Column('text')
  action!: ChangeAction;

  @Column('jsonb')
  fields!: FieldChange[];
}
