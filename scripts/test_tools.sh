#!/bin/sh
# Installs what the tests need beside Python packages: PostgreSQL, Chromium and Thai fonts; says what is missing if it may not.
set -eu

stop() { printf 'test tools: %s\n' "$*" >&2; exit 1; }
have_postgres() { ls /usr/lib/postgresql/*/bin/initdb /usr/local/pgsql/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; }
have_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }
have_thai_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=th)" ]; }

missing=""
have_postgres || missing="$missing postgresql"
have_chromium || missing="$missing chromium"
have_thai_font || missing="$missing fontconfig fonts-thai-tlwg"
[ -n "$missing" ] || exit 0

command -v apt-get >/dev/null || stop "please install (names of Debian):$missing"
if [ "$(id -u)" = 0 ]; then as_root=""
elif sudo -n true 2>/dev/null; then as_root="sudo -n"
else stop "please install, as root: apt-get install$missing"
fi

echo "test tools: installing$missing (some minutes, once)"
log=$(mktemp)
# shellcheck disable=SC2086  # words are meant to split
{ $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends $missing; } >"$log" 2>&1 || { tail -5 "$log" >&2; stop "apt-get failed; the full log is $log"; }
rm -f "$log"
have_postgres && have_chromium && have_thai_font || stop "still missing after installing$missing"
