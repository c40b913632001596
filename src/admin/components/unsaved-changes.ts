/**
 * Asks before what was typed into a form is lost. By events of the page and not by state of React, so that it holds
 * for AdminJS' own forms, too. A form that was saved leaves the page, and with it nothing is unsaved any more.
 */

const QUESTION = 'What you changed is not saved yet. Leave it?';
/** AdminJS names its forms of objects so, and ours do the same; filters have other names. */
const FORM = 'form[data-css$="-new-form"], form[data-css$="-edit-form"]';
/** What changes a value without an event of its own. */
const CHANGING = 'button[type="button"], [role="option"], [class*="-option"]';

let changed: { readonly form: Element; readonly url: string; readonly state: unknown } | null = null;

/** True when nothing is lost, or the person says that it may be. */
export function mayLeave(): boolean {
  if (!changed?.form.isConnected) return true;
  // oxlint-disable-next-line no-alert -- it can't be missed, and works by keyboard and screen reader everywhere
  if (!window.confirm(QUESTION)) return false;
  changed = null;
  return true;
}

function note(event: Event): void {
  const target = event.target instanceof Element ? event.target : null;
  if (event.type === 'click' && !target?.closest(CHANGING)) return;
  const form = target?.closest(FORM);
  if (form) changed = { form, url: location.href, state: history.state };
}

function guardLink(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  const opensElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || link?.getAttribute('target') === '_blank';
  if (!link || opensElsewhere || mayLeave()) return;
  event.preventDefault();
  event.stopPropagation();
}

/** The address has changed already: put it back before the router sees it. */
function guardBack(event: PopStateEvent): void {
  const stay = changed;
  if (mayLeave() || !stay) return;
  event.stopImmediatePropagation();
  history.pushState(stay.state, '', stay.url);
}

/** To be called before the router begins to listen. */
export function watchForms(): void {
  for (const type of ['input', 'change', 'click']) document.addEventListener(type, note);
  document.addEventListener('click', guardLink, true);
  window.addEventListener('popstate', guardBack);
  window.addEventListener('beforeunload', (event) => {
    if (changed?.form.isConnected) event.preventDefault();
  });
}
