// The icons that pages name, from lucide: one picture of which each is a part.
import { readFileSync } from 'node:fs';

const folder = new URL('node_modules/lucide-static/icons/', import.meta.url);
const names = readFileSync(new URL('icons.txt', import.meta.url), 'utf8').split(/\s+/).filter(Boolean);

/** Every icon of icons.txt as a symbol on a field of 24 by 24; how its lines are drawn says `.icon` in base.css. */
export function icons() {
  const symbols = [...new Set(names)].sort().map((name) => {
    const svg = readFileSync(new URL(`${name}.svg`, folder), 'utf8');
    const inner = svg.replace(/<!--[^]*?-->/g, '').replace(/^[^]*?<svg[^>]*>/, '').replace(/<\/svg>[^]*$/, '');
    const marks = inner.trim().replace(/\s*\n\s*/g, '').replace(/\s*\/>/g, '/>');
    return `<symbol id="${name}" viewBox="0 0 24 24">${marks}</symbol>`;
  });
  return Buffer.from(`<!-- Icons of the lucide set (lucide.dev), ISC licence -->\n<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`);
}
