"""What hospitals were paid for days whose right changed since: listed as the register stands, until it is taken back."""

import pytest

from app.domain.bills import BillRisk
from app.domain.errors import NotAllowed
from app.services.money import direct_bills
from tests.services.claim_counter import Counter, open_counter
from tests.services.rights_register import days
from tests.services.test_bills import cut
from tests.services.test_hospital_statements import STRANGER, brought, line, tray
from tests.services.test_payment_runs import rows

__all__ = ["tray"]
LOST, GAINED = BillRisk


@pytest.fixture
def counter(database, tmp_path, monkeypatch) -> Counter:
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    return open_counter(tmp_path)


def shown(counter: Counter, risk: BillRisk) -> list[str]:
    found = direct_bills.listed(risk, 1, actor=counter.finance[0])
    assert not found.has_more and {one.original_name for one in found.rows} <= {"STM.xlsx", "คืน.xlsx"}
    return [one.line.tran_id for one in found.rows]


def test_what_a_hospital_was_paid_is_listed_while_its_right_is_not_what_it_was(counter, tray):
    before = days(-40).strftime("%d/%m/%Y")
    brought(counter, tray, [
        line(1), line(2), line(3, served=before), line(4, net=-5), line(5, pid=STRANGER), line(6, net=0),
        line(7, served=days(-9000).strftime("%d/%m/%Y")),
    ])  # fmt: skip
    assert shown(counter, LOST) == shown(counter, GAINED) == []
    cut(counter, days(-20))  # an end that was reported late
    assert (shown(counter, LOST), shown(counter, GAINED)) == (["T2", "T1"], [])
    parts = [line(2, net=-50.25), line(2, net=-50.25)]  # two lines of one statement are two
    brought(counter, tray, [line(1, net=-850.25), line(2), *parts, line(8)], "คืน.xlsx")
    assert shown(counter, LOST) == ["T2"], "one is taken back; one that is listed twice stands here once"
    taken = direct_bills.for_file(LOST, actor=counter.finance[0])
    assert [(one.line.satang, one.left) for one in taken.rows] == [(850_25, 749_75)]
    told = rows("SELECT actor_id FROM audit_event WHERE verb = 'take_direct_bills'")
    assert told == [(counter.finance[0].user_id,)]
    cut(counter, None)  # the end was an error
    assert (shown(counter, LOST), shown(counter, GAINED)) == ([], ["T8"])
    with pytest.raises(NotAllowed):
        direct_bills.listed(LOST, 1, actor=counter.clerk)
