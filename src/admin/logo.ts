import { Html } from './html.js';

const MARK = `<path d="M4 16h11m0 0 7-8m-7 8h7m-7 0 7 8" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/><circle cx="6" cy="16" r="2.6" fill="#fff"/><circle cx="24" cy="7.5" r="2.6" fill="#fff"/><circle cx="25" cy="16" r="2.6" fill="#fff"/><circle cx="24" cy="24.5" r="2.6" fill="#fff"/>`;

const TILE = `<rect width="32" height="32" rx="8" fill="#3040D6"/>${MARK}`;

/** One source, three destinations: the mark alone, as markup. */
export const LOGO = new Html(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="48" height="48" role="img" aria-label="Data Pusher">${TILE}</svg>`,
);

/** The mark with the name, as the address of an image. */
export const LOGO_WITH_NAME = asDataUrl(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 170 32" width="170" height="32">${TILE}<text x="42" y="22" font-family="system-ui,-apple-system,Segoe UI,Roboto,sans-serif" font-size="18" font-weight="600" fill="#1C1C38">Data Pusher</text></svg>`,
);

export const ICON = asDataUrl(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${TILE}</svg>`);

function asDataUrl(svg: string): string {
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
