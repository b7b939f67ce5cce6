#!/usr/bin/env bash
# Builds the one file that a server runs, optimised; it takes several times as long as the demo's.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/need.sh demo
scripts/assets.sh
cargo build --locked --release -p huiyin-app
say "the program is $target_dir/release/huiyin"
