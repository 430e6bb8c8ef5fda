"""One web process serves three officers at once: nobody's list shows what another searches for, or another's rows."""

import re
import sqlite3
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from app.services.demo.accounts import PASSWORD
from tests.house.live_portal import Portal, started

PAGES = 40  # of each officer
# What each of them searches for: the nation's administrator, and a registrar of each of two agencies.
WORDS = {
    "nhso1": ("clerk", "robot:demo"),
    "registrar1": ("clerk1", "registrar1"),
    "registrar_b": ("clerk_b", "registrar_b"),
}


class Browser:
    """An officer who is logged in and looks at the audit trail."""

    def __init__(self, portal: Portal, username: str) -> None:
        self.username, self._base = username, f"http://127.0.0.1:{portal.port}"
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self._page("/login/"))
        assert token
        form = {"username": username, "password": PASSWORD, "csrf_token": token[1]}
        self._page("/login/", urllib.parse.urlencode(form).encode())

    def search(self, word: str) -> tuple[list[str], list[str]]:
        """The words that the list of acts says it was searched for, and the acts that it shows."""
        page = self._page(f"/audit/list/?actor_name={urllib.parse.quote(word)}")
        typed = re.findall(r'<input[^>]* name="actor_name"[^>]* value="([^"]*)"', page)
        return typed, list(dict.fromkeys(re.findall(r"/audit/show/(\d+)", page)))

    def _page(self, path: str, form: bytes | None = None) -> str:
        with self._opener.open(self._base + path, form, timeout=60) as answer:
            return str(answer.read().decode())


@pytest.fixture
def browsers(demo_instance: Callable[[Path], Path], tmp_path: Path) -> Iterator[list[Browser]]:
    with started(demo_instance(tmp_path / "instance")) as portal:
        yield [Browser(portal, username) for username in WORDS]
    portal.process.wait()


def test_a_password_is_kept_so_that_each_guess_costs_a_tenth_of_a_second(demo_instance, tmp_path: Path) -> None:
    with closing(sqlite3.connect(demo_instance(tmp_path / "instance") / "portal.db")) as register:
        kept = [password for (password,) in register.execute("SELECT password FROM ab_user")]
    assert kept and {password.split("$")[0] for password in kept} == {"scrypt:32768:8:1"}


def test_three_officers_at_once_see_their_own_searches_and_rows_only(browsers: list[Browser]) -> None:
    quiet = {(who.username, word): who.search(word)[1] for who in browsers for word in WORDS[who.username]}
    assert all(quiet.values())
    assert len({tuple(rows) for rows in quiet.values()}) == len(quiet), "searches that find the same prove nothing"

    def walk(who: Browser) -> list[tuple[str, object, object]]:
        wrong = []
        for number in range(PAGES):
            # Every other word finds nothing and is used once, so that a page of another tab would be seen as well.
            word = WORDS[who.username][number // 2 % 2] if number % 2 else f"{who.username}-{number}"
            wanted = ([word], quiet.get((who.username, word), []))
            found = who.search(word)
            if found != wanted:
                wrong.append((who.username, wanted, found))
        return wrong

    with ThreadPoolExecutor(len(browsers)) as pool:
        assert [page for pages in pool.map(walk, browsers) for page in pages] == []
