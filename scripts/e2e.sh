#!/usr/bin/env bash
# Browser journeys:  scripts/e2e.sh [FILE…]   They drive the binary of the dev profile, or HUIYIN_BIN.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/e2e-ready.sh test
HUIYIN_BIN="$(realpath "${HUIYIN_BIN:-$target_dir/debug/huiyin}")"
export HUIYIN_BIN
cd e2e
exec node run.mjs "$@"
