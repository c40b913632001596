import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';

/** Properties are named as the resource's fields: one vocabulary from JSON to SQL. */
@Entity('accounts')
export class Account {
  @PrimaryColumn('uuid')
  account_id!: string;

  @Column('text')
  email!: string;

  @Column('text')
  account_name!: string;

  @Column('text', { nullable: true })
  website!: string | null;

  @Column('double precision', { nullable: true })
  receive_rate_limit!: number | null;

  @CreateDateColumn({ type: 'timestamptz' })
  created_at!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updated_at!: Date;

  @VersionColumn()
  version!: number;
}
