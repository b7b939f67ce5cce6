#!/usr/bin/env bash
# Prepares what drives a browser: Chromium, the packages of e2e/, the binary:  scripts/e2e-ready.sh test|demo
# The word names the build: test is the dev profile (already built by cargo test), demo is the fast one.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/need.sh test
scripts/assets.sh
stamp="e2e/node_modules/.lock-stamp"
lock="$(sha256sum <e2e/package-lock.json)"
if [ "$(cat "$stamp" 2>/dev/null)" != "$lock" ]; then
  npm ci --prefix e2e --ignore-scripts --no-audit --no-fund --loglevel=error
  printf '%s' "$lock" >"$stamp"
fi
if [ -n "${HUIYIN_BIN:-}" ]; then exit 0; fi
case "${1:-test}" in
  test) cargo build --locked -p huiyin-app ;;
  demo) cargo build --locked --profile demo -p huiyin-app ;;
  *) stop "usage: scripts/e2e-ready.sh test|demo" ;;
esac
