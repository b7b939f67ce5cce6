#!/usr/bin/env bash
# Runs a command with a throwaway PostgreSQL cluster:  scripts/postgres.sh cargo test -p huiyin-db
# The command finds its address in HUIYIN_TEST_POSTGRES. The cluster is removed however the command ends.
# HUIYIN_TEST_POSTGRES_SETTINGS may add server settings ("-c fsync=on"), for measurements that need a durable commit.
set -euo pipefail

[ $# -gt 0 ] || {
  echo "usage: scripts/postgres.sh COMMAND…" >&2
  exit 2
}

bin="$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)"
[ -x "$bin/initdb" ] || {
  echo "PostgreSQL is missing: install the Debian package postgresql." >&2
  exit 1
}

# PostgreSQL refuses to run as root; Debian's package brings the user postgres.
as_owner() {
  if [ "$(id -u)" = 0 ]; then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}

# shellcheck disable=SC2317 # reached through the traps
cleanup() {
  trap - EXIT
  trap '' INT TERM HUP
  if [ -n "$command_pid" ]; then
    kill -TERM -- "-$command_pid" 2>/dev/null || true
    wait "$command_pid" 2>/dev/null || true
  fi
  as_owner "$bin/pg_ctl" --pgdata="$home/data" --mode=immediate --silent stop >/dev/null 2>&1 || true
  rm -rf "$home"
}

home="$(mktemp -d "${TMPDIR:-/tmp}/huiyin-postgres.XXXXXX")"
command_pid=""
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

if [ "$(id -u)" = 0 ]; then chown postgres "$home"; fi
cd "$home"
as_owner "$bin/initdb" --pgdata="$home/data" --username=huiyin --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$home/initdb.log" 2>&1 || {
  cat "$home/initdb.log" >&2
  exit 1
}
# In a session of its own, so that Ctrl-C reaches the command first and the server is stopped by cleanup.
started=""
for _ in 1 2 3 4 5; do
  port="$(free_port)"
  options="-c port=$port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$home -c max_connections=200"
  options="$options -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off ${HUIYIN_TEST_POSTGRES_SETTINGS:-}"
  if as_owner setsid --wait "$bin/pg_ctl" --pgdata="$home/data" --log="$home/server.log" --options="$options" --wait --silent start >/dev/null 2>&1; then
    started=yes
    break
  fi
done
[ -n "$started" ] || {
  cat "$home/server.log" >&2
  echo "PostgreSQL did not start; its log stands above." >&2
  exit 1
}
cd "$OLDPWD"

# By its socket, as a program on the same machine reaches it.
export HUIYIN_TEST_POSTGRES="postgres:///postgres?host=$home&port=$port&user=huiyin"
# In the background, because a trap runs at once only while bash waits; as a group, so that cleanup ends its children too.
setsid "$@" &
command_pid=$!
status=0
wait "$command_pid" || status=$?
command_pid=""
exit "$status"
