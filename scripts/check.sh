#!/usr/bin/env bash
# The quick gate before a commit: no PostgreSQL, no browser.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=scripts/stages.sh
source "$root/scripts/stages.sh"

stage "tools" count_command scripts/need.sh demo
stage "assets" count_command scripts/assets.sh
format_stage
clippy_stage
rustdoc_stage
web_stage
sqlite_stage
finish
