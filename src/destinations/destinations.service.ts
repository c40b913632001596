import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Account } from '../accounts/account.entity.js';
import { type Access, isWithin } from '../common/access.js';
import { etagOf, requireMatch } from '../common/etag.js';
import type { ListQuery } from '../common/list-query.js';
import { findPage, type Page } from '../common/page.js';
import { type Checked, valid } from '../common/parse-input.js';
import { Problem } from '../common/problem.js';
import { SecretBox } from '../common/secret-box.js';
import { WaitingDeliveries } from '../common/waiting-deliveries.js';
import { RunSettings } from '../config/settings.js';
import { recordChange, recordUpdate } from '../history/record-change.js';
import { Destination } from './destination.entity.js';
import { changesBetween, objectOf } from './destination-changes.js';
import { checkDestination, checkDestinationPatch, type DestinationFields } from './destination-input.js';
import { DESTINATION_COLUMNS, readOwner } from './destination-list.js';
import { DestinationUrlPolicy } from './destination-url.js';
import { mergeMasks, presentHeaders } from './header-rules.js';
import { settleChange } from './settle-change.js';
import { issueSigningSecret, keysOfSigningSecrets } from './signing-secrets.js';
import { readHeaders, sealHeaders } from './stored-headers.js';

/** A destination with its headers as they may be read: secret values masked. */
export interface DestinationView {
  readonly destination: Destination;
  readonly headers: Record<string, string | string[]>;
  /** Ids of the keys without which its headers or its signing secret can't be read; while there are any, it waits. */
  readonly missingKeys: readonly string[];
}

/**
 * Destinations for the API, the panel and the command line. Input is what a person sent: it is validated here, for
 * all of them.
 */
@Injectable()
export class DestinationsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly box: SecretBox,
    private readonly urlPolicy: DestinationUrlPolicy,
    private readonly waitingDeliveries: WaitingDeliveries,
    private readonly settings: RunSettings,
  ) {}

  async list(query: ListQuery, { scope }: Access = {}): Promise<Page<DestinationView>> {
    const builder = this.dataSource.manager.createQueryBuilder(Destination, 'destination');
    if (typeof scope === 'string') builder.where('destination.account_id = :scope', { scope });
    const { count, rows } = await findPage(builder, query, DESTINATION_COLUMNS);
    return { count, rows: await this.views(rows) };
  }

  async get(id: string, { scope }: Access = {}): Promise<DestinationView> {
    const destination = await this.dataSource.manager.findOneBy(Destination, { id });
    if (!destination || !isWithin(destination.account_id, scope)) throw new Problem('not_found');
    return this.view(destination);
  }

  /** The owner is named by the input's `account_id`; a caller bound to an account may leave it out. */
  async create(input: unknown, { scope }: Access = {}): Promise<DestinationView> {
    const owner = readOwner(input, scope);
    const checked = this.checkNew(input);
    if ('wrong' in owner) checked.errors['account_id'] = [owner.wrong];
    const fields = valid(checked);
    const accountId = 'accountId' in owner ? owner.accountId : '';
    const created = isWithin(accountId, scope) ? await this.insert(accountId, fields) : null;
    if (!created) throw Problem.field('account_id', 'names no account');
    return this.view(created);
  }

  /** As {@link create}, for an owner that is not part of the input; an unknown one is not found. */
  async createFor(accountId: string, input: unknown, { scope }: Access = {}): Promise<DestinationView> {
    if (!isWithin(accountId, scope)) throw new Problem('not_found');
    const created = await this.insert(accountId, valid(this.checkNew(input)));
    if (!created) throw new Problem('not_found');
    return this.view(created);
  }

  async replace(id: string, input: unknown, access: Access = {}): Promise<DestinationView> {
    return this.write(id, this.withPolicy(checkDestination(input)), access);
  }

  /** `headers` is replaced whole. */
  async update(id: string, input: unknown, access: Access = {}): Promise<DestinationView> {
    return this.write(id, this.withPolicy(checkDestinationPatch(input)), access);
  }

  /** What still waits for it becomes `cancelled`. */
  async remove(id: string, access: Access = {}): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const destination = await lockDestination(manager, id, access);
      await this.waitingDeliveries.cancelForDestination(id, manager);
      const before = { destination, headers: readHeaders(this.box, id, destination.headers).headers };
      await recordChange(manager, objectOf(destination), 'delete', changesBetween(before, null));
      await manager.remove(destination);
    });
    await this.waitingDeliveries.recall(id);
  }

  private checkNew(input: unknown): Checked<DestinationFields> {
    const { value, errors } = this.withPolicy(checkDestination(input));
    const { errors: masks } = mergeMasks(value.headers, []);
    return { value, errors: { ...masks, ...errors } };
  }

  private withPolicy<T extends Partial<DestinationFields>>({ value, errors }: Checked<T>): Checked<T> {
    const { url } = value;
    if (url === undefined || errors['url']) return { value, errors };
    const wrong = this.urlPolicy.check(new URL(url));
    return { value, errors: wrong === null ? errors : { ...errors, url: [wrong] } };
  }

  /** Null when there is no such account. */
  private insert(accountId: string, { headers, ...fields }: DestinationFields): Promise<Destination | null> {
    return this.dataSource.transaction(async (manager) => {
      // The account's row is locked, so that two requests can't both be the last one allowed.
      const lock = { mode: 'pessimistic_write' } as const;
      const account = await manager.findOne(Account, { where: { account_id: accountId }, lock });
      if (!account) return null;
      const max = this.settings.maxDestinations;
      if ((await manager.countBy(Destination, { account_id: accountId })) >= max) {
        throw new Problem('conflict', { error: `An account has at most ${max} destinations` });
      }
      const id = uuidv7();
      const disabledReason = fields.enabled ? null : BY_A_PERSON;
      const destination = manager.create(Destination, {
        ...fields,
        id,
        account_id: accountId,
        disabled_reason: disabledReason,
        headers: sealHeaders(this.box, id, headers),
      });
      await manager.save(destination);
      await issueSigningSecret(manager, this.box, id);
      await recordChange(manager, objectOf(destination), 'create', changesBetween(null, { destination, headers }));
      return destination;
    });
  }

  private async write(
    id: string,
    checked: Checked<Partial<DestinationFields>>,
    access: Access,
  ): Promise<DestinationView> {
    let isWoken = false;
    const saved = await this.dataSource.transaction(async (manager) => {
      const destination = await lockDestination(manager, id, access);
      const { headers: stored, unreadable } = readHeaders(this.box, id, destination.headers);
      const { headers, ...fields } = valid(
        settleChange(checked, { url: destination.url, headers: stored, unreadable }),
      );
      const isEnabled = fields.enabled === true && !destination.enabled;
      const isMoved = fields.url !== undefined && fields.url !== destination.url;
      // What was learnt about it no longer holds: neither its pause nor that it is down.
      isWoken = isEnabled || isMoved;
      if (isWoken) await manager.query('DELETE FROM destination_health WHERE destination_id = $1', [id]);
      const before = { destination: { ...destination }, headers: stored };
      const disabledReason = reasonAfter(destination, fields.enabled);
      Object.assign(destination, fields, { disabled_reason: disabledReason });
      if (headers) destination.headers = sealHeaders(this.box, id, headers, unreadable);
      const after = { destination, headers: headers ?? stored };
      await recordUpdate(manager, objectOf(destination), changesBetween(before, after));
      return manager.save(destination);
    });
    if (isWoken) await this.waitingDeliveries.wake(id);
    return this.view(saved);
  }

  private async view(destination: Destination): Promise<DestinationView> {
    const [view] = await this.views([destination]);
    if (!view) throw new Error('One destination has one view');
    return view;
  }

  /** Needs no key: what can't be read is masked. */
  private async views(destinations: readonly Destination[]): Promise<DestinationView[]> {
    const ids = destinations.map(({ id }) => id);
    const signingKeys = await keysOfSigningSecrets(this.dataSource.manager, ids);
    return destinations.map((destination) => {
      const { id } = destination;
      const { headers, unreadable, missingKeys } = readHeaders(this.box, id, destination.headers);
      const signingKey = signingKeys.get(id);
      const missing = new Set(missingKeys);
      if (signingKey !== undefined && this.box.lacks(signingKey)) missing.add(signingKey);
      return { destination, headers: presentHeaders(headers, unreadable), missingKeys: [...missing] };
    });
  }
}

const BY_A_PERSON = 'Disabled by a person';

function reasonAfter(destination: Destination, enabled: boolean | undefined): string | null {
  if (enabled === undefined || enabled === destination.enabled) return destination.disabled_reason;
  return enabled ? null : BY_A_PERSON;
}

/** The destination, locked against other writers until the transaction ends. */
export async function lockDestination(
  manager: EntityManager,
  id: string,
  { scope, ifMatch }: Access,
): Promise<Destination> {
  const lock = { mode: 'pessimistic_write' } as const;
  const destination = await manager.findOne(Destination, { where: { id }, lock });
  if (!destination || !isWithin(destination.account_id, scope)) throw new Problem('not_found');
  requireMatch(ifMatch, destinationEtag(destination));
  return destination;
}

export function destinationEtag(destination: Destination): string {
  return etagOf(destination.id, destination.version);
}
