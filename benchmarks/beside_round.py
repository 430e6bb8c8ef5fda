"""An officer at work while a round runs: `python -m benchmarks.beside_round ROLE URL READS DONE`, a process for each.

Each does the same again and again, PAUSES apart, until the file DONE stands there, and prints the instant and the milliseconds of
each time. All of it meets the rows of the round: families that it brings into the register.
"""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count, cycle
from pathlib import Path

import sqlalchemy as sa

from app.domain.actor import Actor, Scope, ScopeKind
from app.domain.people import Relation, Sex, ToFollow
from app.domain.powers import Power
from app.models.database import db
from app.rules.told import Told
from app.services import change_requests, withdrawals
from app.services.crossings import rights_lookup
from app.services.family_forms import FamilyForm, Member
from tests import builders

# Seconds: a few officers who save without rest, not so many that they wait for each other.
PAUSES = {"bare": 0.02, "clerk": 0.25, "registrar": 0.25, "reader": 0.02}
_ASKED = sa.text(
    "SELECT r.id, r.version, p.national_id, r.agency_id FROM change_request r JOIN proposal p ON p.request_id = r.id"
    " JOIN processing_round o ON o.id = r.round_id WHERE o.status = 'PLANNED' AND p.relation = 'SELF' ORDER BY r.id"
)


def main() -> None:
    """Be one of them."""
    role, url, reads, done = sys.argv[1:]
    db.bind(url, reads)
    act = ROLES[role]()
    print("ready", flush=True)
    times = []
    while not Path(done).exists():
        at, begun = time.time(), time.perf_counter()
        try:
            act()
        except StopIteration:
            break  # a small round: everybody has a father now
        times.append((at, (time.perf_counter() - begun) * 1000))
        time.sleep(PAUSES[role])
    for at, spent in times:
        print(at, spent)


def _bare() -> Callable[[], None]:
    """One row by one statement: what the database alone makes a writer wait."""
    with db.writer.begin() as connection:
        connection.execute(sa.text("INSERT INTO running_number (series, last) VALUES ('BENCH', 0)"))

    def act() -> None:
        with db.writer.begin() as connection:
            connection.execute(sa.text("UPDATE running_number SET last = last + 1 WHERE series = 'BENCH'"))

    return act


def _clerk() -> Callable[[], None]:
    """Records a father for an official of the round and sends him to the registrar, in one save, with law and papers."""
    asked, numbers = _officials(), count(7_000_000)
    agency = next(asked)[3]
    user = builders.user("bench-clerk", agency)
    clerk = Actor(
        "bench-clerk", Scope(ScopeKind.AGENCY, agency), frozenset({Power.RECORD_REQUEST}), user, agency_id=agency
    )

    def act() -> None:
        father = Member(
            Relation.FATHER, builders.national_id(next(numbers)), "", "สมศักดิ์", "", "ใจดี", date(1950, 1, 2),
            sex=Sex.M, told=Told(to_follow=ToFollow.FACTS),
        )  # fmt: skip
        change_requests.record(FamilyForm((father,), principal_national_id=next(asked)[2]), actor=clerk, submit=True)

    return act


def _registrar() -> Callable[[], None]:
    """Tries to take back an approval that the round carries: before its hour it goes back, afterwards it is refused."""
    asked = cycle(reversed(list(_officials())))
    agency = next(asked)[3]
    powers = frozenset({Power.APPROVE_CERTIFICATION})
    user = builders.user("bench-registrar", agency)
    registrar = Actor("bench-registrar", Scope(ScopeKind.AGENCY, agency), powers, user, agency_id=agency)

    def act() -> None:
        number, version, *_rest = next(asked)
        withdrawals.withdraw([number], actor=registrar, seen_versions={number: version})

    return act


def _reader() -> Callable[[], None]:
    """Looks up the right of an official of the round as a hospital does, the row of the read included."""
    asked, hospital = (
        cycle(_officials()),
        Actor("bench-hospital", Scope(ScopeKind.NATION), frozenset({Power.LOOKUP_RIGHT})),
    )

    def act() -> None:
        rights_lookup.look_up([next(asked)[2]], None, actor=hospital, hash_key="bench")

    return act


def _officials() -> Iterator[tuple[int, int, str, int]]:
    with db.engine.connect() as connection:
        rows = connection.execute(_ASKED).all()
    yield from (tuple(row) for row in rows)


ROLES: dict[str, Callable[[], Callable[[], None]]] = {
    "bare": _bare, "clerk": _clerk, "registrar": _registrar, "reader": _reader,
}  # fmt: skip

if __name__ == "__main__":
    main()
