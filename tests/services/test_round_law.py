"""What the law gives at the round otherwise than the registrar saw it does not come into force by itself (decisions 5)."""

from datetime import date

import sqlalchemy as sa

from app.models import ChangeRequest, RequestFlag
from app.models.database import db
from tests.builders import Ask, agency, approved, bangkok, clock, outcome, planned_round, rights
from tests.services.test_rounds import (
    AFTERNOON,
    CHILD,
    EFFECTIVE,
    MORNING,
    MOTHER,
    column,
    error,
    in_round,
    run,
)


def law_codes(ids: list[int]) -> list[str | None]:
    return [column(ChangeRequest, "law_code", id=i)[0] for i in ids]


def test_other_dates_than_those_approved_do_not_come_into_force_by_themselves(database):
    until, later_than_approved = date(2032, 2, 1), date(2012, 3, 1)
    born = {"birth_date": date(2012, 2, 1), "birth_order": 1}
    own, same, longer, earlier = in_round(
        Ask(1),
        Ask(3, 1, CHILD, date(2012, 2, 1), until, columns=born, rules_version="older"),
        Ask(
            4, 1, CHILD, later_than_approved, until, columns={"birth_date": later_than_approved}, rules_version="older"
        ),
        Ask(5, 1, MOTHER, date(2010, 10, 1), columns={"requested_from": date(2011, 1, 1)}, rules_version="older"),
    )
    assert [outcome(i) for i in (own, same)] == [EFFECTIVE] * 2
    assert [outcome(i) for i in (longer, earlier)] == [error("REFUSED_BY_RULES")] * 2
    assert law_codes([longer, earlier]) == ["DATES_CHANGED"] * 2


def test_a_doubt_that_came_up_after_the_approval_waits_for_a_registrar(database):
    clock("2018-10-01 10:59")
    wrong = {"birth_date": date(2012, 2, 1), "birth_order": 2, "elder_minor_deaths": 0}
    elder = {"birth_date": date(2011, 2, 1), "birth_order": 1}
    second = {"birth_date": date(2011, 9, 1), "birth_order": 1}
    asks = [
        Ask(1), Ask(2, 1, CHILD, date(2011, 2, 1), date(2031, 2, 1), columns=elder),
        Ask(3, 1, CHILD, date(2011, 9, 1), date(2031, 9, 1), columns=second, rules_version="older"),
        Ask(4, 1, CHILD, date(2012, 2, 1), date(2032, 2, 1), columns=wrong, rules_version="older"),
    ]  # fmt: skip
    own, first, doubtful, noted = approved(planned_round(MORNING), asks)
    note = {"clause": "CHILD_ORDER_DIFFERS", "flag": "REVIEW", "note": "ตรวจแล้ว", "noted_at": bangkok(MORNING)}
    flag = {"request_id": noted, "revision": 1, "agency_id": agency()} | note
    with db.writer.begin() as connection:
        connection.execute(sa.insert(RequestFlag.__table__).values(flag))
    run(MORNING)
    assert [outcome(i) for i in (own, first, noted)] == [EFFECTIVE] * 3
    assert (outcome(doubtful), law_codes([doubtful])) == (error("REFUSED_BY_RULES"), ["FLAGS_OPEN"])


def test_a_child_of_an_official_at_two_agencies_one_after_the_other_has_days_at_each(database):
    there, moved, until = agency("04110102"), date(2015, 1, 1), date(2032, 2, 1)
    born = {"birth_date": date(2012, 2, 1), "birth_order": 1}
    in_round(Ask(1, entitled_until=moved), Ask(3, 1, CHILD, date(2012, 2, 1), moved, columns=born))
    ids = in_round(
        Ask(1, entitled_from=moved, agency_id=there),
        Ask(3, 1, CHILD, moved, until, agency_id=there, columns=born | {"requested_from": None}, rules_version="older"),
        at=AFTERNOON,
    )
    assert [outcome(i) for i in ids] == [EFFECTIVE] * 2
    assert [(r.entitled_from, r.entitled_until) for r in rights() if r.relation is CHILD] == [
        (date(2012, 2, 1), moved), (moved, until)
    ]  # fmt: skip
