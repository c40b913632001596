import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { credentialHint, hashCredential, newCredential } from '../common/credential.js';
import { isForeignKeyViolation } from '../common/database-error.js';
import { trimmed } from '../common/blanks.js';
import { OrNull, Rule, flag, text, Tidy, type Check } from '../common/field-rules.js';
import { isUuid } from '../common/list-query.js';
import { parseInput } from '../common/parse-input.js';
import { Problem } from '../common/problem.js';
import { RunSettings } from '../config/settings.js';
import { diffFields } from '../history/diff-fields.js';
import { type ChangedObject, recordChange } from '../history/record-change.js';
import { ApiKey } from './api-key.entity.js';
import type { Principal } from './principal.js';

const uuid: Check = (value) => (typeof value === 'string' && isUuid(value) ? null : 'must be a UUID');

/** What people choose of an API key. */
export class ApiKeyInput {
  @Tidy(trimmed)
  @Rule(text({ min: 1, max: 200 }))
  name!: string;

  /** Null: an admin key. */
  @Tidy(trimmed)
  @OrNull(uuid)
  accountId: string | null = null;

  @Rule(flag)
  readOnly: boolean = false;
}

@Injectable()
export class ApiKeysService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly settings: RunSettings,
  ) {}

  /** `key` is shown once. */
  async create(input: Partial<ApiKeyInput>): Promise<{ apiKey: ApiKey; key: string }> {
    const { name, accountId, readOnly } = parseInput(ApiKeyInput, input);
    const key = newCredential('dpk_');
    const row = this.dataSource.manager.create(ApiKey, {
      api_key_id: uuidv7(),
      name,
      key_hash: hashCredential('dpk_', key) ?? undefined,
      hint: credentialHint(key),
      account_id: accountId,
      read_only: readOnly,
    });
    try {
      const apiKey = await this.dataSource.transaction(async (manager) => {
        const saved = await manager.save(row);
        const fields = { name, account_id: accountId, read_only: readOnly };
        await recordChange(manager, objectOf(saved), 'create', diffFields(null, fields));
        return saved;
      });
      return { apiKey, key };
    } catch (error) {
      if (isForeignKeyViolation(error)) throw Problem.field('accountId', 'names no account');
      throw error;
    }
  }

  /** All keys, revoked ones too, newest first. */
  async list(): Promise<ApiKey[]> {
    return this.dataSource.manager.find(ApiKey, { order: { api_key_id: 'DESC' } });
  }

  /** From now on the key is refused, in every process: nothing remembers it. */
  async revoke(apiKeyId: string): Promise<ApiKey> {
    return this.dataSource.transaction(async (manager) => {
      const where = { api_key_id: apiKeyId };
      const lock = { mode: 'pessimistic_write' } as const;
      const found = isUuid(apiKeyId) ? await manager.findOne(ApiKey, { where, lock }) : null;
      if (!found) throw new Problem('not_found', { error: 'No API key has this id' });
      if (found.revoked_at) return found;
      await manager.query('UPDATE api_keys SET revoked_at = now() WHERE api_key_id = $1', [apiKeyId]);
      await recordChange(manager, objectOf(found), 'revoke');
      return manager.findOneByOrFail(ApiKey, where);
    });
  }

  /** Who a bearer token belongs to, or null. One indexed query, so that a revoked key is refused at once. */
  async authenticate(token: string): Promise<Principal | null> {
    if (this.isBootstrapKey(token)) return BOOTSTRAP;
    const hash = hashCredential('dpk_', token);
    if (!hash) return null;
    const rows: KeyRow[] = await this.dataSource.query(AUTHENTICATE, [hash]);
    const [row] = rows;
    if (!row) return null;
    if (row.use_is_news) await this.dataSource.query(NOTE_USE, [row.api_key_id]);
    const name = `${row.name} (${row.hint})`;
    return { apiKeyId: row.api_key_id, name, accountId: row.account_id, readOnly: row.read_only };
  }

  private isBootstrapKey(token: string): boolean {
    const { bootstrapApiKey } = this.settings;
    if (bootstrapApiKey === null) return false;
    // Digests, because timingSafeEqual wants equal lengths.
    return timingSafeEqual(sha256(token), sha256(bootstrapApiKey));
  }
}

const BOOTSTRAP: Principal = { apiKeyId: null, name: 'BOOTSTRAP_API_KEY', accountId: null, readOnly: false };

interface KeyRow {
  readonly api_key_id: string;
  readonly name: string;
  readonly hint: string;
  readonly account_id: string | null;
  readonly read_only: boolean;
  readonly use_is_news: boolean;
}

function objectOf({ api_key_id: id, name, hint, account_id: accountId }: ApiKey): ChangedObject {
  return { kind: 'api_key', id, name: `${name} (${hint})`, accountId };
}

/** The last use is kept to the minute: a write for each request would cost more than the request. */
const AUTHENTICATE = `
  SELECT api_key_id, name, hint, account_id, read_only,
         last_used_at IS NULL OR last_used_at < now() - interval '1 minute' AS use_is_news
  FROM api_keys
  WHERE key_hash = $1 AND revoked_at IS NULL`;

const NOTE_USE = `
  UPDATE api_keys SET last_used_at = now()
  WHERE api_key_id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`;

function sha256(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
