import { AppController, Router, type ActionRequest, type AdminJS } from 'adminjs';
import { Problem } from '../common/problem.js';
import { assetUrl, type AssetHashes } from './assets.js';
import { fieldsOf } from './body-parsers.js';
import { html, jsonForScript } from './html.js';
import { ICON } from './logo.js';
import type { PanelUser } from './panel-user.js';

/** A request to AdminJS' API, its body parsed. */
export interface PanelRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
}

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly Controller: new (context: { admin: AdminJS }, user: PanelUser) => object;
  readonly action: string;
}

/** What AdminJS' own page holds of its state: two lines of JSON in a script. */
const STATE = /window\.REDUX_STATE = (.*);\n\s*window\.THEME = (.*);\n/;

interface Theme {
  readonly colors: Readonly<Record<string, string>>;
  readonly fontWeights: Readonly<Record<string, number>>;
}

/**
 * Actions that only read when they are asked for by GET, as do those of ours that say so. Everything else goes by POST,
 * which proves its origin.
 */
const READING_ACTIONS = new Set(['list', 'search', 'show', 'edit']);

/** The glue between our routes and AdminJS' controllers. */
export class AdminJsPanel {
  private readonly routes: readonly Route[] = Router.routes
    .filter(({ path }) => path.startsWith('/api/'))
    .map(({ method, path, Controller, action }) => ({ method, pattern: patternOf(path), Controller, action }));

  constructor(
    private readonly admin: AdminJS,
    private readonly assets: AssetHashes,
  ) {}

  /** A page of the panel. AdminJS' template has inline scripts and links fonts of another host; ours has neither. */
  async page(user: PanelUser, nonce: string): Promise<string> {
    const original: string = await new AppController({ admin: this.admin }, user).index();
    const [, state, theme] = STATE.exec(original) ?? [];
    if (state === undefined || theme === undefined) throw new Error("AdminJS' page has another form than expected");
    const ourTheme = withOurs(JSON.parse(theme) as Theme);
    const data = { state: JSON.parse(state) as unknown, theme: ourTheme };
    const script = (name: string) => html`<script src="${assetUrl(name, this.assets)}" defer></script>`;
    return html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>Data Pusher</title>
          <link rel="icon" href="${ICON}" />
          <link rel="stylesheet" href="${assetUrl('panel.css', this.assets)}" />
          <script type="application/json" id="panel-data" nonce="${nonce}">
            ${jsonForScript(data)}
          </script>
          ${script('before.js')} ${script('global.bundle.js')} ${script('design-system.bundle.js')}
          ${script('app.bundle.js')} ${script('components.bundle.js')}
        </head>
        <body>
          <div id="app"></div>
          <noscript>The panel needs JavaScript.</noscript>
        </body>
      </html>`.text;
  }

  /** Calls the action that the address names. Throws `not_found` and `method_not_allowed`. */
  async api(user: PanelUser, { method, url, body }: PanelRequest): Promise<unknown> {
    const path = url.pathname.replace(/^\/admin/, '');
    for (const route of this.routes) {
      const match = route.method === method ? route.pattern.exec(path) : null;
      if (!match) continue;
      const params = decodeAll(match.groups ?? {});
      this.checkAction(user, params, method);
      const request: ActionRequest = {
        params: { ...params, action: params['action'] ?? '', resourceId: params['resourceId'] ?? '' },
        query: fieldsOf(url.searchParams),
        payload: asFields(body),
        method: method === 'GET' ? 'get' : 'post',
      };
      const controller = new route.Controller({ admin: this.admin }, user);
      const handler: unknown = Reflect.get(controller, route.action);
      if (typeof handler === 'function') return handler.call(controller, request, null) as unknown;
    }
    throw new Problem('not_found');
  }

  /** AdminJS asks for the role, too, but answers who may not with 200 and a notice. */
  private checkAction(user: PanelUser, { resourceId, action }: Record<string, string>, method: string): void {
    if (resourceId === undefined) return;
    const resource = this.admin.resources.find((candidate) => candidate.id() === resourceId);
    if (!resource) throw new Problem('not_found');
    if (action === undefined) return;
    const known = new Map(Object.entries(resource.decorate().actions)).get(action);
    if (!known) throw new Problem('not_found');
    if (!known.isAccessible(user)) throw new Problem('forbidden', { error: 'Your role does not allow that' });
    if (method === 'GET' && !READING_ACTIONS.has(action) && known.custom()['readsByGet'] !== true) {
      throw new Problem('method_not_allowed', { headers: { allow: 'POST' } });
    }
  }
}

/** `/api/resources/{resourceId}/…` as an expression with named groups. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}/?$`);
}

function decodeAll(groups: Record<string, string>): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]));
  } catch {
    throw new Problem('not_found');
  }
}

function asFields(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

/**
 * AdminJS' theme with fonts of the system (light ones are hard to read there), greys with enough contrast, and the
 * menu beside the page from 1100 px on. Not by AdminJS' options: those take no font and no widths.
 */
function withOurs(theme: Theme): object {
  return {
    ...theme,
    font: "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
    fontWeights: { ...theme.fontWeights, lighter: 400, light: 400 },
    colors: { ...theme.colors, grey60: '#5F6072' },
    breakpoints: ['577px', '769px', '1024px', '1100px'],
  };
}
