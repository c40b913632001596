import type { FieldErrors } from '../../common/problem.js';
import { html, Html } from '../html.js';
import { LOGO } from '../logo.js';
import { sentence } from '../sentence.js';
import { LOGIN_STYLE } from './login-style.js';

/** What a form shows again after it was refused. */
export interface FormState {
  readonly error?: string | undefined;
  readonly errors?: FieldErrors | undefined;
  readonly email?: string | undefined;
}

interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: 'email' | 'password';
  readonly autocomplete: string;
  readonly hint?: string;
}

const EMAIL: Field = { name: 'email', label: 'Email', type: 'email', autocomplete: 'username' };
const NEW_PASSWORD = { type: 'password', autocomplete: 'new-password', hint: 'At least 12 characters' } as const;

/** Pages that need nothing but themselves: no script, the style inside, so that they work whatever else does not. */
export class LoginPages {
  login(nonce: string, next: string, state: FormState): string {
    const body = html`<form method="post" action="/admin/login">
      ${this.alert(state)}
      <input type="hidden" name="next" value="${next}" />
      ${field(EMAIL, state)}
      ${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' }, state)}
      <button>Log in</button>
    </form>`;
    return this.page(nonce, 'Log in', body);
  }

  setup(nonce: string, token: string, state: FormState): string {
    const body = html`<p>This creates the first superuser. The link works once.</p>
      <form method="post" action="/admin/setup">
        ${this.alert(state)}
        <input type="hidden" name="token" value="${token}" />
        ${field(EMAIL, state)} ${field({ ...NEW_PASSWORD, name: 'password', label: 'New password' }, state)}
        <button>Create superuser</button>
      </form>`;
    return this.page(nonce, 'Welcome to Data Pusher', body);
  }

  setPassword(nonce: string, token: string, email: string, state: FormState): string {
    const body = html`<p>For <strong>${email}</strong>. The link works once.</p>
      <form method="post" action="/admin/set-password">
        ${this.alert(state)}
        <input type="hidden" name="token" value="${token}" />
        <input type="hidden" name="username" autocomplete="username" value="${email}" />
        ${field({ ...NEW_PASSWORD, name: 'password', label: 'New password' }, state)}
        <button>Set the password and log in</button>
      </form>`;
    return this.page(nonce, 'Set your password', body);
  }

  password(nonce: string, email: string, state: FormState): string {
    const body = html`<p>For <strong>${email}</strong>. Your other sessions end.</p>
      <form method="post" action="/admin/password">
        ${this.alert(state)}
        <input type="hidden" name="username" autocomplete="username" value="${email}" />
        ${field(
          { name: 'current', label: 'Current password', type: 'password', autocomplete: 'current-password' },
          state,
        )}
        ${field({ ...NEW_PASSWORD, name: 'password', label: 'New password' }, state)}
        <button>Change password</button>
        <a href="/admin">Cancel</a>
      </form>`;
    return this.page(nonce, 'Change your password', body);
  }

  /** A page that only tells something, with a way on. */
  message(nonce: string, title: string, text: string, link = html`<a href="/admin">Go to the panel</a>`): string {
    return this.page(
      nonce,
      title,
      html`<p>${text}</p>
        <p>${link}</p>`,
    );
  }

  private alert({ error }: FormState): Html | null {
    return error ? html`<p class="alert" role="alert">${error}</p>` : null;
  }

  private page(nonce: string, title: string, body: Html): string {
    return html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${title} · Data Pusher</title>
          <link rel="icon" href="data:," />
          <style nonce="${nonce}">
            ${new Html(LOGIN_STYLE)}
          </style>
        </head>
        <body>
          <main>
            <div class="logo">${LOGO}</div>
            <h1>${title}</h1>
            ${body}
          </main>
        </body>
      </html>`.text;
  }
}

function field(field: Field, { errors, email }: FormState): Html {
  const messages = errors?.[field.name];
  const message = messages && sentence(messages);
  const noteId = `${field.name}-note`;
  const note = message ?? field.hint;
  const value = field.type === 'email' && email ? html`value="${email}"` : null;
  return html`<label for="${field.name}">${field.label}</label>
    <input
      id="${field.name}"
      name="${field.name}"
      type="${field.type}"
      autocomplete="${field.autocomplete}"
      required
      ${value}
      ${message !== undefined && html`aria-invalid="true"`}
      ${note !== undefined && html`aria-describedby="${noteId}"`}
    />
    ${note !== undefined && html`<p id="${noteId}" class="${message ? 'wrong' : 'hint'}">${note}</p>`}`;
}
