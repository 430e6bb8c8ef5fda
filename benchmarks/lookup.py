"""Look-ups by national ID beside their floors: `python -m benchmarks.lookup --database postgresql --persons 100000`.

Its target is asked behind the portal's own web server; what is told beside it calls the portal as one would (WSGI, no socket).
A real Valkey serves the limiter; rounds are interleaved and
medians shown. PostgreSQL is the tests' cluster, which does not wait for the disk: a durable one pays for each commit.
"""

import argparse
import hashlib
import io
import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

import config
from app import create_app
from app.services.crossings import rights_lookup
from benchmarks import table
from benchmarks.floors.lookup import digest, raw_look_up, say_the_same
from benchmarks.interleaved import Spent, interleaved
from benchmarks.rights_database import filled, sample
from benchmarks.served import serve_bare, serve_portal
from scripts.serve import embedded_redis

WORD, BATCH, ROUNDS = "lgo_bench", 100, 5
TARGETS = {"sqlite": 0.25, "postgresql": 0.12}
SINGLE, SAME = "/api/v1/rights/lookup", "/api/same"


def main() -> None:
    """Measure and print absolute figures, ratios and targets."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--database", choices=list(TARGETS), default="sqlite")
    words.add_argument("--persons", type=int, default=20_000)
    words.add_argument("--asked", type=int, default=2_000, help="look-ups per round")
    given = words.parse_args()
    table.tell(run(given.database, given.persons, given.asked))


def lines() -> list[table.Row]:
    """Both databases, small."""
    return [line for database in TARGETS for line in run(database, persons=10_000, asked=500)]


def run(database: str, persons: int, asked: int) -> list[table.Line]:
    """Measure `asked` look-ups per round in a register of `persons`; prints what every path did."""
    with filled(database, persons, hashlib.sha256(WORD.encode()).hexdigest()) as urls, _redis() as redis:
        env = {"INSTANCE": redis, "DATABASE_URL": urls[0], "READS_DATABASE_URL": urls[1], "LOG_LEVEL": "WARNING"}
        storage = {
            "RATELIMIT_STORAGE_URI": f"redis+unix://{redis}/redis.sock",
            "RIGHTS_RATE_LIMIT": "9999999 per minute",
        }
        portal = create_app(config.load_config(env) | storage)
        spent = _measure(portal, urls[0], sample(persons, asked), Served(Path(redis), env, storage))
    rate = {name: asked / each.median for name, each in spent.items()}
    print(f"{database}: look-ups per second, median of {ROUNDS} rounds, in a register of {persons:,}")
    for name, value in rate.items():
        print(f"  {name:<26}{value:>10,.0f}{spent[name].peak:>8,.0f} MB", flush=True)
    return _lines(database, rate, spent)


@dataclass(frozen=True)
class Served:
    """What the portal needs to be started once more, behind its web server."""

    folder: Path
    env: dict[str, str]
    settings: dict[str, str]


def _measure(portal: Flask, url: str, numbers: list[str], served: Served) -> dict[str, Spent]:
    raw, bare = raw_look_up(url), Flask("bare")
    bodies: dict[str, bytes] = {}
    for app in (portal, bare):
        say_the_same(app, SAME, bodies)
    bodies |= {n: _sent(portal, SINGLE, {"national_id": n}) for n in dict.fromkeys(numbers)}
    told: dict[str, str] = {}

    def floor() -> None:
        told["floor"] = digest(map(raw, numbers))

    def single() -> None:
        told["portal"] = digest(_facts(_call(portal, SINGLE, {"national_id": n})) for n in numbers)

    def batches() -> None:
        chunks = (numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH))
        answers = (_call(portal, "/api/v1/rights/batch", {"national_ids": chunk}) for chunk in chunks)
        told["batch"] = digest(_facts(row) for answer in answers for row in answer["answers"])

    def same(app: Flask) -> Callable[[], None]:
        return lambda: [_call(app, SAME, {"national_id": number}, word="") for number in numbers] and None

    paths: dict[str, Callable[[], None]] = {
        "bare query": floor,
        "bare Flask": same(bare),
        "bare route of the portal": same(portal),
        "single": single,
        "single, no audit": _without_audit(single),
        "batch of 100": batches,
        "batch, no audit": _without_audit(batches),
    }
    with (
        serve_portal(served.env, served.settings, SINGLE, WORD) as ask,
        serve_bare(served.folder, SAME, bodies) as ask_bare,
    ):
        paths["bare Flask, served"] = lambda: [ask_bare({"national_id": number}) for number in numbers] and None
        paths["single, served"] = lambda: told.update(
            served=digest(_facts(json.loads(ask({"national_id": number}))) for number in numbers)
        )
        spent = interleaved(paths, ROUNDS)
    assert told["floor"] == told["portal"] == told["batch"] == told["served"], told
    print(f"{len(numbers)} answers, sha256 {told['floor']}, the same on all paths")
    return spent


def _lines(database: str, rate: dict[str, float], spent: dict[str, Spent]) -> list[table.Line]:
    """The target stands against a bare Flask on the same server that sends the same bytes; without a server, told."""

    def line(path: str, floor: str, ours: str, at_least: float | None = None) -> table.Line:
        return table.Line(f"{database}: {path}", rate[floor], rate[ours], "/s", at_least, peak=spent[ours].peak)

    return [
        line("look-up / bare Flask on the same server", "bare Flask, served", "single, served", TARGETS[database]),
        line("look-up / bare Flask without server", "bare Flask", "single"),
        line("look-up / bare route of the portal", "bare route of the portal", "single"),
        table.Line(
            f"{database}: look-up / bare Flask, CPU",
            min(spent["bare Flask"].cpu),
            min(spent["single"].cpu),
            "s",
            peak=spent["single"].peak,
        ),  # fmt: skip
        line("look-up / the same without audit", "single, no audit", "single", 0.5),
        line("look-up, batch of 100 / single", "single", "batch of 100", 8),
    ]


def _facts(answer: dict[str, Any]) -> tuple[str, str, str] | None:
    if answer["agency_code"] is None:
        return None
    return answer["agency_code"], answer["entitled_from"], answer["entitled_until"] or ""


def _without_audit(run: Callable[[], None]) -> Callable[[], None]:
    def unaudited() -> None:
        kept = rights_lookup.record_reads
        rights_lookup.record_reads = lambda rows, **_words: None  # type: ignore[assignment]
        try:
            run()
        finally:
            rights_lookup.record_reads = kept

    return unaudited


def _call(app: Flask, path: str, body: dict[str, Any], word: str = WORD) -> Any:
    return json.loads(_sent(app, path, body, word))


def _sent(app: Flask, path: str, body: dict[str, Any], word: str = WORD) -> bytes:
    sent = json.dumps(body).encode()
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(sent)), **({"HTTP_AUTHORIZATION": f"Bearer {word}"} if word else {}), "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(sent), "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False, "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
    status: list[str] = []
    answer = app(environ, lambda told, _headers, _error=None: status.append(told))  # type: ignore[arg-type,misc]
    try:
        text = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    assert status[0].startswith("200"), (status, text[:300])
    return text


@contextmanager
def _redis() -> Iterator[str]:
    """A Valkey of our own; yields the folder in which its socket and the portal's secret stand."""
    with tempfile.TemporaryDirectory(prefix="lgo-bench-") as folder:
        socket = Path(folder) / "redis.sock"
        server = subprocess.Popen(embedded_redis.command(socket, Path(folder) / "data"), stdout=subprocess.DEVNULL)
        try:
            while not embedded_redis.answers(socket):
                time.sleep(0.02)
            yield folder
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
