"""A mixed lot of requests, right and wrong, over two rounds, the same for the same seed; and what became of them."""

from datetime import date, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from app.domain.people import AgencyType, PersonnelType, Relation, RequestType
from app.models import Agency
from app.models.database import db
from app.services import rounds
from tests.builders import Ask, agency, approved, bangkok, clock, family, national_id, outcome, planned_round, rights

FAMILIES = 25
_OTHER = "04110102"


def carry_two_rounds(seed: int) -> list[Any]:
    """Run both rounds on the bound database; gives every request's outcome and every right, without surrogate ids."""
    chance = Random(seed)
    clock("2018-10-01 10:59")
    home, other = agency(), agency(_OTHER)
    first = approved(planned_round("2018-10-01 11:00"), list(_morning(chance, other)))
    clock("2018-10-01 11:00")
    list(rounds.run_due())
    second = approved(planned_round("2018-10-01 15:00"), list(_afternoon(chance, other)))
    _close(other)
    clock("2018-10-01 15:00")
    list(rounds.run_due())
    place = {request_id: place for place, request_id in enumerate(first + second)}
    outcomes = [(status, error, place.get(rival)) for status, error, rival in map(outcome, place)]
    codes = {home: "home", other: "other"}
    return [*outcomes, *(_right(row, codes, place) for row in rights())]


def _right(row: Any, codes: dict[int, str], place: dict[int, int]) -> tuple[Any, ...]:
    return (
        row.national_id, row.principal_national_id, row.relation, row.entitled_from, row.entitled_until, row.voided,
        row.version, row.effective_at, codes[row.agency_id], place[row.request_id], place.get(row.voided_by_request_id),
    )  # fmt: skip


def _close(agency_id: int) -> None:
    table = Agency.__table__
    with db.writer.begin() as connection:
        values = {"agency_type": AgencyType.TAO, "version": table.c.version + 1}
        connection.execute(sa.update(table).where(table.c.id == agency_id).values(**values))


def _morning(chance: Random, other: int) -> list[Ask]:
    asks: list[Ask] = []
    for number in range(FAMILIES):
        serial = 10 * number + 1
        here = other if chance.random() < 0.2 else None
        asks += family(serial, chance.randint(1, 5), agency_id=here, decided_at=_some_time(chance))
        if chance.random() < 0.2:
            asks.append(Ask(serial, agency_id=here, decided_at=_some_time(chance)))
        if chance.random() < 0.2:
            asks.append(Ask(serial + 1, serial, Relation.SPOUSE, date(2012, 1, 1), agency_id=here))
        if chance.random() < 0.1:
            wrong = {"personnel_type": PersonnelType.PAO_OFFICIAL}
            asks.append(Ask(serial + 8, rules_version="older", columns=wrong))
        if chance.random() < 0.2:
            stranger = 10 * chance.randrange(FAMILIES) + 1
            asks.append(Ask(serial + 9, stranger, Relation.MOTHER, date(2011, 1, 1), decided_at=_some_time(chance)))
    chance.shuffle(asks)
    return asks


def _afternoon(chance: Random, other: int) -> list[Ask]:
    asks: list[Ask] = []
    serial_of = {national_id(serial): serial for serial in range(1, 10 * FAMILIES + 1)}
    for row in rights():
        person, principal = serial_of[row.national_id], serial_of[row.principal_national_id]
        own = None if row.relation is Relation.SELF else principal
        if chance.random() < 0.3:
            void = Ask(
                person, own, row.relation, row.entitled_from, type=RequestType.CORRECTION, target=row.id,
                agency_id=row.agency_id, decided_at=_some_time(chance),
            )  # fmt: skip
            asks += [void] * (2 if chance.random() < 0.2 else 1)
        if chance.random() < 0.3:
            again = row.entitled_from + timedelta(days=chance.randint(0, 900))
            born = date(2012 - 2 * (person % 10), 1, 1)  # years from every brother and sister
            here = chance.choice([row.agency_id, other])
            child = {"birth_date": born} if row.relation is Relation.CHILD else {}
            until = (
                born.replace(year=born.year + 20) if child else row.entitled_until
            )  # the 20th birthday, as the law reckons it
            asks.append(Ask(person, own, row.relation, again, until, here, columns=child))
    asks += [ask for number in range(5) for ask in family(9_000 + 10 * number, 3, agency_id=other)]
    chance.shuffle(asks)
    return asks


def _some_time(chance: Random) -> Any:
    return bangkok("2018-10-01 08:00") + timedelta(minutes=chance.randrange(100))
