/**
 * Runs before AdminJS' bundles: gives them what they expect on `window`, from the page's inert data. A classic
 * script, without imports.
 */
(() => {
  const dataElement = document.querySelector<HTMLScriptElement>('#panel-data');
  if (!dataElement) throw new Error('The page holds no data');
  const data = JSON.parse(dataElement.textContent ?? '') as { state: unknown; theme: unknown };
  Object.assign(window, {
    REDUX_STATE: data.state,
    THEME: data.theme,
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

  // A session that ended while the page was open: to the login, and back here afterwards.
  window.XMLHttpRequest = class extends XMLHttpRequest {
    constructor() {
      super();
      this.addEventListener('loadend', () => {
        if (this.status !== 401) return;
        location.assign(`/admin/login?next=${encodeURIComponent(location.pathname + location.search)}`);
      });
    }
  };
})();
