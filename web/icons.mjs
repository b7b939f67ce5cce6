// Copies the icons that the house uses from lucide into crates/web/src/components/icon_set.rs: `npm run icons`.
import { readFileSync, writeFileSync } from 'node:fs';

const names = readFileSync(new URL('icons.txt', import.meta.url), 'utf8').split(/\s+/).filter(Boolean).sort();
const folder = new URL('node_modules/lucide-static/icons/', import.meta.url);

const arms = [...new Set(names)].map((name) => {
  const svg = readFileSync(new URL(`${name}.svg`, folder), 'utf8');
  const inner = svg.replace(/<!--[^]*?-->/g, '').replace(/^[^]*?<svg[^>]*>/, '').replace(/<\/svg>[^]*$/, '');
  const marks = inner.trim().replace(/\s*\n\s*/g, '').replace(/\s*\/>/g, '/>');
  return `    ("${name}", r#"${marks}"#),`;
});

writeFileSync(
  new URL('../crates/web/src/components/icon_set.rs', import.meta.url),
  `//! Icons of the lucide set (lucide.dev, ISC licence), written by \`npm run icons\` from web/icons.txt.

/// The marks inside the svg element of the icon \`name\`, on a field of 24 by 24.
pub(crate) fn marks(name: &str) -> Option<&'static str> {
    MARKS.binary_search_by_key(&name, |(name, _)| name).ok().map(|at| MARKS[at].1)
}

/// In the order of their names.
#[rustfmt::skip]
static MARKS: [(&str, &str); ${arms.length}] = [
${arms.join('\n')}
];
`,
);
