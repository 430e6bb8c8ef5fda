"""A claim is warned of what its hospital was paid, whatever the statement told wrongly first."""

import pytest

from app.domain.appeals import AppealKind
from app.domain.claims import ClaimStatus, ClaimVerb
from app.domain.hospital_statements import Finding
from app.services.money import appeal_desk, claim_desk, claim_review
from app.services.money.claim_review import Decision
from tests.services.claim_counter import KEY, Counter, open_counter, version
from tests.services.conftest import nid
from tests.services.rights_register import days, right
from tests.services.test_appeals import Desk
from tests.services.test_hospital_statements import brought, found, line, tray

__all__ = ["tray"]
NEWBORN, OTHER = nid(8097), nid(8055)


@pytest.fixture
def counter(sqlite_database, tmp_path, monkeypatch) -> Counter:
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    return open_counter(tmp_path)


def day(many: int) -> str:
    return days(many).strftime("%d/%m/%Y")


def stay(many: int, **values):
    return line(1, hospital="10001", served=day(many), discharged=day(many), **values)


TOLD = {
    "the number was unreadable": [stay(-10, pid="12345"), stay(-10)],
    "the number was another patient's": [stay(-10, pid=OTHER, name=""), stay(-10)],
    "the day was another one": [stay(-20), stay(-10)],
    "discharged before he came, and after": [line(1, hospital="10001", served=day(-5), discharged=day(-10))],
    "discharged before he came": [line(1, hospital="10001", served=day(-10), discharged=day(-12))],
}


@pytest.mark.parametrize("story", TOLD)
def test_what_a_later_statement_puts_right_warns(counter, tray, story):
    right(OTHER, entitled_from=days(-300))
    for one in TOLD[story]:
        brought(counter, tray, [one])
    warned(counter, counter.sent())


def warned(counter: Counter, claim_id: int) -> None:
    (outcome,) = claim_review.decide_many(
        [Decision(claim_id, version(claim_id), ClaimVerb.APPROVE)], actor=counter.finance[0]
    )
    assert (outcome.error.code, outcome.error.facts["tran_id"]) == ("HOSPITAL_WAS_PAID", "T1")


def test_who_came_into_the_register_after_the_statement_is_known_by_what_is_kept_of_the_number(counter, tray):
    brought(counter, tray, [stay(-10, pid=NEWBORN, name="")])
    right(NEWBORN, entitled_from=days(-30), through=None)
    warned(counter, counter.sent(national_id=NEWBORN))
    brought(counter, tray, [stay(-10, pid=NEWBORN, net=-850.25)])  # and where all came back it warns no more
    assert claim_desk.waiting(ClaimStatus.SUBMITTED, 0, actor=counter.finance[0]).paid_there == {}


def test_the_hospital_that_an_appeal_puts_right_is_looked_for_in_both_directions(counter, tray):
    desk = Desk(counter)
    claim = desk.claim()
    brought(counter, tray, [line(1, hospital="10002")])
    told = lambda: appeal_desk.waiting(False, actor=counter.finance[0]).paid_there  # noqa: E731
    appeal = desk.sent(claim, kind=AppealKind.DETAILS, hospital="10002", compensation=None, additional=None)
    assert [one.tran_id for one in told()[claim]] == ["T1"]
    desk.decide(appeal)
    shown = [appeal_desk.open_appeal(appeal, actor=one, hash_key=KEY) for one in (counter.finance[0], counter.clerk)]
    assert [[one.tran_id for one in desk.paid_there] for desk in shown] == [["T1"], []], "for who decides alone"
    later = brought(counter, tray, [line(2, hospital="10002")])
    assert list(found(later).values()) == [Finding.CLAIMED_TOO]
