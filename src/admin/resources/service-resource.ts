import { BaseRecord, BaseResource, type ActionContext, type Filter } from 'adminjs';
import { isUuid, parseListQuery, type ListQuery, type ListSpec } from '../../common/list-query.js';
import { Problem } from '../../common/problem.js';
import { toAdminJsError } from './admin-errors.js';
import type { Params, Place, ResourceDescription } from './description.js';
import { boundNames, listSpecOf } from './list-spec.js';
import { propertiesOf, type ServiceProperty } from './service-property.js';

interface FindOptions {
  readonly limit?: number;
  readonly offset?: number;
  readonly sort?: { readonly sortBy?: string; readonly direction?: 'asc' | 'desc' };
}

/**
 * A resource of the panel over our services: what is done here is validated, encrypted and announced as if it came
 * by the API. AdminJS' stock adapters write to tables instead.
 */
export class ServiceResource extends BaseResource {
  private readonly fields: readonly ServiceProperty[];
  private readonly listSpec: ListSpec;
  /** AdminJS asks for a page and then, with the same filter object, for the count that came with it. */
  private readonly counts = new WeakMap<Filter, number>();

  constructor(private readonly description: ResourceDescription) {
    super(description);
    this.fields = propertiesOf(description);
    this.listSpec = listSpecOf(description);
  }

  override databaseName(): string {
    return 'Data Pusher';
  }

  override id(): string {
    return this.description.id;
  }

  override properties(): ServiceProperty[] {
    return [...this.fields];
  }

  override property(path: string): ServiceProperty | null {
    return this.fields.find((field) => field.path() === path) ?? null;
  }

  override async find(filter: Filter, options: FindOptions, context?: ActionContext): Promise<BaseRecord[]> {
    const query = await this.translated(() => this.listQuery(filter, options, context?.action.name === 'search'));
    const { rows, count } = await this.translated(() => this.description.source.list(query));
    this.counts.set(filter, count);
    return rows.map((row) => new BaseRecord(row, this));
  }

  override async count(filter: Filter): Promise<number> {
    const known = this.counts.get(filter);
    if (known !== undefined) return known;
    const { count } = await this.translated(() => this.description.source.list(this.listQuery(filter, {}, false)));
    return count;
  }

  override async findOne(id: string): Promise<BaseRecord | null> {
    const { get } = this.description.source;
    if (!get || !isUuid(id)) return null;
    try {
      return new BaseRecord(await get(id), this);
    } catch (error) {
      if (error instanceof Problem && error.code === 'not_found') return null;
      throw toAdminJsError(error, this.description);
    }
  }

  override async findMany(ids: (string | number)[]): Promise<BaseRecord[]> {
    const found = await Promise.all(ids.map((id) => this.findOne(String(id))));
    return found.filter((record) => record !== null);
  }

  override create(params: Record<string, unknown>): Promise<Params> {
    return this.translated(() => {
      const { source } = this.description;
      if (!source.create) throw new Problem('forbidden');
      return source.create(this.pick(params, 'new'));
    });
  }

  override update(id: string, params: Record<string, unknown>): Promise<Params> {
    return this.translated(() => {
      const { source } = this.description;
      if (!source.update) throw new Problem('forbidden');
      const etag = params['etag'];
      return source.update(id, this.pick(params, 'edit'), typeof etag === 'string' ? etag : undefined);
    });
  }

  override async delete(id: string): Promise<void> {
    const { remove } = this.description.source;
    try {
      if (!remove) throw new Problem('forbidden');
      await remove(id);
    } catch (error) {
      // There is no field beside which AdminJS could show what is wrong.
      const withoutFields = error instanceof Problem ? new Problem(error.code, { error: error.message }) : error;
      throw toAdminJsError(withoutFields, this.description);
    }
  }

  /** Through the same reader as the API's query string, so that a wrong filter is told and never reaches SQL. */
  private listQuery(filter: Filter, { limit = 10, offset = 0, sort }: FindOptions, isSearch: boolean): ListQuery {
    const { titleField } = this.description;
    const asked: Record<string, unknown> = {
      page_size: String(limit),
      page: String(Math.floor(offset / limit) + 1),
    };
    for (const { path, value } of Object.values(filter.filters)) {
      if (typeof value === 'string') asked[isSearch && path === titleField ? 'search' : path] = value;
      else Object.assign(asked, boundsOf(path, value));
    }
    if (sort?.sortBy !== undefined && this.listSpec.ordering.includes(sort.sortBy)) {
      asked['ordering'] = `${sort.direction === 'desc' ? '-' : ''}${sort.sortBy}`;
    }
    return parseListQuery(asked, this.listSpec);
  }

  /** The fields of the form; what else the page holds of the object is sent along by AdminJS and left out here. */
  private pick(params: Record<string, unknown>, place: Place): Params {
    const picked: Params = {};
    for (const { name, on } of this.description.fields) {
      const value = params[name];
      if (!on.includes(place) || value === undefined) continue;
      const isPlain = value === null || ['string', 'number', 'boolean'].includes(typeof value);
      if (!isPlain) throw Problem.field(name, 'must be one value');
      picked[name] = value as Params[string];
    }
    return picked;
  }

  private async translated<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toAdminJsError(error, this.description);
    }
  }
}

function boundsOf(path: string, value: { from?: unknown; to?: unknown }): Record<string, unknown> {
  const { from, to } = boundNames(path);
  return {
    ...(value.from !== undefined && { [from]: value.from }),
    ...(value.to !== undefined && { [to]: value.to }),
  };
}
