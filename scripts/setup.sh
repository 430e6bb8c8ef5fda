#!/bin/sh
# Makes .venv from the locked, hashed dependencies and compiles the translations; does only what changed since last time.
#   scripts/setup.sh run|test
set -eu
cd "$(dirname "$0")/.."
lock="requirements/${1:-run}.lock"
PYTHON="${PYTHON:-python3}"

stop() { printf 'setup: %s\n' "$*" >&2; exit 1; }
digest() { .venv/bin/python -c 'import hashlib, sys; print(hashlib.sha256(b"".join(open(f, "rb").read() for f in sys.argv[1:])).hexdigest())' "$@"; }

# A moved or copied folder leaves a .venv whose scripts point at the old place; a removed Python leaves a dead one.
venv_works() { head -n 2 .venv/bin/pip 2>/dev/null | grep -qF "$(pwd -P)/.venv/" && .venv/bin/python -c '' 2>/dev/null; }

suits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }
find_python() {
  for PYTHON in "$PYTHON" python3.13 python3.12 python3.11; do suits "$PYTHON" && return; done
  stop "Python 3.11, 3.12 or 3.13 is needed and was not found. On Debian and Ubuntu: apt-get install python3 python3-venv.
       If it stands elsewhere: make setup PYTHON=/path/to/python3.12"
}

make_venv() {
  find_python
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

venv_works || make_venv

stamp=".venv/.installed-${1:-run}"
wanted=$(digest "$lock")
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  install
  echo "$wanted" >"$stamp"
  # What the tests need holds all that the portal needs, at the same versions (requirements/test.in).
  [ "${1:-run}" != test ] || digest requirements/run.lock >.venv/.installed-run
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
