import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';
import type { StoredHeaders } from './stored-headers.js';

export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

/** Properties are named as the resource's fields: one vocabulary from JSON to SQL. */
@Entity('destinations')
export class Destination {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  account_id!: string;

  @Column('text')
  url!: string;

  @Column('text')
  http_method!: HttpMethod;

  @Column('jsonb')
  headers!: StoredHeaders;

  @Column('boolean')
  enabled!: boolean;

  /** Why it is disabled, for people; null when it is enabled. */
  @Column('text', { nullable: true })
  disabled_reason!: string | null;

  @Column('text')
  description!: string;

  /** Empty: all. */
  @Column('text', { array: true })
  event_types!: string[];

  @Column('integer')
  timeout_ms!: number;

  @Column('integer')
  max_concurrency!: number;

  /** Requests a second; null: no limit. */
  @Column('double precision', { nullable: true })
  rate_limit!: number | null;

  /** Seconds to wait before each retry. */
  @Column('integer', { array: true })
  retry_schedule!: number[];

  @Column('boolean')
  ordered!: boolean;

  @CreateDateColumn({ type: 'timestamptz' })
  created_at!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updated_at!: Date;

  @VersionColumn()
  version!: number;
}
