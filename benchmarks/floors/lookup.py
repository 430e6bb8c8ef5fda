"""The floor of the look-up: the bare query through the bare driver, and a route that sends the same bytes and does nothing."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask, Response, request

_QUERY = """
    SELECT a.dla_code, e.entitled_from, e.entitled_until FROM person p
    JOIN entitlement e ON e.person_id = p.id JOIN agency a ON a.id = e.agency_id
    WHERE p.national_id = {mark} AND NOT e.voided AND NOT e.suspended
"""


def raw_look_up(url: str) -> Callable[[str], tuple[str, str, str] | None]:
    """A function from a national ID to (agency code, first day, end day or empty) over one open driver connection."""
    if url.startswith("sqlite"):
        import sqlite3

        cursor: Any = sqlite3.connect(url.removeprefix("sqlite:///")).cursor()
        query = _QUERY.format(mark="?")
    else:
        import psycopg

        cursor = psycopg.connect(url.replace("+psycopg", ""), autocommit=True).cursor()
        query = _QUERY.format(mark="%s")

    def ask(national_id: str) -> tuple[str, str, str] | None:
        row = cursor.execute(query, (national_id,)).fetchone()
        return None if row is None else (row[0], str(row[1]), str(row[2] or ""))

    return ask


def say_the_same(app: Flask, path: str, answers: Mapping[str, bytes]) -> None:
    """Give `app` a route that reads the number and sends the ready bytes; only what stands around it costs."""

    @app.post(path)
    def same() -> Any:
        return Response(answers[request.get_json()["national_id"]], mimetype="application/json")


def digest(rows: Iterable[tuple[str, str, str] | None]) -> str:
    """One word for all answers in their order; the portal's must be the same."""
    return hashlib.sha256("\n".join("|".join(row or ("-",)) for row in rows).encode()).hexdigest()[:16]
