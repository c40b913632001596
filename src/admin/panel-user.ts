import type { Session } from '../accounts/sessions.service.js';
import type { UserRole } from '../accounts/user.entity.js';
import type { Actor } from '../history/actor.js';

/** Who is logged in, as AdminJS passes it to actions and to the page. Type and not interface: AdminJS wants an index. */
export type PanelUser = {
  readonly id: string;
  readonly email: string;
  /** Shown below the email. */
  readonly title: string;
  readonly role: UserRole;
};

const TITLES: Readonly<Record<UserRole, string>> = { superuser: 'Superuser', operator: 'Operator', viewer: 'Viewer' };

/** Who is logged in, as the history names them. */
export function userActor({ userId, email }: Pick<Session, 'userId' | 'email'>): Actor {
  return { kind: 'user', id: userId, name: email };
}

export function panelUser(session: Session): PanelUser {
  return { id: session.userId, email: session.email, title: TITLES[session.role], role: session.role };
}
