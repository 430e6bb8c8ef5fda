"""A register that is filled once and copied for every run of a round, and what it is filled with.

Up to 200,000 persons an earlier round has carried them, one by one; a larger register is `large_register`'s. It may be kept in
a place of its own, so that several benchmarks of a million persons need not fill it anew.
"""

from datetime import date

from app.domain.people import Relation
from app.models.database import db
from app.services import releases, rounds
from benchmarks import large_register
from benchmarks.kept_databases import Databases
from tests import builders

FAMILY, LARGE = 5, 200_000


def stands_or_fill(made: Databases, persons: int, approvals: int) -> None:
    """The origin with `persons` and `approvals` before their round; one that was kept is taken as it is."""
    if made.stands():
        return
    made.create()
    if persons >= LARGE:
        large_register.fill(made.origin, made.kind, persons, approvals)
    else:
        fill(made.origin, persons, approvals)


def fill(url: str, persons: int, approvals: int) -> None:
    """Families of five that an earlier round carried, and as many approvals as asked for: new families and new members."""
    db.bind(url, url)
    releases.upgrade()
    builders.clock("2018-10-01 08:00")
    standing = [ask for n in range(persons // FAMILY) for ask in builders.family(10 * n + 1, FAMILY)]
    builders.approved(builders.planned_round("2018-10-01 11:00"), standing)
    builders.clock("2018-10-01 11:00")
    list(rounds.run_due())
    families = approvals * 8 // 10 // FAMILY
    asks = [ask for n in range(families) for ask in builders.family(5_000_000 + 10 * n, FAMILY)]
    for n in range(approvals - len(asks)):
        asks.append(builders.Ask(10 * n + 8, 10 * n + 1, Relation.MOTHER, date(2011, 1, 1)))
    builders.approved(builders.planned_round("2018-10-01 15:00"), asks)
    builders.clock("2018-10-01 15:00")
    with db.writer.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    db.dispose()
