#!/usr/bin/env bash
# Measures the demo city, made anew for it, and writes docs/benchmarks.md:
#   scripts/bench.sh                    the full city on SQLite
#   scripts/bench.sh --ten              and one with ten times the cases beside it, for what may grow and what may not
#   scripts/bench.sh --cases-scale 32   a million cases: what grows with them, printed and not written
#   scripts/bench.sh --postgres         the same on PostgreSQL, which may follow --cases-scale
# The cities are removed afterwards; a million cases need about 10 GB.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

ten=""
scale=1
postgres=""
while [ $# -gt 0 ]; do
  case "$1" in
    --ten) ten=yes ;;
    --cases-scale)
      scale="${2:?a number}"
      shift
      ;;
    --postgres) postgres=yes ;;
    *) stop "usage: scripts/bench.sh [--ten] [--cases-scale N] [--postgres]" ;;
  esac
  shift
done

scripts/need.sh demo
scripts/assets.sh
say "building the program and its measurements"
cargo build --locked --release -p huiyin-app --bin huiyin --example bench

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
program="$target_dir/release/huiyin"
bench=("$target_dir/release/examples/bench" --data "$work/demo" --cases-scale "$scale")
if [ -n "$ten" ]; then
  say "making a city with ten times the cases"
  "$program" demo --only-make --cases-scale 10 --data "$work/ten" >/dev/null
  bench+=(--ten "$work/ten")
fi
say "measuring"
if [ -n "$postgres" ]; then
  # Durable, as a real server is; the address stands in the environment of the command.
  # shellcheck disable=SC2016 # the inner shell reads it
  HUIYIN_TEST_POSTGRES_SETTINGS="-c fsync=on -c synchronous_commit=on -c full_page_writes=on -c autovacuum=on -c shared_buffers=512MB -c max_wal_size=4GB" \
    scripts/postgres.sh bash -c 'exec "$@" --postgres "$HUIYIN_TEST_POSTGRES"' bash "${bench[@]}"
elif [ "$scale" = 1 ]; then
  "${bench[@]}" --binary "$program" --report docs/benchmarks.md
else
  "${bench[@]}"
fi
