# shellcheck shell=bash
# Stages of a test run and their sum; source it after common.sh. A later stage runs even when an earlier one failed,
# and a stage that could not run counts as a failure: the last line must never look better than the run was.

passed=0
failed=0
failures=()
# In memory where there is plenty of it: every test has a database of its own, and a PostgreSQL database is a thousand
# small files, which a busy disk makes eight times slower.
in_memory() {
  # Some containers let nothing run there, and tests do.
  local probe=/dev/shm/huiyin-probe.$$
  printf '#!/bin/sh\n' >"$probe" 2>/dev/null && chmod +x "$probe" && "$probe" 2>/dev/null || { rm -f "$probe"; return 1; }
  rm -f "$probe"
  [ "$(df --output=avail --block-size=1M /dev/shm | tail -n 1)" -gt 6000 ] &&
    [ "$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)" -gt 10000 ]
}
# Whatever the stages leave in the temporary folder goes with the run. The user postgres must pass through it.
if in_memory; then logs="$(mktemp -d -p /dev/shm)"; else logs="$(mktemp -d)"; fi
chmod 711 "$logs"
mkdir -m 1777 "$logs/tmp"
export TMPDIR="$logs/tmp"
trap 'rm -rf "$logs"' EXIT

# stage NAME COUNTER COMMAND…: COUNTER reads the log and prints "passed failed".
stage() {
  local name="$1" counter="$2" status=0 good bad started="$SECONDS"
  shift 2
  local log="$logs/${name//[^a-zA-Z0-9]/-}"
  say "$name"
  "$@" 2>&1 | tee "$log" || status=$?
  read -r good bad < <("$counter" "$log" "$status")
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  if [ "$good" -eq 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  passed=$((passed + good))
  failed=$((failed + bad))
  if [ "$bad" -gt 0 ]; then failures+=("$name: $bad failed"); fi
  printf -- '--- %s: %s passed, %s failed, %s s\n' "$name" "$good" "$bad" "$((SECONDS - started))"
}

# A command that is one test: it succeeds or not.
count_command() { if [ "$2" -eq 0 ]; then echo "1 0"; else echo "0 1"; fi; }

# cargo test prints "test result: ok. 5 passed; 0 failed; …" for every binary.
count_cargo() { awk '/^test result:/ { good += $4; bad += $6 } END { print good + 0, bad + 0 }' "$1"; }

# node --test ends with "ℹ pass 5", "ℹ fail 0", "ℹ cancelled 0".
count_node() {
  awk '$2 == "pass" { good += $3 } $2 == "fail" || $2 == "cancelled" { bad += $3 } END { print good + 0, bad + 0 }' \
    <(grep -E '^(#|ℹ) (pass|fail|cancelled) [0-9]+$' "$1" || true)
}

format_stage() { stage "format" count_command cargo fmt --all --check; }

# Warnings become errors behind the --, not through RUSTFLAGS: other flags would build every dependency anew.
clippy_stage() { stage "clippy" count_command cargo clippy --locked --workspace --all-targets -- -D warnings; }

rustdoc_stage() {
  stage "rustdoc" count_command env RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items
}

# With one test for each core the cores were idle for a quarter of the time: tests wait for their database.
RUST_TEST_THREADS="${RUST_TEST_THREADS:-$((2 * $(nproc)))}"
export RUST_TEST_THREADS

# The invariants are among these tests (crates/app/tests/it/invariants).
sqlite_stage() {
  stage "tests on SQLite" count_cargo env HUIYIN_TEST_ENGINE=sqlite cargo test --locked --workspace --no-fail-fast
}

# The same binaries again. Examples in documentation and the invariants know no database and are not counted twice.
postgres_stage() {
  stage "tests on PostgreSQL" count_cargo scripts/postgres.sh env HUIYIN_TEST_ENGINE=postgres \
    cargo test --locked --workspace --no-fail-fast --lib --bins --tests -- --skip invariants::
}

# The built files against the oldest browsers that must run them.
web_stage() { stage "web" count_command npm run check --prefix web --silent; }

# With the binary that cargo test has built: cargo build would choose other features and build dependencies twice.
journeys_stage() { stage "browser journeys" count_node env HUIYIN_BIN="$target_dir/debug/huiyin" scripts/e2e.sh; }

# The sum is the last line of the run.
finish() {
  printf '\n'
  for failure in "${failures[@]}"; do printf '%s\n' "$failure"; done
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}
