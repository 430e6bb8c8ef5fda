"""Serves one portal: prepares its data, keeps web, worker, ticker and Redis running, stops them all (`make run`)."""

import contextlib
import http.client
import os
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import config
from scripts.serve import embedded_redis, lock
from scripts.serve.supervisor import Failed, Stopped, Supervisor

BIN = Path(sys.executable).parent
READY_WITHIN_SECONDS = 120.0
LAST_WORDS = "Stop with Ctrl-C."  # after these only what people do is told; virtual_card waits for them
# One worker each, so that nothing slow stands before a round; they are those of app.services.queues, which imports much.
QUEUES = ("rounds", "default", "slow")


@dataclass(frozen=True)
class Wishes:
    """What the person asked for on the command line or in the environment."""

    instance: Path
    host: str
    port: int
    web_workers: int
    demo: bool
    own_redis: bool

    @property
    def host_here(self) -> str:
        """The host under which this machine reaches the portal."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared only

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the portal."""
        return (
            f"http://[{self.host_here}]:{self.port}"
            if ":" in self.host_here
            else f"http://{self.host_here}:{self.port}"
        )


def main() -> int:
    """Serve until told to stop; return the exit code."""
    os.umask(0o077)
    try:
        wishes = _read_wishes()
        os.environ["INSTANCE"] = str(wishes.instance)
        os.environ["PYTHONUNBUFFERED"] = "1"
        config.load_config()
        with lock.held(wishes.instance, wishes.address):
            _check_port(wishes)
            return _serve(wishes)
    except lock.AlreadyRunning as holder:
        say(f"The data in {wishes.instance} is already being served ({holder}).")
        say("Stop that one first (Ctrl-C there), or choose another folder: make run INSTANCE=other PORT=8081")
    except (Failed, config.ConfigError) as error:
        say(f"Error: {error}")
    return 1


def _read_wishes() -> Wishes:
    env = os.environ
    numbers = {name: env.get(name) or default for name, default in (("PORT", "8080"), ("WEB_WORKERS", "4"))}
    demo = env.get("DEMO") or ("0" if config.is_production(env) else "1")
    for name, value in (*numbers.items(), ("DEMO", demo)):
        if not value.isdecimal() or not (0 if name == "DEMO" else 1) <= int(value) <= (1 if name == "DEMO" else 65535):
            raise Failed(f"{name}={value} makes no sense.")
    return Wishes(
        instance=config.instance_dir(env),
        host=env.get("HOST") or "127.0.0.1",
        port=int(numbers["PORT"]),
        web_workers=int(numbers["WEB_WORKERS"]),
        demo=demo == "1",
        own_redis=not env.get("REDIS_URL"),
    )


def _check_port(wishes: Wishes) -> None:
    """Raise Failed if nobody can listen there; the web server itself would share a taken port without a word."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(wishes.host, wishes.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
            probe.listen()
    except OSError as error:
        reason = error.strerror or str(error)
        raise Failed(
            f"Port {wishes.port} on {wishes.host} cannot be used: {reason}. Choose another: make run PORT=8081"
        ) from None


def _serve(wishes: Wishes) -> int:
    logs = wishes.instance / "logs"
    logs.mkdir(exist_ok=True)
    (wishes.instance / "address").write_text(wishes.address)
    supervisor = Supervisor(config.BASE_DIR, logs, say)
    redis_socket = config.redis_socket(wishes.instance)
    try:
        _start(supervisor, wishes, redis_socket)
        while True:
            supervisor.step()
    except Stopped:
        say("\nStopping ...")
    finally:
        supervisor.stop()
        if wishes.own_redis:
            embedded_redis.remove_socket(redis_socket)
    say(f"Stopped. The data stays in {wishes.instance}")
    return 0


def _start(supervisor: Supervisor, wishes: Wishes, redis_socket: Path) -> None:
    begun = time.monotonic()
    flask = str(BIN / "flask")
    if wishes.own_redis:
        command = embedded_redis.command(redis_socket, wishes.instance / "redis")
        config.redis_socket(wishes.instance)  # looks again, now that the folder is there: is it really ours?
        redis = supervisor.keep("redis", command)
        supervisor.wait_for(lambda: embedded_redis.answers(redis_socket), redis, 30)
    say("Preparing the database ...")
    supervisor.run("release", [flask, "release"])
    if wishes.demo:
        supervisor.run("demo", [flask, "demo", "seed"])
    web = supervisor.keep("web", _web_command(wishes))
    supervisor.wait_for(lambda: _answers(wishes), web, READY_WITHIN_SECONDS)
    for queue in QUEUES:
        supervisor.keep(f"worker-{queue}", [sys.executable, "-m", "jobs.worker", queue])
    supervisor.keep("ticker", [sys.executable, "-m", "jobs.ticker"])
    say(f"\nThe portal is ready at {wishes.address}   (after {time.monotonic() - begun:.0f} s)")
    if wishes.demo:
        say(supervisor.run("accounts", [flask, "demo", "accounts"]).rstrip())
    else:
        say("Make the first administrator, in another terminal:")
        say(f"  INSTANCE={wishes.instance} .venv/bin/flask admin invite")
    say(f"Data and logs: {wishes.instance}\n{LAST_WORDS}")


def _web_command(wishes: Wishes) -> list[str]:
    where = ["--host", wishes.host, "--port", str(wishes.port)]
    # One thread: Flask-AppBuilder shares state between the threads of a process. Progress is polled, never held open.
    processes = ["--workers", str(wishes.web_workers), "--blocking-threads", "1", "--no-ws"]
    recovery = ["--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "5"]
    return [str(BIN / "granian"), "--interface", "wsgi", *where, *processes, *recovery, "app.wsgi:application"]


def _answers(wishes: Wishes) -> bool:
    connection = http.client.HTTPConnection(wishes.host_here, wishes.port, timeout=3)
    try:
        connection.request("GET", "/login/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def say(line: str) -> None:
    """Print for the person at the console, who may have closed the terminal."""
    with contextlib.suppress(OSError):
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
