import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';

/** What a person may do in the panel: everything; read and mend deliveries; read. */
export const USER_ROLES = ['superuser', 'operator', 'viewer'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** A person who logs in to the panel. Programs have API keys. */
@Entity('users')
export class User {
  @PrimaryColumn('uuid', { name: 'user_id' })
  userId!: string;

  @Column('text')
  email!: string;

  /** Left out of every read that does not ask for it. */
  @Column('text', { name: 'password_hash', select: false })
  passwordHash!: string;

  @Column('text')
  role!: UserRole;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'last_login_at', nullable: true })
  lastLoginAt!: Date | null;

  @VersionColumn()
  version!: number;
}
