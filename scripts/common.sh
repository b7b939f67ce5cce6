# shellcheck shell=bash
# What every script shares; source it, do not run it. It moves to the root of the repository.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root" || exit 1

# Where cargo puts what it builds.
# shellcheck disable=SC2034 # used by those who source this
target_dir="${CARGO_TARGET_DIR:-$root/target}"

# Says what happens now, apart from the output of the tools.
say() { printf '\n==> %s\n' "$*"; }

# Ends with one clear sentence.
stop() {
  printf '%s\n' "$*" >&2
  exit 1
}
