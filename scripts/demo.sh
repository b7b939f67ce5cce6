#!/usr/bin/env bash
# Builds everything and serves the demo city. The binary takes over this process, so Ctrl-C reaches it directly.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/need.sh demo
scripts/assets.sh
say "building the program (the first time takes some minutes)"
cargo build --locked --profile demo -p huiyin-app
# As the unit of docs/operations.md: memory that is done with goes back to the system soon.
export MIMALLOC_PURGE_DELAY="${MIMALLOC_PURGE_DELAY:-10}"
exec "$target_dir/demo/huiyin" demo "$@"
