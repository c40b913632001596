import type { ActionContext, RecordActionResponse } from 'adminjs';
import { USER_ROLES, type User } from '../../accounts/user.entity.js';
import { userEtag } from '../../accounts/users.service.js';
import { Problem } from '../../common/problem.js';
import { COMPONENTS } from '../component-names.js';
import type { PanelServices } from '../panel-services.js';
import {
  SEARCH_FIELD,
  type ActionDescription,
  type FieldDescription,
  type Params,
  type ResourceDescription,
} from './description.js';
import { historyAction } from './history.resource.js';

const FIELDS: readonly FieldDescription[] = [
  SEARCH_FIELD,
  { name: 'user_id', label: 'ID', type: 'uuid', on: ['show'] },
  { name: 'email', label: 'Email', on: ['list', 'show', 'new', 'edit'], required: true, sortable: true },
  {
    name: 'role',
    label: 'Role',
    on: ['list', 'show', 'filter', 'new', 'edit'],
    required: true,
    sortable: true,
    values: USER_ROLES,
    help: 'A superuser may do everything. An operator reads, sends again, enables, disables and tests. A viewer reads.',
  },
  {
    name: 'is_enabled',
    label: 'May log in',
    type: 'boolean',
    on: ['list', 'show', 'filter', 'edit'],
    help: 'Who may not is logged out at once; what they did stays in the history.',
  },
  {
    name: 'password',
    label: 'Password',
    type: 'password',
    on: ['new', 'edit'],
    help: 'At least 12 characters. Empty: a new user gets none and sets it by a one-time link, an existing one keeps theirs. A new one ends their sessions.',
    props: { autoComplete: 'new-password' },
  },
  { name: 'last_login_at', label: 'Last login', type: 'datetime', on: ['list', 'show'], sortable: true },
  { name: 'created_at', label: 'Created', type: 'datetime', on: ['list', 'show', 'filter'], sortable: true },
];

/** The people who may log in. */
export function usersResource(services: PanelServices): ResourceDescription {
  const { users, history } = services;
  return {
    id: 'users',
    label: 'Users',
    icon: 'Users',
    idField: 'user_id',
    titleField: 'email',
    readers: ['superuser'],
    writers: ['superuser'],
    fields: FIELDS,
    sort: { sortBy: 'email', direction: 'asc' },
    texts: {
      noRecords: 'No user matches.',
      newAction: 'Add a user',
      confirmDelete: 'Their sessions end at once. To shut somebody out for a while, disable the user instead.',
    },
    source: {
      list: async (query) => {
        const { rows, count } = await users.list(query);
        return { rows: rows.map(present), count };
      },
      get: async (id) => present(await users.get(id)),
      create: async ({ email, password, role }) => {
        const fields = { email: text(email), role: text(role), password: text(password) || null };
        return present(await users.create(fields));
      },
      update: async (id, { email, password, role, is_enabled: enabled }, etag) => {
        const changed = {
          email: text(email),
          role: text(role),
          ...(enabled !== undefined && { isEnabled: isTrue(enabled) }),
          ...(text(password) !== '' && { password: text(password) }),
        };
        return present(await users.update(id, changed, etag));
      },
      remove: (id) => users.remove(id),
    },
    actions: {
      passwordLink: passwordLinkAction(services),
      history: historyAction(history, ['superuser']),
    },
  };
}

/** The link stands in the answer, which is the only time it is shown. */
function passwordLinkAction({ passwordLinks, settings }: PanelServices): ActionDescription {
  return {
    label: 'Password link',
    icon: 'Link',
    roles: ['superuser'],
    component: COMPONENTS.PasswordLink,
    run: async (_request, context) => {
      const { token, expiresAt } = await passwordLinks.create(idOf(context));
      const url = `${settings.publicUrl}/admin/set-password?token=${token}`;
      return withParams(context, { password_link: url, password_link_expires_at: expiresAt.toISOString() });
    },
  };
}

function idOf({ record }: ActionContext): string {
  if (!record) throw new Problem('not_found');
  return record.id();
}

function withParams({ record, currentAdmin }: ActionContext, params: Params): RecordActionResponse {
  if (!record) throw new Problem('not_found');
  record.storeParams(params);
  return { record: record.toJSON(currentAdmin) };
}

function present(user: User): Params {
  return {
    user_id: user.user_id,
    email: user.email,
    role: user.role,
    is_enabled: user.disabled_at === null,
    last_login_at: user.last_login_at?.toISOString() ?? null,
    created_at: user.created_at.toISOString(),
    etag: userEtag(user),
  };
}

function text(value: Params[string] | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A form has texts only. */
function isTrue(value: Params[string]): boolean {
  return value === true || value === 'true';
}
