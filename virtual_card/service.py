"""Runs the smart-card service of this machine for as long as it is needed; uses the one that runs already."""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

SOCKET = Path("/run/pcscd/pcscd.comm")


def is_running() -> bool:
    """Whether a service answers."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(SOCKET)) == 0


@contextlib.contextmanager
def running(configuration: Path | None = None, log: Path | None = None) -> Iterator[None]:
    """A smart-card service with the virtual reader; raises FileNotFoundError where pcscd is not installed."""
    if is_running():
        yield
        return
    program = shutil.which("pcscd") or shutil.which("pcscd", path="/usr/sbin:/sbin")
    if program is None:
        raise FileNotFoundError("pcscd: apt-get install pcscd vsmartcard-vpcd")
    command = [program, "--foreground", *(["--config", str(configuration)] if configuration else [])]
    with log.open("ab") if log else contextlib.nullcontext(subprocess.DEVNULL) as output:
        service = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)  # noqa: S603
        try:
            until = time.monotonic() + 10
            while not is_running():
                if service.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(
                        f"pcscd did not start (exit code {service.poll()}); may this user write {SOCKET.parent}?"
                    )
                time.sleep(0.02)
            yield
        finally:
            service.terminate()
            service.wait()
