#!/usr/bin/env bash
# Makes sure that this machine has what a command needs:  scripts/need.sh demo|test
# On Debian it installs what is missing when it runs as root; otherwise it says what to type, and stops.
set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

purpose="${1:-demo}"
packages=()

# need_package NAME COMMAND…: the package is missing unless the command succeeds.
need_package() {
  local name="$1"
  shift
  if ! "$@" >/dev/null 2>&1; then packages+=("$name"); fi
}

has_c_headers() { echo '#include <stdio.h>' | cc -E - -o /dev/null; }
has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb'; }
has_chromium() { [ -x "${CHROMIUM:-/usr/bin/chromium}" ]; }
has_chinese_fonts() { fc-list ':lang=zh-cn' family | grep -q .; }

# Nothing where there is no Node.
node_major() { { node --version 2>/dev/null || true; } | sed -n 's/^v\([0-9]*\).*/\1/p'; }

check_rust() {
  command -v cargo >/dev/null || stop "Rust is missing: install Rust 1.95 or newer with rustup (see rust-lang.org), then run this again."
  local minor
  minor="$(cargo --version | sed -n 's/^cargo 1\.\([0-9]*\).*/\1/p')"
  [ "${minor:-95}" -ge 95 ] || stop "$(cargo --version) is too old: update to Rust 1.95 or newer (rustup update), then run this again."
}

# Debian 12's own Node is 18, so apt cannot help here.
check_node() {
  local major
  major="$(node_major)"
  [ -n "$major" ] || stop "Node is missing: install Node 20 or newer from nodejs.org, then run this again."
  [ "$major" -ge 20 ] || stop "Node $major is too old: install Node 20 or newer from nodejs.org, then run this again."
  command -v npm >/dev/null || stop "npm is missing: it comes with Node 20 from nodejs.org; install it, then run this again."
}

find_missing_packages() {
  need_package gcc command -v cc
  need_package libc6-dev has_c_headers
  need_package make command -v make
  if [ "$purpose" = test ]; then
    need_package postgresql has_postgres
    need_package chromium has_chromium
    need_package fontconfig command -v fc-list
    need_package fonts-noto-cjk has_chinese_fonts
    # Word files are opened, and the pages they become are read.
    need_package libreoffice-writer-nogui command -v soffice
    need_package poppler-utils command -v pdftotext
  fi
}

install_missing_packages() {
  [ "${#packages[@]}" -gt 0 ] || return 0
  local command="apt-get install --yes --no-install-recommends ${packages[*]}"
  command -v apt-get >/dev/null || stop "Missing: ${packages[*]} (names of Debian packages). Install them, then run this again."
  [ "$(id -u)" = 0 ] || stop "Missing: ${packages[*]}. Type:  sudo apt-get update && sudo $command   and run this again."
  say "installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update
  $command || stop "apt could not install: ${packages[*]}. Its message stands above."
}

case "$purpose" in
  demo | test) ;;
  *) stop "usage: scripts/need.sh demo|test" ;;
esac
check_rust
check_node
find_missing_packages
install_missing_packages
