import { fileURLToPath } from 'node:url';

import daisyui from 'daisyui';

import { palette, theme } from './palette.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

// Distances are pixels on an 8-pixel grid, so that larger letters (elder mode) do not blow up the page; letters are rem.
const steps = [0, 1, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 36, 40, 44, 48, 56, 64, 80, 96, 112, 128, 144, 160, 192];
const names = [0, 'px', 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 20, 24, 28, 32, 36, 40, 48];
const more = { 15: 60, 18: 72, 52: 208, 56: 224, 60: 240, 64: 256, 72: 288, 80: 320, 96: 384 };
const spacing = Object.fromEntries(
  [...names.map((name, index) => [name, `${steps[index]}px`]), ...Object.entries(more).map(([name, px]) => [name, `${px}px`])],
);

// Words of sources that happen to be components of daisyUI, and components whose names the house uses for its own.
const blocklist = [
  'stack', 'timeline', 'filter', 'footer', 'loading', 'rating', 'mask', 'diff', 'chat', 'drawer', 'indicator', 'hero', 'steps', 'step', 'toast',
  'countdown', 'carousel', 'collapse', 'swap', 'toggle', 'range', 'stat', 'stats', 'mockup-browser', 'mockup-phone', 'input-group', 'mockup-code', 'mockup-window', 'artboard',
  'kbd', 'modal', 'navbar', 'tooltip', 'dropdown', 'avatar', 'progress', 'radial-progress', 'tab', 'tabs',
];

/** @type {import('tailwindcss').Config} */
export default {
  content: [`${root}crates/**/templates/**/*.html`, `${root}crates/web/src/components/*.rs`],
  theme: {
    screens: { sm: '600px', md: '768px', lg: '1024px', xl: '1280px' },
    spacing,
    fontFamily: {
      sans: [
        '-apple-system', 'BlinkMacSystemFont', '"PingFang SC"', '"Hiragino Sans GB"', '"Microsoft YaHei"', '"HarmonyOS Sans SC"',
        '"Noto Sans SC"', '"Noto Sans CJK SC"', '"Source Han Sans SC"', '"WenQuanYi Micro Hei"', 'sans-serif',
      ],
      mono: ['Consolas', 'Menlo', '"DejaVu Sans Mono"', 'monospace'],
    },
    fontSize: {
      xs: ['0.8125rem', '1.6'],
      sm: ['0.9rem', '1.65'],
      base: ['1rem', '1.75'],
      lg: ['1.125rem', '1.65'],
      xl: ['1.3rem', '1.5'],
      '2xl': ['1.55rem', '1.4'],
      '3xl': ['1.9rem', '1.3'],
      '4xl': ['2.4rem', '1.2'],
    },
    extend: { colors: palette, maxWidth: { page: '1120px', text: '44em' } },
  },
  blocklist,
  plugins: [daisyui],
  daisyui: { themes: [{ huiyin: theme }], logs: false, darkTheme: 'huiyin' },
};
