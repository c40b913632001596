import type { ActionContext, ActionRequest, PropertyType, RecordActionResponse } from 'adminjs';
import type { UserRole } from '../../accounts/user.entity.js';
import type { ListQuery } from '../../common/list-query.js';

/** Where a field is shown: column, detail page, filter, form of a new object, form of an existing one. */
export type Place = 'list' | 'show' | 'filter' | 'new' | 'edit';

/** One field of a resource, as the panel shows it. */
export interface FieldDescription {
  readonly name: string;
  readonly label: string;
  readonly on: readonly Place[];
  readonly type?: PropertyType;
  readonly required?: boolean;
  readonly sortable?: boolean;
  /** Explained beside the label. */
  readonly help?: string;
  /** The choices, if there are few. */
  readonly values?: readonly string[];
  /** The id of the resource that this field points to. */
  readonly reference?: string;
  /** Component of ours that shows or edits it, by place. */
  readonly components?: { list?: string; show?: string; edit?: string; filter?: string };
  /** Attributes of its input. */
  readonly props?: Readonly<Record<string, unknown>>;
}

/**
 * An object as AdminJS holds it: flat, by field name. A value with an inner structure is one text of JSON. `etag`, if
 * there is one, comes back with the form, so that nobody overwrites what another one saved meanwhile.
 */
export type Params = Record<string, string | number | boolean | null>;

/** The services behind a resource. Each throws `Problem`; what is left out can't be done in the panel. */
export interface ResourceSource {
  /** `count` may stop at a bound: it only tells whether there are more pages. */
  readonly list: (query: ListQuery) => Promise<{ rows: Params[]; count: number }>;
  /** Left out where an object has no page of its own. */
  readonly get?: (id: string) => Promise<Params>;
  readonly create?: (fields: Params) => Promise<Params>;
  readonly update?: (id: string, fields: Params, etag: string | undefined) => Promise<Params>;
  readonly remove?: (id: string) => Promise<void>;
  /** What is lost when the object is deleted, besides itself: one line each, such as `3 destinations`. */
  readonly goesAlong?: (id: string) => Promise<readonly string[]>;
}

/** A button of an object beyond show, edit and delete: it shows something, or does something, or both. */
export interface ActionDescription {
  readonly label: string;
  readonly icon: string;
  readonly roles: readonly UserRole[];
  /** Component of ours that shows it. */
  readonly component: string;
  /** Whether an object has it; left out: every one. */
  isFor?(params: Params): boolean;
  /** By GET: what its page needs besides the object. */
  read?(id: string, query: Readonly<Record<string, string>>): Promise<Params>;
  /** By POST; left out where there is nothing to do. */
  run?(request: ActionRequest, context: ActionContext): Promise<RecordActionResponse>;
}

/** All that is particular to a resource of the panel. */
export interface ResourceDescription {
  readonly id: string;
  /** In the menu. */
  readonly label: string;
  readonly icon: string;
  readonly idField: string;
  /** The field that names an object to people. */
  readonly titleField: string;
  readonly readers: readonly UserRole[];
  readonly writers: readonly UserRole[];
  readonly fields: readonly FieldDescription[];
  readonly sort: { readonly sortBy: string; readonly direction: 'asc' | 'desc' };
  readonly source: ResourceSource;
  readonly texts: {
    /** Asked before an object is deleted: says what goes along. */
    readonly confirmDelete?: string;
    readonly noRecords: string;
    readonly newAction?: string;
  };
  /** Component of ours for the form of a new object. */
  readonly newComponent?: string;
  /** Component of ours in place of the page of an object, with a heading of its own. */
  readonly showComponent?: string;
  readonly actions?: Readonly<Record<string, ActionDescription>>;
}

/** The filter that looks into several fields at once. */
export const SEARCH_FIELD: FieldDescription = { name: 'search', label: 'Search', on: ['filter'], sortable: false };
