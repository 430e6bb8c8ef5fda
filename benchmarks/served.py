"""One application behind the portal's own web server, as run.py starts it: the portal, or a bare Flask that sends ready bytes.

A floor "on the same server" has the server's share on both sides; what is left between the two is the portal's.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

_ANSWERS, _SETTINGS, _PATH = "BENCH_ANSWERS", "BENCH_SETTINGS", "BENCH_PATH"
_READY_WITHIN = 60.0
Ask = Callable[[Mapping[str, str]], bytes]


def portal() -> Flask:
    """The portal, with settings that no environment carries."""
    import config
    from app import create_app

    return create_app(config.load_config(dict(os.environ)) | json.loads(os.environ[_SETTINGS]), commands=False)


def bare() -> Flask:
    """A Flask without anything but the answers of a file."""
    from benchmarks.floors.lookup import say_the_same

    answers = json.loads(Path(os.environ[_ANSWERS]).read_text())
    app = Flask("bare")
    say_the_same(app, os.environ[_PATH], {number: text.encode() for number, text in answers.items()})
    return app


@contextmanager
def serve_portal(env: Mapping[str, str], settings: Mapping[str, str], path: str, word: str) -> Iterator[Ask]:
    """The portal behind its server; what is yielded sends a body to `path` over one connection that stays open."""
    with _served("portal", {**env, _SETTINGS: json.dumps(settings)}, path, word) as ask:
        yield ask


@contextmanager
def serve_bare(folder: Path, path: str, answers: Mapping[str, bytes]) -> Iterator[Ask]:
    """The bare Flask behind the same server, with these bytes by national ID."""
    file = folder / "answers.json"
    file.write_text(json.dumps({number: text.decode() for number, text in answers.items()}))
    with _served("bare", {_ANSWERS: str(file), _PATH: path}, path, "") as ask:
        yield ask


@contextmanager
def _served(name: str, env: Mapping[str, str], path: str, word: str) -> Iterator[Ask]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    granian = str(Path(sys.executable).with_name("granian"))
    options = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "1", "--no-ws", "--factory"]
    command = [granian, *options, "--host", "127.0.0.1", "--port", str(port), f"benchmarks.served:{name}"]
    server = subprocess.Popen(command, env={**os.environ, **env}, stdout=subprocess.DEVNULL)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        _wait_for(port, server)
        yield _asking(connection, path, word)
    finally:
        connection.close()
        server.terminate()
        server.wait()


def _asking(connection: http.client.HTTPConnection, path: str, word: str) -> Ask:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {word}"} if word else {})}

    def ask(body: Mapping[str, str]) -> bytes:
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 200, (answer.status, text[:300])
        return text

    return ask


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _READY_WITHIN
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the benchmark's web server did not start")
