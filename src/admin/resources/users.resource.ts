import type { User } from '../../accounts/user.entity.js';
import { USER_ROLES } from '../../accounts/user.entity.js';
import type { UsersService } from '../../accounts/users.service.js';
import { SEARCH_FIELD, type FieldDescription, type Params, type ResourceDescription } from './description.js';

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
    help: 'A superuser may do everything, an operator reads and retries, a viewer reads.',
  },
  {
    name: 'password',
    label: 'Password',
    type: 'password',
    on: ['new', 'edit'],
    help: 'At least 12 characters. On an existing user: leave it empty to keep it; a new one ends their sessions.',
    props: { autoComplete: 'new-password' },
  },
  { name: 'last_login_at', label: 'Last login', type: 'datetime', on: ['list', 'show'], sortable: true },
  { name: 'created_at', label: 'Created', type: 'datetime', on: ['list', 'show'], sortable: true },
];

/** The people who may log in. */
export function usersResource(users: UsersService): ResourceDescription {
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
      confirmDelete: 'Delete this user? Their sessions end at once.',
    },
    source: {
      list: async (query) => {
        const { rows, count } = await users.list(query);
        return { rows: rows.map(present), count };
      },
      get: async (id) => present(await users.get(id)),
      create: async ({ email, password, role }) =>
        present(await users.create({ email: text(email), password: text(password), role: text(role) })),
      update: async (id, { email, password, role }) => {
        const user = await users.update(id, { email: text(email), role: text(role) });
        if (text(password) !== '') await users.setPassword(id, text(password));
        return present(user);
      },
      remove: (id) => users.remove(id),
    },
  };
}

function present(user: User): Params {
  return {
    user_id: user.user_id,
    email: user.email,
    role: user.role,
    last_login_at: user.last_login_at?.toISOString() ?? null,
    created_at: user.created_at.toISOString(),
  };
}

function text(value: Params[string] | undefined): string {
  return typeof value === 'string' ? value : '';
}
