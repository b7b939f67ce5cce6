#!/usr/bin/env bash
# Every test there is. Exits with zero only when every stage ran and nothing failed.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=scripts/stages.sh
source "$root/scripts/stages.sh"

stage "tools" count_command scripts/need.sh test
stage "assets" count_command scripts/assets.sh
format_stage
clippy_stage
rustdoc_stage
web_stage
sqlite_stage
postgres_stage
journeys_stage
finish
