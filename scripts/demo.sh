#!/usr/bin/env bash
# Builds everything and serves the demo city. The binary takes over this process, so Ctrl-C reaches it directly.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/need.sh demo
scripts/assets.sh
say "building the program (the first time takes some minutes)"
cargo build --locked --profile demo -p huiyin-app
exec "$target_dir/demo/huiyin" demo "$@"
