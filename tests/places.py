"""Where the tests put their databases and folders: in memory where there is enough, since they make thousands of files."""

import shutil
import tempfile
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - each folder in it is made with a name and rights of its own
ENOUGH_BYTES = 6 << 30


def quick() -> str:
    """The folder for what lives no longer than the tests: shared memory, or the usual one where that is small."""
    try:
        is_roomy = min(shutil.disk_usage(SHARED_MEMORY).free, _available()) > ENOUGH_BYTES
    except (OSError, StopIteration):
        is_roomy = False
    return str(SHARED_MEMORY) if is_roomy else tempfile.gettempdir()


def _available() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")) << 10
