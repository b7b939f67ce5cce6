#!/usr/bin/env bash
# Takes the pictures of the README from a running demo city:  scripts/pictures.sh [--url http://127.0.0.1:8080]
# Without --url it starts the demo itself, with the full city in a temporary folder.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/e2e-ready.sh demo
HUIYIN_BIN="$(realpath "${HUIYIN_BIN:-$target_dir/demo/huiyin}")"
export HUIYIN_BIN
cd e2e
exec node pictures.mjs "$@"
