#!/usr/bin/env bash
# Licences and advisories (cargo deny), unused dependencies (cargo machete), spelling (typos).
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=scripts/stages.sh
source "$root/scripts/stages.sh"

missing=()
command -v cargo-deny >/dev/null || missing+=(cargo-deny)
command -v cargo-machete >/dev/null || missing+=(cargo-machete)
command -v typos >/dev/null || missing+=(typos-cli)
[ "${#missing[@]}" -eq 0 ] || stop "The audit needs more tools. Type:  cargo install --locked ${missing[*]}   and run make audit again."

stage "licences and advisories" count_command cargo deny --locked check
stage "unused dependencies" count_command cargo machete
stage "spelling" count_command typos
finish
