import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { anyCase } from '../common/any-case.js';
import { type Access, isWithin } from '../common/access.js';
import { uniqueViolation } from '../common/database-error.js';
import { etagOf, requireMatch } from '../common/etag.js';
import { type ListQuery, type ListSpec, textFilter, unspacedFilter, uuidFilter } from '../common/list-query.js';
import { OverlapInput } from '../common/overlap-input.js';
import { findPage, timeConditions, type Page } from '../common/page.js';
import { parseInput } from '../common/parse-input.js';
import { Problem } from '../common/problem.js';
import { WaitingDeliveries } from '../common/waiting-deliveries.js';
import { diffFields } from '../history/diff-fields.js';
import { type ChangedObject, recordChange, recordDeletedWithAccount, recordUpdate } from '../history/record-change.js';
import { Account } from './account.entity.js';
import { type AccountInput, parseAccount, parseAccountPatch } from './account-input.js';
import { expireTokens, findTokenHints, issueToken } from './app-token.js';

/** An account with its app secret token: whole when just made, else masked. */
export interface AccountWithToken {
  readonly account: Account;
  readonly appSecretToken: string;
}

export const ACCOUNT_LIST: ListSpec = {
  ordering: ['created_at', 'updated_at', 'email', 'account_name', 'website', 'account_id'],
  filters: { account_id: uuidFilter, email: unspacedFilter, account_name: textFilter, website: unspacedFilter },
};

/**
 * Accounts for the API, the panel and the command line. Input is what a person sent: it is validated here, for all
 * of them. `scope`: the account the caller is bound to, null when it may see all; another account's object is not
 * found. `ifMatch`: see {@link requireMatch}.
 */
@Injectable()
export class AccountsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly waitingDeliveries: WaitingDeliveries,
  ) {}

  async list(query: ListQuery, { scope }: Access = {}): Promise<Page<AccountWithToken>> {
    const builder = this.dataSource.manager.createQueryBuilder(Account, 'account');
    if (typeof scope === 'string') builder.where('account.account_id = :scope', { scope });
    const page = await findPage(builder, query, {
      text: ['email', 'account_name', 'website'],
      key: 'account_id',
      conditions: {
        email: `${anyCase('account.email')} = ${anyCase('$')}`,
        ...timeConditions('account.created_at', 'created'),
      },
    });
    return { count: page.count, rows: await withHints(this.dataSource.manager, page.rows) };
  }

  async get(accountId: string, { scope }: Access = {}): Promise<AccountWithToken> {
    const { manager } = this.dataSource;
    const account = isWithin(accountId, scope) ? await manager.findOneBy(Account, { account_id: accountId }) : null;
    if (!account) throw new Problem('not_found');
    return withHint(manager, account);
  }

  /** The names of those that there are, by id. */
  async namesOf(accountIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const where = { account_id: In([...accountIds]) };
    const found = await this.dataSource.manager.find(Account, {
      select: { account_id: true, account_name: true },
      where,
    });
    return new Map(found.map((account) => [account.account_id, account.account_name]));
  }

  /** The answer holds the whole token, which is not shown again. */
  async create(input: unknown): Promise<AccountWithToken> {
    const fields = parseAccount(input);
    return this.transaction(async (manager) => {
      const account = Object.assign(manager.create(Account, { account_id: uuidv7() }), fields);
      await manager.save(account);
      const { token } = await issueToken(manager, account.account_id);
      await recordChange(manager, objectOf(account), 'create', diffFields(null, readable(account)));
      return { account, appSecretToken: token };
    });
  }

  async replace(accountId: string, input: unknown, access: Access = {}): Promise<AccountWithToken> {
    return this.write(accountId, parseAccount(input), access);
  }

  async update(accountId: string, input: unknown, access: Access = {}): Promise<AccountWithToken> {
    return this.write(accountId, parseAccountPatch(input), access);
  }

  /** Takes the account's destinations along; what still waits for them becomes `cancelled`. */
  async remove(accountId: string, access: Access = {}): Promise<void> {
    await this.transaction(async (manager) => {
      const account = await lockAccount(manager, accountId, access);
      await this.waitingDeliveries.cancelForAccount(accountId, manager);
      await recordDeletedWithAccount(manager, accountId);
      await recordChange(manager, objectOf(account), 'delete', diffFields(readable(account), null));
      await manager.remove(account);
    });
    await this.waitingDeliveries.recall(accountId);
  }

  /** A new token; the old one stays valid for `overlap_seconds` of the input. */
  async rotateToken(accountId: string, input: unknown, access: Access = {}): Promise<AccountWithToken> {
    const { overlap_seconds: overlapSeconds } = parseInput(OverlapInput, input);
    return this.transaction(async (manager) => {
      const account = await lockAccount(manager, accountId, access);
      await expireTokens(manager, accountId, overlapSeconds);
      const { token } = await issueToken(manager, accountId);
      // The masked token is a field of the resource, so this is a new version of it.
      account.updated_at = new Date();
      await manager.save(account);
      await recordChange(manager, objectOf(account), 'rotate_token', [
        { field: 'overlap_seconds', before: null, after: overlapSeconds },
      ]);
      return { account, appSecretToken: token };
    });
  }

  private write(accountId: string, fields: Partial<AccountInput>, access: Access): Promise<AccountWithToken> {
    return this.transaction(async (manager) => {
      const account = await lockAccount(manager, accountId, access);
      const before = readable(account);
      const saved = await manager.save(Object.assign(account, fields));
      await recordUpdate(manager, objectOf(saved), diffFields(before, readable(saved)));
      return withHint(manager, saved);
    });
  }

  private async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.dataSource.transaction(work);
    } catch (error) {
      if (uniqueViolation(error)?.startsWith('accounts_email'))
        throw Problem.field('email', 'is taken by another account');
      throw error;
    }
  }
}

/** The account, locked against other writers until the transaction ends. */
async function lockAccount(manager: EntityManager, accountId: string, { scope, ifMatch }: Access): Promise<Account> {
  const lock = { mode: 'pessimistic_write' } as const;
  const account = isWithin(accountId, scope)
    ? await manager.findOne(Account, { where: { account_id: accountId }, lock })
    : null;
  if (!account) throw new Problem('not_found');
  requireMatch(ifMatch, accountEtag(account));
  return account;
}

function objectOf({ account_id: id, account_name: name }: Account): ChangedObject {
  return { kind: 'account', id, name, accountId: id };
}

/** What the history tells of an account: all that can be written, so that a field can't be forgotten here. */
function readable({ email, account_name, website, receive_rate_limit }: Account): Pick<Account, keyof AccountInput> {
  return { email, account_name, website, receive_rate_limit };
}

export function accountEtag(account: Account): string {
  return etagOf(account.account_id, account.version);
}

async function withHint(manager: EntityManager, account: Account): Promise<AccountWithToken> {
  const hints = await findTokenHints(manager, [account.account_id]);
  return { account, appSecretToken: hints.get(account.account_id) ?? '' };
}

async function withHints(manager: EntityManager, accounts: readonly Account[]): Promise<AccountWithToken[]> {
  const ids = accounts.map((account) => account.account_id);
  const hints = await findTokenHints(manager, ids);
  return accounts.map((account) => ({ account, appSecretToken: hints.get(account.account_id) ?? '' }));
}
