"""The supervisor leaves no process behind, not even one that left its group or ignores every polite word."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import config
from scripts.serve.logs import LARGEST, LogFile
from tests.house.live_portal import kill, processes_of, settings, until

# Like an RQ worker with a job: a parent that stops when asked, and a child in a group of its own that does not.
STUBBORN = """
import os, signal, sys, time
if os.fork() == 0:
    os.setpgrp()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    print("ERROR: job begun", flush=True)
print(os.getpid(), flush=True)
time.sleep(1000)
"""
SUPERVISE = """
import sys
from pathlib import Path
from scripts.serve.supervisor import Stopped, Supervisor
folder = Path(sys.argv[1])
supervisor = Supervisor(folder, folder, lambda line: print(line, flush=True))
try:
    supervisor.keep("first", ["sleep", "1000"])
    supervisor.keep("stubborn", [sys.executable, "-c", sys.argv[2]])
    while True:
        supervisor.step()
except Stopped:
    supervisor.stop()
    print("stopped", flush=True)
"""


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", SUPERVISE, str(tmp_path), STUBBORN]
    environment = settings(tmp_path)
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(
            command, cwd=config.BASE_DIR, env=environment, stdout=said, text=True, preexec_fn=_as_at_a_terminal
        )
    until(lambda: len(_pids(tmp_path)) == 2, lambda: processes_of(tmp_path))
    yield process
    for pid in [process.pid, *processes_of(tmp_path)]:
        kill(pid, signal.SIGKILL)
    process.wait()


def _as_at_a_terminal() -> None:
    """Under nohup a closed terminal is rightly no reason to stop; these tests are about one that counts."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def _pids(folder: Path) -> list[int]:
    log = folder / "stubborn.log"
    return [int(line) for line in log.read_text().splitlines() if line.isdecimal()] if log.exists() else []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_polite_end_leaves_nobody(supervisor: subprocess.Popen[str], tmp_path: Path, number: signal.Signals) -> None:
    supervisor.send_signal(number)
    assert supervisor.wait() == 0
    assert (tmp_path / "said").read_text().endswith("stopped\n")
    assert not processes_of(tmp_path)


def test_a_killed_supervisor_leaves_nobody(supervisor: subprocess.Popen[str], tmp_path: Path) -> None:
    supervisor.kill()
    supervisor.wait()
    until(lambda: not processes_of(tmp_path), lambda: processes_of(tmp_path))


def test_a_dead_child_is_replaced_and_its_orphan_does_not_live_on(
    supervisor: subprocess.Popen[str], tmp_path: Path
) -> None:
    orphan, parent = sorted(_pids(tmp_path), key=lambda pid: pid == os.getsid(pid))
    os.kill(parent, signal.SIGKILL)
    until(lambda: len(_pids(tmp_path)) == 4, lambda: processes_of(tmp_path))
    assert orphan not in processes_of(tmp_path)
    supervisor.terminate()
    supervisor.wait()
    said = (tmp_path / "said").read_text()
    assert "stubborn ended (killed by SIGKILL)" in said
    assert "stubborn: ERROR: job begun" in said


def test_a_log_is_kept_small_and_its_errors_are_told_once(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "web.log")
    with log.path.open("a") as child:
        child.write("INFO fine\n" * (LARGEST // 10) + "ERROR in a page\n  and its story\nValueError: 7\n")
        child.flush()
        assert log.new_errors() == ["ERROR in a page", "ValueError: 7"]
        assert log.new_errors() == []
        log.rotate()
        child.write("ERROR again\n")
        child.flush()
        assert log.new_errors() == ["ERROR again"]
    assert log.path.read_text() == "ERROR again\n"
    assert (tmp_path / "web.log.1").read_text().endswith("ValueError: 7\n")
