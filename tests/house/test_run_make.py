"""`make run` serves, explains itself, mends what dies, and stops everything that it started."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

import config
from app.services.queues import QUEUES
from run import QUEUES as WITH_WORKERS
from tests.house.live_portal import RUN, Portal, free_port, processes_of, settings, started, until


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal started as a visitor would, with Ctrl-C at the end of the module."""
    with started(tmp_path_factory.mktemp("served") / "data of mine", ["make", "--no-print-directory", "run"]) as served:
        yield served
        os.killpg(served.process.pid, signal.SIGINT)  # a terminal sends Ctrl-C to the whole foreground group
        served.process.wait()
        until(lambda: not served.processes(), served.processes)
        assert "Stopped. The data stays in" in served.words()
        assert not config.redis_socket(served.instance).parent.exists()
        assert (served.instance / "portal.db").stat().st_size > 0


def test_the_login_page_is_served(portal: Portal) -> None:
    assert 'type="password"' in portal.page("/login/")
    assert f"http://127.0.0.1:{portal.port}" in portal.words()


def test_everything_that_the_portal_needs_runs(portal: Portal) -> None:
    lines = "\n".join(portal.processes().values())
    assert WITH_WORKERS == QUEUES
    for part in ("granian", *(f"jobs.worker {queue}" for queue in QUEUES), "jobs.ticker", "valkey"):
        assert part in lines, lines


def test_redis_listens_on_its_private_socket_only_and_never_forgets_a_job(portal: Portal) -> None:
    socket_path = config.redis_socket(portal.instance)
    with Redis(unix_socket_path=str(socket_path)) as redis:
        settings_of_redis = redis.config_get("port", "maxmemory-policy", "appendonly")
    assert settings_of_redis == {"port": "0", "maxmemory-policy": "noeviction", "appendonly": "yes"}
    assert socket_path.parent.stat().st_mode & 0o777 == 0o700
    assert (portal.instance / "redis").is_dir()


def test_a_second_start_on_the_same_data_is_refused_by_name(portal: Portal) -> None:
    second = _refused(settings(portal.instance, PORT=str(free_port())))
    assert f"process {portal.one('run.py')}" in second
    assert str(portal.instance) in second
    assert 'type="password"' in portal.page("/login/")


def test_a_taken_port_is_refused_by_number(portal: Portal, tmp_path: Path) -> None:
    assert f"Port {portal.port} on 127.0.0.1 cannot be used" in _refused(settings(tmp_path, PORT=str(portal.port)))
    assert not processes_of(tmp_path)


def test_a_port_that_somebody_only_listens_on_is_refused_too(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert f"Port {port}" in _refused(settings(tmp_path, PORT=str(port)))


@pytest.mark.parametrize("wrong", [{"PORT": "http"}, {"PORT": "70000"}, {"DEMO": "yes"}, {"WEB_WORKERS": "0"}])
def test_a_wish_that_makes_no_sense_is_named(wrong: dict[str, str], tmp_path: Path) -> None:
    name, value = next(iter(wrong.items()))
    assert f"{name}={value}" in _refused(settings(tmp_path, **wrong))


@pytest.mark.parametrize("part", ["granian", "jobs.worker rounds", "jobs.ticker", "valkey"])
def test_a_part_that_dies_is_started_again(portal: Portal, part: str) -> None:
    before = {pid for pid, line in portal.processes().items() if part in line}
    os.kill(min(before), signal.SIGKILL)  # the first of several is the one that started the others
    until(lambda: not before & portal.processes().keys(), portal.words)
    until(lambda: any(part in line for line in portal.processes().values()), portal.words)
    until(lambda: _answers(portal), portal.words)


def test_a_killed_supervisor_takes_its_processes_along_and_the_next_start_is_clean(tmp_path: Path) -> None:
    instance = tmp_path / "data"
    with started(instance) as portal:
        portal.process.kill()
        portal.process.wait()
        until(lambda: not portal.processes(), portal.processes)
    with started(instance) as portal:
        assert 'type="password"' in portal.page("/login/")
        portal.process.terminate()
        assert portal.process.wait() == 0
        assert not portal.processes()


def _answers(portal: Portal) -> bool:
    try:
        return 'type="password"' in portal.page("/login/")
    except OSError:
        return False


def _refused(environment: dict[str, str]) -> str:
    """Run a start that must fail and return what it says: words for a person, no traceback."""
    done = subprocess.run(RUN, env=environment, cwd=config.BASE_DIR, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    return done.stdout
