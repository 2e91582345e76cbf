#!/bin/bash
# Starts PostgreSQL; the first time, makes the database that POSTGRES_USER, POSTGRES_DB and POSTGRES_PASSWORD (or
# POSTGRES_PASSWORD_FILE) name, in PGDATA. Runs as the user postgres, without any capability.
set -euo pipefail

fail() { echo "postgres: $1" >&2; exit 1; }

[ "${1:0:1}" != - ] || set -- postgres "$@"
[ "$1" = postgres ] || exec "$@"
[ "$(id -u)" -ne 0 ] || fail "started as root: give it a user (user: postgres)"

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  password=${POSTGRES_PASSWORD:-}
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
    [ -z "$password" ] || fail "both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set: say one"
    password=$(< "$POSTGRES_PASSWORD_FILE")
  fi
  [ -n "$password" ] || fail "no password for a new database: set POSTGRES_PASSWORD_FILE"
  user=${POSTGRES_USER:-postgres} database=${POSTGRES_DB:-${POSTGRES_USER:-postgres}}

  # Made aside and moved when it is whole: who is stopped in between begins anew
  fresh=$PGDATA.new
  rm -rf "$fresh"
  mkdir -p "$(dirname "$PGDATA")"
  # shellcheck disable=SC2086  # a list of options
  initdb --pgdata="$fresh" --username="$user" --pwfile=<(printf '%s\n' "$password") \
    --set=listen_addresses='*' ${POSTGRES_INITDB_ARGS:-}
  printf 'host all all all scram-sha-256\n' >> "$fresh/pg_hba.conf"
  pg_ctl --pgdata="$fresh" --wait --silent start -o "-c listen_addresses=''" >/dev/null
  ask=(psql --no-psqlrc -v ON_ERROR_STOP=1 --username "$user")
  if [ "$database" != postgres ]; then
    "${ask[@]}" --dbname postgres --set name="$database" <<< 'create database :"name";'
  fi
  for script in /docker-entrypoint-initdb.d/*; do
    case $script in
      *.sql) "${ask[@]}" --dbname "$database" --file "$script" ;;
      *.sh) "$script" ;;
    esac
  done
  pg_ctl --pgdata="$fresh" --wait --silent --mode=fast stop
  rm -rf "$PGDATA"
  mv "$fresh" "$PGDATA"
fi
exec "$@"
