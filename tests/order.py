"""The tests that take longest come first, so that no process of a run is left alone with one of them at the end."""

import pytest

# By folder or file, the slowest first; the rest keeps its order.
LONGEST = (
    "tests/jobs/test_kills.py", "tests/browser/test_pages.py", "tests/browser/test_main_job.py",
    "tests/house/test_run_three_users.py", "tests/jobs", "tests/browser", "tests/house/test_run_",
    "tests/views/test_scope_walk.py",
    "tests/services/test_demo.py", "tests/services/test_restores.py", "tests/services/test_backups.py",
    "tests/services/test_round_",
)  # fmt: skip


def sort(items: list[pytest.Item]) -> None:
    """Bring the collected tests into their order; a module's tests stay together."""

    def place(item: pytest.Item) -> int:
        return next((at for at, start in enumerate(LONGEST) if item.nodeid.startswith(start)), len(LONGEST))

    items.sort(key=place)
