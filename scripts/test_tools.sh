#!/bin/sh
# Installs what the tests need beside Python packages: PostgreSQL, Chromium and Thai fonts; says what is missing if it may not.
set -eu

stop() { printf 'test tools: %s\n' "$*" >&2; exit 1; }
any_of() { for program in "$@"; do command -v "$program" >/dev/null && return; done; return 1; }
have_postgres() { any_of initdb /usr/lib/postgresql/*/bin/initdb; }
have_chromium() { any_of chromium chromium-browser google-chrome; }
have_libatomic() { /sbin/ldconfig -p | grep -q 'libatomic\.so\.1'; } # the browser's driver needs it
have_thai_font() { command -v fc-list >/dev/null && fc-list :lang=th | grep -q .; }
missing() {
  have_postgres || printf ' postgresql'
  have_chromium || printf ' chromium'
  have_libatomic || printf ' libatomic1'
  have_thai_font || printf ' fontconfig fonts-thai-tlwg'
}

install() {
  # Only the programs are wanted: the tests make their own clusters, the machine shall not begin to run one.
  settings=/etc/postgresql-common/createcluster.conf
  if [ ! -e $settings ]; then
    mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' >$settings
    trap 'cp /usr/share/postgresql-common/createcluster.conf $settings 2>/dev/null || rm -f $settings' EXIT
  fi
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 apt-get install -q -y --no-install-recommends "$@"
}

if [ "${1:-}" = install ]; then
  shift
  install "$@"
  exit
fi

wanted=$(missing)
[ -n "$wanted" ] || exit 0
command -v apt-get >/dev/null || stop "please install (names of Debian):$wanted"
if [ "$(id -u)" = 0 ]; then as_root=""
elif sudo -n true 2>/dev/null; then as_root="sudo -n"
else stop "please install, as root: apt-get install$wanted"
fi

echo "test tools: installing$wanted (some minutes, once)"
log=$(mktemp)
# shellcheck disable=SC2086  # words are meant to split
$as_root sh "$0" install $wanted >"$log" 2>&1 || { tail -n 5 "$log" >&2; stop "that failed; the full story: $log"; }
rm -f "$log"
wanted=$(missing)
[ -z "$wanted" ] || stop "still missing:$wanted"
