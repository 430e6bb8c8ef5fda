"""No check on a card stands for show: each one taken out makes its test fail (`make soak`; docs/card.md has the list)."""

import subprocess
import sys

import pytest

import config
from tests.views.card_checks import CHECKS


def test_each_check_stands_where_the_list_says_and_so_does_its_test():
    for check in CHECKS:
        assert (config.BASE_DIR / check.file).read_text("utf-8").count(check.said) == 1, check.what
        file, _, name = check.test.partition("::")
        assert f"def {name}(" in (config.BASE_DIR / file).read_text("utf-8"), check.what
    assert len({check.what for check in CHECKS}) == len(CHECKS) > 60
    shown = (config.BASE_DIR / "docs" / "card.md").read_text("utf-8")
    assert [check.what for check in CHECKS if f"| {check.what} |" not in shown] == []


@pytest.mark.soak
def test_each_check_taken_out_makes_its_test_fail():
    files = sorted({check.test.partition("::")[0] for check in CHECKS})
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "tests.views.card_check_plugin", *files]
    done = subprocess.run(command, cwd=config.BASE_DIR, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:]
    assert f"{len(CHECKS)} of {len(CHECKS)} checks" in done.stdout
