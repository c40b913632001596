import { parseListQuery } from '../../common/list-query.js';
import type { Change } from '../../history/change.entity.js';
import { ACTOR_KINDS, CHANGE_ACTIONS, OBJECT_KINDS } from '../../history/change.js';
import type { HistoryService } from '../../history/history.service.js';
import type { ChangeView } from '../change-view.js';
import { COMPONENTS } from '../component-names.js';
import {
  SEARCH_FIELD,
  type ActionDescription,
  type FieldDescription,
  type Params,
  type ResourceDescription,
} from './description.js';
import { listSpecOf } from './list-spec.js';

const FIELDS: readonly FieldDescription[] = [
  SEARCH_FIELD,
  { name: 'changed_at', label: 'When', type: 'datetime', on: ['list', 'filter'], sortable: true },
  { name: 'actor_name', label: 'Who', on: ['list'], sortable: true },
  {
    name: 'action',
    label: 'Did',
    on: ['list', 'filter'],
    values: CHANGE_ACTIONS,
    components: { list: COMPONENTS.ChangeAction },
  },
  { name: 'object_name', label: 'To', on: ['list'], sortable: true, components: { list: COMPONENTS.ChangedObject } },
  { name: 'fields', label: 'Fields', on: ['list'], components: { list: COMPONENTS.ChangedFields } },
  { name: 'object_kind', label: 'Kind of object', on: ['filter'], values: OBJECT_KINDS },
  { name: 'object_id', label: 'ID of the object', type: 'uuid', on: ['filter'] },
  { name: 'actor_kind', label: 'Changed by', on: ['filter'], values: ACTOR_KINDS },
  { name: 'change_id', label: 'Number', on: [] },
];

const SORT = { sortBy: 'changed_at', direction: 'desc' } as const;

/** What was changed by anybody, newest first. Nobody can edit it. It names users, so it is for superusers. */
export function historyResource(history: HistoryService): ResourceDescription {
  return {
    id: 'history',
    label: 'History',
    icon: 'Clock',
    idField: 'change_id',
    titleField: 'object_name',
    readers: ['superuser'],
    writers: [],
    fields: FIELDS,
    sort: SORT,
    texts: { noRecords: 'Nothing has been changed that matches.' },
    source: {
      list: async (query) => {
        const { rows, count } = await history.list(query);
        return { rows: rows.map(flatten), count };
      },
    },
  };
}

/** The history of one object and of what belongs to it, for who may see the object. */
export function historyAction(history: HistoryService, roles: ActionDescription['roles']): ActionDescription {
  const spec = listSpecOf({ fields: FIELDS, sort: SORT });
  return {
    label: 'History',
    icon: 'Clock',
    roles,
    component: COMPONENTS.History,
    read: async (id, { page = '1' }) => {
      const query = parseListQuery({ object_id: id, ordering: '-changed_at', page }, spec);
      const { rows, count } = await history.list(query);
      return { changes: JSON.stringify(rows.map(present)), changes_count: count, changes_page_size: query.pageSize };
    },
  };
}

function flatten(change: Change): Params {
  return {
    change_id: change.change_id,
    changed_at: change.changed_at.toISOString(),
    actor_name: change.actor_name,
    action: change.action,
    object_kind: change.object_kind,
    object_id: change.object_id,
    object_name: change.object_name,
    fields: JSON.stringify(change.fields),
  };
}

function present(change: Change): ChangeView {
  return {
    id: change.change_id,
    changedAt: change.changed_at.toISOString(),
    actorKind: change.actor_kind,
    actorName: change.actor_name,
    action: change.action,
    objectKind: change.object_kind,
    objectId: change.object_id,
    objectName: change.object_name,
    fields: change.fields,
  };
}
