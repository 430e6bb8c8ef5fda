#!/bin/sh
# Makes .venv from the locked, hashed dependencies and compiles the translations; does only what changed since last time.
#   scripts/setup.sh run|test
set -eu
cd "$(dirname "$0")/.."
lock="requirements/${1:-run}.lock"
PYTHON="${PYTHON:-python3}"

stop() { printf 'setup: %s\n' "$*" >&2; exit 1; }
digest() { "$PYTHON" -c 'import hashlib, sys; print(hashlib.sha256(b"".join(open(f, "rb").read() for f in sys.argv[1:])).hexdigest())' "$@"; }

# A moved or copied folder leaves a .venv whose scripts point at the old place; a removed Python leaves a dead one.
venv_works() { head -n 2 .venv/bin/pip 2>/dev/null | grep -qF "$(pwd -P)/.venv/" && .venv/bin/python -c '' 2>/dev/null; }

make_venv() {
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "Python 3.11 or newer is needed, $PYTHON is $("$PYTHON" -V 2>&1). If another is here: make setup PYTHON=python3.12"
  "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null ||
    stop "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"
  echo "setup: making .venv"
  rm -rf .venv
  "$PYTHON" -m venv .venv
}

install() {
  echo "setup: installing $lock (a minute or two, once)"
  # Wheels only: building from source would need a compiler and fetch build tools that no hash covers.
  .venv/bin/pip install --quiet --disable-pip-version-check --no-input --only-binary :all: --require-hashes -r "$lock" ||
    stop "the packages could not be installed; pip's own message stands above (is there a way to a package index?)"
}

command -v "$PYTHON" >/dev/null || stop "$PYTHON was not found. On Debian and Ubuntu: apt-get install python3 python3-venv"
venv_works || make_venv

stamp=".venv/.installed-${1:-run}"
wanted=$(digest "$lock")
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  install
  echo "$wanted" >"$stamp"
fi

catalogues=$(find translations -name '*.po' | sort)
[ -n "$catalogues" ] || exit 0
uncompiled=no
for po in $catalogues; do [ -e "${po%.po}.mo" ] || uncompiled=yes; done
# shellcheck disable=SC2086  # names in translations/ hold no spaces
wanted=$(digest $catalogues)
if [ $uncompiled = yes ] || [ "$(cat .venv/.translated 2>/dev/null)" != "$wanted" ]; then
  .venv/bin/python scripts/messages.py compile
  echo "$wanted" >.venv/.translated
fi
