/** What we change in AdminJS' theme. Its own options take no font and no widths, and know no dark one. */
export interface Theme {
  readonly colors: Readonly<Record<string, string>>;
  readonly fontWeights: Readonly<Record<string, number>>;
  /** Written out with the colours of the light scheme. */
  readonly borders: Readonly<Record<string, string>>;
}

/** AdminJS' theme in both schemes; the page takes one when it begins (components/before.ts). */
export interface Themes {
  readonly light: object;
  readonly dark: object;
}

/**
 * Fonts of the system (light ones are hard to read there), greys with enough contrast, and the menu beside the page
 * from 1100 px on.
 */
export function themesFrom(theme: Theme): Themes {
  const common = {
    ...theme,
    font: "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
    fontWeights: { ...theme.fontWeights, lighter: 400, light: 400 },
    breakpoints: ['577px', '769px', '1024px', '1100px'],
  };
  return {
    light: { ...common, colors: { ...theme.colors, grey60: '#5F6072', errorLight: '#FBEBED' } },
    dark: { ...common, colors: { ...theme.colors, ...DARK }, borders: darkBorders(theme) },
  };
}

function darkBorders({ borders, colors }: Theme): Record<string, string> {
  const entries = Object.entries(borders).map(([name, border]) => {
    const dark = border.replace(colors['border'] ?? '', DARK.border).replace(colors['bg'] ?? '', DARK.bg);
    return [name, dark] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Plain colours and no custom properties: the design system computes with them. `white` is the text on what is filled
 * with colour, which is light here.
 */
const DARK = {
  border: '#2C3047',
  text: '#E8EAF4',
  primary100: '#9AA6FF',
  primary80: '#7F8DF5',
  primary60: '#5A66B8',
  primary40: '#3C4479',
  primary20: '#272C4D',
  accent: '#C3C8E8',
  grey100: '#E8EAF4',
  grey80: '#C6CADB',
  grey60: '#A6ABC0',
  grey40: '#565B75',
  grey20: '#232638',
  white: '#10121D',
  black: '#FFFFFF',
  errorDark: '#FF9BA3',
  error: '#FF8A93',
  errorLight: '#3A1C24',
  successDark: '#63CDC8',
  success: '#63CDC8',
  successLight: '#12322F',
  warningDark: '#F2B37E',
  warning: '#F2B37E',
  warningLight: '#38271A',
  infoDark: '#9AA6FF',
  info: '#9AA6FF',
  infoLight: '#272C4D',
  bg: '#10121D',
  filterBg: '#1A1D2C',
  container: '#1A1D2C',
  sidebar: '#151724',
  inputBorder: '#565B75',
  separator: '#363B55',
  highlight: '#232638',
};
