/**
 * Runs before AdminJS' bundles and before anything is shown: gives them what they expect on `window`, from the page's
 * inert data, in light or dark. A classic script, without imports.
 */
(() => {
  const dataElement = document.querySelector<HTMLScriptElement>('#panel-data');
  if (!dataElement) throw new Error('The page holds no data');
  const data = JSON.parse(dataElement.textContent ?? '') as {
    state: unknown;
    themes: Record<'light' | 'dark', unknown>;
  };

  // Once for the page: styles of ours and AdminJS' theme must not part when the system changes its scheme meanwhile.
  const chosen = storedScheme();
  const isDark = chosen === 'auto' ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
  const scheme = isDark ? 'dark' : 'light';
  document.documentElement.dataset['theme'] = scheme;
  document.documentElement.dataset['scheme'] = chosen;
  Object.assign(window, {
    REDUX_STATE: data.state,
    THEME: data.themes[scheme],
    THEME_COMPONENTS: {},
    AdminJS: { Components: {} },
  });

  // The style libraries add style elements at run time. They get the page's nonce, so that the policy can refuse
  // every other inline style.
  const { nonce } = dataElement;
  const createElement = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions) => {
    const element = createElement(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };

  // A session that ended while the page was open: to the login, and back here afterwards. Several requests tell of it
  // at once (panel-api.ts, too), and each navigation would break off the one before. A page that is shown again may
  // leave again.
  let isLeaving = false;
  window.addEventListener('pageshow', () => (isLeaving = false));
  window.addEventListener('session-ended', () => {
    if (isLeaving) return;
    isLeaving = true;
    location.assign(`/admin/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  });
  window.XMLHttpRequest = class extends XMLHttpRequest {
    constructor() {
      super();
      this.addEventListener('loadend', () => {
        if (this.status === 401) window.dispatchEvent(new Event('session-ended'));
      });
    }
  };

  /** What was chosen here (components/top-bar.tsx), or what the system says. */
  function storedScheme(): 'auto' | 'light' | 'dark' {
    try {
      const stored = localStorage.getItem('data-pusher.scheme');
      return stored === 'light' || stored === 'dark' ? stored : 'auto';
    } catch {
      return 'auto';
    }
  }
})();
