"""A throw-away PostgreSQL cluster for the tests, on a private socket, without any prepared account."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import places


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise RuntimeError("PostgreSQL's server programs are missing: run `make test` as root once, or install postgresql")


def server_version() -> str:
    """The version of the server programs that the clusters run on."""
    said = subprocess.run([_binaries() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[2]


def _owner() -> str | None:
    """PostgreSQL refuses to run as root, so root lends the cluster to an ordinary account."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster and yield an SQLAlchemy URL without database name; stop and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lgo-pg-", dir=places.quick()))
    owner, binaries = _owner(), _binaries()
    if owner:
        shutil.chown(folder, owner)

    def run(program: str, *words: str) -> None:
        done = subprocess.run([binaries / program, *words], user=owner, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")

    run("initdb", "-D", f"{folder}/data", "-U", "portal", "-A", "trust", "-N", "--locale=C.UTF-8", "-E", "UTF8")
    options = f"-k {folder} -h '' -c fsync=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=256MB"
    options += " -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=256MB"
    run("pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", options, "start")
    try:
        yield f"postgresql+psycopg://portal@/{{name}}?host={folder}"
    finally:
        run("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
