#!/bin/sh
# Installs what the tests need beside Python packages: PostgreSQL, Chromium, Thai fonts, and a smart-card service with a virtual
# reader; says what is missing if it may not. Then it builds the door to card readers into .venv.
set -eu

stop() { printf 'test tools: %s\n' "$*" >&2; exit 1; }
any_of() { for program in "$@"; do command -v "$program" >/dev/null && return; done; return 1; }
have_postgres() { any_of initdb /usr/lib/postgresql/*/bin/initdb; }
have_chromium() { any_of chromium chromium-browser google-chrome; }
have_libatomic() { /sbin/ldconfig -p | grep -q 'libatomic\.so\.1'; } # the browser's driver needs it
have_thai_font() { command -v fc-list >/dev/null && fc-list :lang=th | grep -q .; }
have_card_service() { any_of pcscd /usr/sbin/pcscd && ls /usr/lib/pcsc/drivers/serial/libifdvpcd.so* >/dev/null 2>&1; }
have_card_door() { [ "$(cat .venv/.installed-card 2>/dev/null)" = "$(cat requirements/card.lock)" ] && .venv/bin/python -c 'import smartcard' 2>/dev/null; }
have_card_headers() { [ -e /usr/include/PCSC/winscard.h ] && any_of cc gcc; }
have_python_headers() { [ -e "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["include"])')/Python.h" ]; }
missing() {
  have_postgres || printf ' postgresql'
  have_chromium || printf ' chromium'
  have_libatomic || printf ' libatomic1'
  have_thai_font || printf ' fontconfig fonts-thai-tlwg'
  have_card_service || printf ' pcscd vsmartcard-vpcd'
  have_card_door || have_card_headers || printf ' libpcsclite-dev gcc libc6-dev'
  have_card_door || have_python_headers || printf ' python3-dev'
}

# pyscard has no wheel for Linux; what builds it is locked and hashed as well (requirements/card_build.in).
build_card_door() {
  have_card_door && return
  echo "test tools: building the door to card readers (some seconds, once)"
  pip=".venv/bin/pip install --quiet --disable-pip-version-check --no-input --require-hashes"
  $pip --only-binary :all: -r requirements/card_build.lock &&
    PATH="$PWD/.venv/bin:$PATH" $pip --no-build-isolation --no-deps -r requirements/card.lock ||
    stop "pyscard could not be built; the compiler's own words stand above"
  cp requirements/card.lock .venv/.installed-card
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

cd "$(dirname "$0")/.."
wanted=$(missing)
if [ -z "$wanted" ]; then build_card_door; exit; fi
command -v apt-get >/dev/null || stop "please install (names of Debian):$wanted"
if [ "$(id -u)" = 0 ]; then as_root=""
elif sudo -n true 2>/dev/null; then as_root="sudo -n"
else stop "please install, as root: apt-get install$wanted"
fi

echo "test tools: installing$wanted (some minutes, once)"
log=$(mktemp)
# shellcheck disable=SC2086  # words are meant to split
$as_root sh scripts/test_tools.sh install $wanted >"$log" 2>&1 || { tail -n 5 "$log" >&2; stop "that failed; the full story: $log"; }
rm -f "$log"
wanted=$(missing)
[ -z "$wanted" ] || stop "still missing:$wanted"
build_card_door
