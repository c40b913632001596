import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';

/** What a person may do in the panel: everything; read and mend deliveries; read. */
export const USER_ROLES = ['superuser', 'operator', 'viewer'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** A person who logs in to the panel. Programs have API keys. */
@Entity('users')
export class User {
  @PrimaryColumn('uuid')
  user_id!: string;

  @Column('text')
  email!: string;

  /** Left out of every read that does not ask for it. */
  @Column('text', { select: false })
  password_hash!: string;

  @Column('text')
  role!: UserRole;

  @CreateDateColumn({ type: 'timestamptz' })
  created_at!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updated_at!: Date;

  @Column('timestamptz', { nullable: true })
  last_login_at!: Date | null;

  /** When the user was shut out; null: may log in. */
  @Column('timestamptz', { nullable: true })
  disabled_at!: Date | null;

  @VersionColumn()
  version!: number;
}
