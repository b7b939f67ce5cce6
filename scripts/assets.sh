#!/usr/bin/env bash
# Builds styles and scripts from web/ into crates/web/assets, only when something they are made of has changed.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

built="crates/web/assets"
stamp="web/node_modules/.assets-stamp"

# The style sheet holds only the classes that pages use, so templates and components are inputs as well.
inputs() {
  find web -name node_modules -prune -o -type f -print
  find crates -type f \( -name '*.html' -o -path 'crates/web/src/*.rs' \) -not -path "$built/*"
}

digest() { inputs | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum | cut -d' ' -f1; }

# npm puts node_modules there; a package-lock that differs from it means: install again.
install_packages() {
  local lock installed
  lock="$(sha256sum <web/package-lock.json)"
  installed="web/node_modules/.lock-stamp"
  if [ "$(cat "$installed" 2>/dev/null)" = "$lock" ]; then return; fi
  say "installing the packages of web/"
  npm ci --prefix web --no-audit --no-fund --loglevel=error || stop "npm could not install the packages of web/. Its message stands above."
  printf '%s' "$lock" >"$installed"
}

[ -f web/package-lock.json ] || stop "web/package-lock.json is missing: this checkout is incomplete."
now="$(digest)"
if [ "$(cat "$stamp" 2>/dev/null)" = "$now" ] && [ -n "$(ls -A "$built" 2>/dev/null)" ]; then exit 0; fi
install_packages
say "building the assets"
npm run build --prefix web --silent || stop "the assets of web/ could not be built. The message stands above."
printf '%s' "$now" >"$stamp"
