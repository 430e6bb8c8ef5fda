"""`make setup` says what is missing; the locked dependencies of running and testing agree and are hashed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import config

REQUIREMENTS = config.BASE_DIR / "requirements"


def _locked(name: str) -> dict[str, str]:
    text = (REQUIREMENTS / f"{name}.lock").read_text()
    return dict(re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", text, re.MULTILINE))


def test_tests_run_on_the_versions_that_serve() -> None:
    served, tested = _locked("run"), _locked("test")
    assert len(served) > 30
    assert served.items() <= tested.items()


@pytest.mark.parametrize("name", ["run", "test"])
def test_every_dependency_is_hashed(name: str) -> None:
    entries = re.split(r"\n(?=[\w])", (REQUIREMENTS / f"{name}.lock").read_text())
    assert not [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout on a machine with a shell and nothing else."""
    for folder in ("scripts", "requirements"):
        shutil.copytree(config.BASE_DIR / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "bin").mkdir()
    for tool in ("sh", "dirname", "head", "grep"):
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    return tmp_path


def _set_up(checkout: Path) -> str:
    environment = {"PATH": str(checkout / "bin")}
    done = subprocess.run(["scripts/setup.sh"], cwd=checkout, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert not (checkout / ".venv").exists()
    return done.stderr


def _install_python(checkout: Path, script: str) -> None:
    python = checkout / "bin" / "python3"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)


def test_a_machine_without_python_is_told_so(checkout: Path) -> None:
    assert "apt-get install python3 python3-venv" in _set_up(checkout)


def test_a_machine_with_an_old_python_is_told_so(checkout: Path) -> None:
    _install_python(checkout, "exit 1")
    assert "Python 3.11, 3.12 or 3.13 is needed" in _set_up(checkout)


def test_a_python_without_venv_is_told_so(checkout: Path) -> None:
    _install_python(checkout, 'case "$2" in *ensurepip*) exit 1;; esac')
    assert "Python's venv module is missing" in _set_up(checkout)


def test_a_second_setup_has_nothing_to_do() -> None:
    for _ in range(2):
        done = subprocess.run(
            ["make", "--no-print-directory", "setup"], cwd=config.BASE_DIR, capture_output=True, text=True
        )
    assert (done.returncode, done.stdout) == (0, "")
