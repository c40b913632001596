import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

@Entity('api_keys')
export class ApiKey {
  @PrimaryColumn('uuid')
  api_key_id!: string;

  @Column('text')
  name!: string;

  @Column('bytea', { select: false })
  key_hash!: Buffer;

  /** The masked key. */
  @Column('text')
  hint!: string;

  /** The account the key is bound to; null: an admin key. */
  @Column('uuid', { nullable: true })
  account_id!: string | null;

  @Column('boolean')
  read_only!: boolean;

  @CreateDateColumn({ type: 'timestamptz' })
  created_at!: Date;

  @Column('timestamptz', { nullable: true })
  last_used_at!: Date | null;

  @Column('timestamptz', { nullable: true })
  revoked_at!: Date | null;
}
