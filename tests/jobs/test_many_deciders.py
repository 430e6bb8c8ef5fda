"""Two hundred sessions of one agency decide the same rows on the real server: each row once, and everybody is told."""

import http.client
import re
import time
import urllib.parse
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import pytest
import sqlalchemy as sa

import config
from app import create_app
from app.models.database import db
from tests import builders
from tests.house import live_portal
from tests.views.offices import TOWN, released

SESSIONS, ROWS, EACH = 200, 500, 25  # so that ten sessions reach for every row at once


@pytest.mark.soak
def test_each_row_is_decided_once_and_everybody_is_told(new_database, tmp_path: Path):
    urls = new_database("postgresql").bind()
    where = {"INSTANCE": str(tmp_path / "instance"), "DATABASE_URL": urls.url, "READS_DATABASE_URL": urls.reads_url}
    portal = released(create_app(config.load_config(where) | {"RATELIMIT_STORAGE_URI": "memory://"}))
    portal.account("clerk", "personnel_clerk", TOWN)
    ids = builders.waiting([builders.Ask(n) for n in range(1, ROWS + 1)], portal.ids["clerk"])
    sessions = [_session(portal, f"registrar{n}") for n in range(SESSIONS)]
    with (
        live_portal.started(tmp_path / "instance", WEB_WORKERS="4", **where) as live,
        ThreadPoolExecutor(SESSIONS) as pool,
    ):
        begun = time.monotonic()
        wanted = [[ids[(n * EACH + place) % ROWS] for place in range(EACH)] for n in range(SESSIONS)]
        told = list(pool.map(lambda one: _decide(live.port, *one), zip(sessions, wanted, strict=True)))
        seconds = sorted(took for _done, _refused, took in told)
        print(f"{SESSIONS} sessions, {EACH} rows each of {ROWS}: {time.monotonic() - begun:.0f} s,", end=" ")
        print(f"decision and page: median {seconds[SESSIONS // 2]:.1f} s, longest {seconds[-1]:.1f} s", flush=True)
    assert [len(done) + len(refused) for done, refused, _took in told] == [EACH] * SESSIONS
    assert all("CR-" in words and "/approvals/" in words for _done, refused, _took in told for words in refused)
    with db.engine.connect() as connection:
        states = connection.execute(sa.text("SELECT status, version, count(*) FROM change_request GROUP BY 1, 2")).all()
        audit = "SELECT count(*), count(DISTINCT object_id) FROM audit_event WHERE verb = 'approve_certification'"
        written = connection.execute(sa.text(audit)).one()
        numbers = connection.execute(sa.text("SELECT request_no FROM change_request")).scalars().all()
    assert Counter(number for done, _refused, _took in told for number in done) == dict.fromkeys(numbers, 1)
    assert (list(map(tuple, states)), tuple(written)) == ([("APPROVED", 2, ROWS)], (ROWS, ROWS))


def _session(portal, username: str) -> tuple[str, str]:
    """The cookie of a logged-in registrar and a form's token of his session."""
    portal.account(username, "registrar", TOWN)
    portal.app.appbuilder.sm.limiter.reset()  # two hundred officers do not log in within a minute from one address
    browser = portal.browser()
    assert browser.log_in(username).status_code == 302
    page = browser.get("/my-work/").text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return browser.cookie(), found[1]


def _decide(port: int, session: tuple[str, str], ids: list[int]) -> tuple[list[str], list[str], float]:
    """Post the decision and read its outcomes: what this session approved, the words about the others, and how long it took."""
    begun, (cookie, token) = time.monotonic(), session
    form = [("csrf_token", token), ("decision", "approve"), *(("request_id", str(i)) for i in ids)]
    form += [(f"version-{i}", "1") for i in ids]
    # A session belongs to the browser that opened it.
    headers = {
        "User-Agent": f"Werkzeug/{version('werkzeug')}",
        "Cookie": f"lgo_portal={cookie}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    answer = _ask(port, "POST", "/approvals/decide", urllib.parse.urlencode(form), headers)
    assert answer[0] == 303, answer
    status, page = _ask(port, "GET", "/approvals/", None, headers)
    assert status == 200
    part = page.partition("data-outcomes")[2].partition("</section>")[0]
    lines = re.findall(r'<li class="(is-done|is-refused)">(.*?)</li>', part, re.S)
    done = [number for sort, words in lines if sort == "is-done" for number in re.findall(r"CR-\d+", words)]
    refused = [words for sort, words in lines if sort == "is-refused"]
    return done, refused, time.monotonic() - begun


def _ask(port: int, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=900)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()
