/**
 * Gives names to fields and buttons that AdminJS leaves without one, so that who hears the page knows what they are.
 * From outside, because its components can be replaced only as a whole.
 */
export function nameFieldsIn(container: Element): void {
  let isDue = false;
  const soon = (): void => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      nameAll(container);
    });
  };
  new MutationObserver(soon).observe(container, { childList: true, subtree: true });
}

function nameAll(container: Element): void {
  for (const label of container.querySelectorAll('.adminjs_Label')) {
    const text = label.textContent?.trim() ?? '';
    // The label and its field stand side by side in a group.
    for (const field of label.parentElement?.querySelectorAll<HTMLInputElement>('input, textarea, select') ?? []) {
      const isNamed = [...(field.labels ?? [])].some(({ textContent }) => textContent !== '');
      if (!isNamed) name(field, text);
    }
    for (const button of label.parentElement?.querySelectorAll('button') ?? []) {
      if (button.textContent === '') name(button, `Choose: ${text}`);
    }
  }
  for (const box of container.querySelectorAll('thead input[type=checkbox]')) name(box, 'Select all');
  for (const box of container.querySelectorAll('tbody input[type=checkbox]')) {
    name(box, `Select ${box.closest('tr')?.querySelector('td:nth-child(2)')?.textContent ?? 'this row'}`);
  }
  for (const button of container.querySelectorAll('.adminjs_Drawer button.adminjs_Button')) {
    if (button.textContent === '') name(button, 'Close');
  }
}

function name(element: Element, text: string): void {
  if (text !== '' && !element.hasAttribute('aria-label')) element.setAttribute('aria-label', text);
}
