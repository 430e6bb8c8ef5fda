"""No check on a card stands for show: each one taken out of a copy of the program makes its test fail (`make soak`)."""

import os
import shutil
import subprocess
import sys

import pytest

import config
from tests.views.card_checks import CHECKS

FOLDERS = ("app", "card_bridge", "virtual_card", "jobs", "migrations", "tests", "translations", "scripts")


def test_each_check_stands_where_the_list_says_and_so_does_its_test():
    for check in CHECKS:
        assert (config.BASE_DIR / check.file).read_text("utf-8").count(check.said) == 1, check.what
        file, _, name = check.test.partition("::")
        assert f"def {name}(" in (config.BASE_DIR / file).read_text("utf-8"), check.what
    assert len({check.what for check in CHECKS}) == len(CHECKS) > 60
    shown = (config.BASE_DIR / "docs" / "card.md").read_text("utf-8")
    assert [check.what for check in CHECKS if f"| {check.what} |" not in shown] == []


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The program without its history, to be broken."""
    place = tmp_path_factory.mktemp("copy")
    for folder in FOLDERS:
        shutil.copytree(config.BASE_DIR / folder, place / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("config.py", "run.py", "pyproject.toml", "babel.cfg"):
        shutil.copy(config.BASE_DIR / name, place / name)
    return place


@pytest.mark.soak
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.what)
def test_without_it_its_test_fails(copy, check):
    file = copy / check.file
    whole = file.read_text("utf-8")
    file.write_text(whole.replace(check.said, check.without), "utf-8")
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", check.test]
    env = os.environ | {"PYTHONPATH": str(copy)}
    try:
        done = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True)
    finally:
        file.write_text(whole, "utf-8")
    assert done.returncode == 1 and " failed" in done.stdout, done.stdout[-3000:]
