"""A register of a million persons with a round of a hundred thousand approvals before it: filled once, copied for each path.

The persons are `register_database.fill`'s. Eight tenths of the approvals are new families of five, the rest are mothers who
join families that stand in it, each at her child's own agency.
"""

from datetime import date
from typing import Any

from app.domain.people import Relation
from app.models.database import db
from app.services import releases
from benchmarks import register_database
from tests import builders

# Principals of the register who can still have a mother of 76: born between 1975 and 1989 (see `_WHO` there).
_BORN_1975, _BORN_1989 = 9_131, 14_610
DAY = "2026-10-01"


def fill(url: str, kind: str, persons: int, approvals: int) -> None:
    """Everything, then the clock at the hour of the round that carries the approvals."""
    db.bind(url, url)
    releases.upgrade()
    builders.clock(f"{DAY} 08:00")  # while the register is empty: afterwards it goes forward only
    with db.writer.begin() as connection:
        register_database.fill(connection, kind, persons)
    decided = {"decided_at": builders.bangkok(f"{DAY} 09:00")}
    families = approvals * 8 // 10 // 5
    asks = [ask for n in range(families) for ask in builders.family(5_000_000 + 10 * n, 5, **decided)]
    agencies = max(min(register_database.AGENCIES, persons // 127), 1)
    principals = iter(range(1, persons + 1, 4))
    while len(asks) < approvals:
        asks.append(_mother(_next(principals), agencies, decided))
    builders.approved(builders.planned_round(f"{DAY} 15:00"), asks)
    builders.clock(f"{DAY} 15:00")
    with db.writer.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
            "VACUUM ANALYZE" if kind == "postgresql" else "ANALYZE"
        )
    db.dispose()


def _next(principals: Any) -> int:
    """The next principal of that age in active service, whose own right is not a draft."""
    return next(i for i in principals if _BORN_1975 <= i % 20_000 <= _BORN_1989 and i % 40 != 1 and i % 1000 != 9)


def _mother(principal: int, agencies: int, decided: dict[str, Any]) -> builders.Ask:
    number = f"19901{principal:07d}0"  # as `register_database` numbers its people
    return builders.Ask(
        9_000_000 - principal, 1, Relation.MOTHER, date(2021, 1, 1), agency_id=(principal - 1) // 4 % agencies + 1,
        columns={"principal_national_id": number, "birth_date": date(1950, 1, 15)}, **decided,
    )  # fmt: skip
