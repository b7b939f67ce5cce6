#!/usr/bin/env bash
# Measures the full demo city and writes docs/benchmarks.md:  scripts/bench.sh [--ten]
# --ten also makes a city with ten times the cases, which takes some minutes. The data is removed afterwards.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/need.sh demo
scripts/assets.sh
say "building the program and its measurements"
cargo build --locked --profile demo -p huiyin-app --bin huiyin --example bench

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
more=()
if [ "${1:-}" = --ten ]; then
  say "making a city with ten times the cases"
  "$target_dir/demo/huiyin" demo --only-make --cases-scale 10 --listen 127.0.0.1:0 --data "$work/ten" >/dev/null
  more=(--ten "$work/ten")
fi
say "measuring"
"$target_dir/demo/examples/bench" --data "$work/demo" --binary "$target_dir/demo/huiyin" --report docs/benchmarks.md "${more[@]}"
