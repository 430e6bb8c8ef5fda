"""The queue of claims as its officer sees it, what a refusal leaves of his typing, and the files and lists of money."""

import io
import re

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from app.domain.claims import ClaimStatus
from app.models import Model
from app.models.database import db
from app.services.money import appeals, claim_review
from tests.services.claim_counter import Counter, open_counter, value, version
from tests.services.rights_register import days
from tests.services.test_appeals import Desk
from tests.views.offices import Browser, Portal


@pytest.fixture
def counter(portal, tmp_path) -> Counter:
    with portal.app.app_context():
        return open_counter(tmp_path)


@pytest.fixture
def officer(counter, portal: Portal) -> Browser:
    portal.account("nhsof", "nhso_finance", None)
    browser = portal.browser()
    browser.log_in("nhsof")
    return browser


def test_one_unreadable_amount_refuses_one_claim_and_nothing_typed_is_lost(counter, officer):
    wrong, good, twin = (
        counter.sent(), counter.sent(total=70_00, claimable=70_00),
        counter.sent(receipt_no="R-1", hospital="10002", served_on=days(-40), receipt_on=days(-40)),
    )  # fmt: skip
    queue = officer.get("/claim-review/").text
    assert queue.count("เลขที่ใบเสร็จเดียวกัน") == 2
    form = {"decision": "APPROVE", "page": "0", "claim_id": [str(one) for one in (wrong, good, twin)]}
    form |= {f"version-{one}": str(version(one)) for one in (wrong, good, twin)}
    form |= {f"amount-{wrong}": "12,5x", f"reason-{wrong}": "NOT_CLAIMABLE"}
    answer = officer.post("/claim-review/decide", form)
    assert answer.status_code == 400
    for told in (
        f'{value("claim_no", wrong)}:', 'value="12,5x"', '<option value="NOT_CLAIMABLE" selected>', "พิจารณาแล้ว 1 คำร้อง",
        f'name="claim_id" value="{wrong}" checked', f"คล้ายใบเสร็จของ {value('claim_no', wrong)}",
    ):  # fmt: skip
        assert told in answer.text, told
    states = [value("status", one) for one in (wrong, good, twin)]
    assert states == [ClaimStatus.SUBMITTED, ClaimStatus.APPROVED, ClaimStatus.SUBMITTED]


def test_a_refused_decision_on_the_page_of_a_claim_keeps_what_was_typed(counter, officer):
    claim_id = counter.sent()
    form = {
        "version": str(version(claim_id)),
        "decision": "APPROVE",
        "amount": "300",
        "reason": "",
        "note": "ขาดใบรับรอง",
    }
    answer = officer.post(f"/claim-review/{claim_id}/decide", form)
    assert answer.status_code in (400, 422) and "โปรดเลือกเหตุผล" in answer.text
    assert 'name="amount"' in answer.text and 'value="300"' in answer.text and "ขาดใบรับรอง</textarea>" in answer.text
    again = form | {"reason": "NOT_CLAIMABLE", "amount": "3x"}
    assert '<option value="NOT_CLAIMABLE" selected>' in officer.post(f"/claim-review/{claim_id}/decide", again).text
    assert value("status", claim_id) == ClaimStatus.SUBMITTED
    assert officer.post(f"/claim-review/{claim_id}/decide", again | {"amount": "300"}).status_code == 303


def test_a_refused_taking_back_and_a_refused_leave_keep_their_words(counter, officer):
    long = "ตามหนังสือของหน่วยงาน " * 50
    approved = counter.brought_to(ClaimStatus.APPROVED)
    late = counter.record(served_on=days(-400), receipt_on=days(-400))
    for claim_id, deed in ((approved, "recall"), (late, "allow-late")):
        form = {"version": str(version(claim_id)), "note": long}
        answer = officer.post(f"/claim-review/{claim_id}/{deed}", form)
        assert answer.status_code == 400 and f"{long}</textarea>" in answer.text, deed
        old = {"version": str(version(claim_id) - 1), "note": "อย่าลืม"}
        told = officer.post(f"/claim-review/{claim_id}/{deed}", old)
        assert told.status_code == 409 and "อย่าลืม</textarea>" in told.text, deed


def test_what_was_typed_in_the_queue_stays_when_nothing_was_ticked(counter, officer):
    claim_id = counter.sent()
    form = {"decision": "APPROVE", f"amount-{claim_id}": "300", f"version-{claim_id}": str(version(claim_id))}
    answer = officer.post("/claim-review/decide", form)
    assert (
        answer.status_code == 400 and 'value="300"' in answer.text and f'value="{claim_id}" checked' not in answer.text
    )


def test_a_refused_release_keeps_day_number_and_ticks(counter, officer, portal: Portal):
    claim_id = counter.brought_to(ClaimStatus.APPROVED)
    form = {"claim_id": str(claim_id), f"version-{claim_id}": str(version(claim_id)), "transfer_no": "KTB-1"}
    for day in ("", "99/99/2569"):
        answer = officer.post("/claim-payments/pay", form | {"paid_on": day})
        assert answer.status_code == 400
        assert (
            f'value="{claim_id}" checked' in answer.text
            and 'value="KTB-1"' in answer.text
            and f'value="{day}"' in answer.text
        )
    assert value("status", claim_id) == ClaimStatus.APPROVED


def test_no_sum_that_was_typed_and_no_tick_is_kept_for_what_somebody_changed_since(counter, officer):
    pays = counter.brought_to(ClaimStatus.APPROVED)
    waits = counter.sent(receipt_no="R-88")
    before = {waits: str(version(waits) - 1), pays: str(version(pays) - 1)}
    typed = {"version": before[waits], "decision": "APPROVE", "amount": "300", "reason": "NOT_CLAIMABLE"}
    there = officer.post(
        f"/claim-review/{waits}/decide", typed | {"note": "ดูใบเสร็จ"}
    )  # the page as it stands, told why
    assert there.status_code == 409 and 'value="300"' not in there.text and "ดูใบเสร็จ</textarea>" in there.text
    back = {"version": str(version(waits)), "decision": "RETURN", "reason": "PAPERS_MISSING", "note": "ไม่ชัด"}
    assert officer.post(f"/claim-review/{waits}/decide", back).status_code == 303
    gone = officer.post(f"/claim-review/{waits}/decide", typed | {"note": "ดูใบเสร็จ"})
    assert gone.status_code == 409 and "ดูใบเสร็จ</textarea>" in gone.text, "no form asks for it any more"
    form = {"claim_id": str(waits), f"version-{waits}": before[waits], f"amount-{waits}": "300", "decision": "APPROVE"}
    queue = officer.post("/claim-review/decide", form)
    assert queue.status_code == 400 and 'value="300"' not in queue.text and f'value="{waits}" checked' not in queue.text
    form = {"claim_id": str(pays), f"version-{pays}": before[pays], "paid_on": "1/10/2569", "transfer_no": "KTB-1"}
    release = officer.post("/claim-payments/pay", form)
    assert release.status_code == 400 and f'value="{pays}" checked' not in release.text


def test_the_ledgers_file_says_what_its_entries_come_to(counter, officer):
    claim_id = counter.brought_to(ClaimStatus.APPROVED)
    claim_review.recall(claim_id, version(claim_id), "ผิด", actor=counter.finance[0])
    counter.decide(claim_id, amount=800_00, reason=claim_review.ClaimReason.NOT_CLAIMABLE)
    counter.pay(claim_id)
    book = CalamineWorkbook.from_filelike(io.BytesIO(officer.post("/ledger/export").data))
    cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    words = [str(row[0]) for row in cells]
    assert any("อนุมัติหลังหักที่แจ้งคืน 800.00 ค้างจ่าย 0.00 โอนแล้วหลังหักที่ได้รับคืน 800.00" in word for word in words)
    assert "รวม" not in words and 3_400 not in [cell for row in cells for cell in row]


def test_the_list_of_appeals_asks_no_more_for_many_rows(counter, officer):
    desk = Desk(counter)

    def statements() -> int:
        seen: list[str] = []

        def note(_connection, _cursor, statement, *_more) -> None:
            seen.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        assert officer.get("/appeals/list/").status_code == 200
        sa.event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    appeals.record(desk.claim(), desk.form(), actor=desk.clerk)
    statements()  # what is asked once
    few = statements()
    with db.writer.begin() as connection:  # of other persons
        for number in range(4):
            person = copied(connection, "person", national_id=f"99010000000{number:02}")
            claim = copied(connection, "receipt_claim", claim_no=f"RC-{number}", patient_id=person)
            copied(connection, "appeal", appeal_no=f"AP-{number}", claim_id=claim)
    assert statements() == few


def copied(connection: sa.Connection, name: str, **other: object) -> int:
    """Another row like the first one of this table."""
    table = Model.metadata.tables[name]
    row = dict(connection.execute(sa.select(table).limit(1)).mappings().one()) | other
    del row["id"]
    return int(connection.execute(sa.insert(table).values(row)).inserted_primary_key[0])


def test_the_first_page_says_what_waits_for_the_officers_of_money(counter, officer, portal: Portal):
    counter.brought_to(ClaimStatus.SUBMITTED)
    counter.brought_to(ClaimStatus.RETURNED)
    of_the_nhso, of_the_agency = officer.get("/").text, portal.officer("finance_clerk").get("/").text
    assert 'class="card tile is-task" href="/claim-review/"' in of_the_nhso and "status=RETURNED" not in of_the_nhso
    assert 'class="card tile is-task" href="/claims/list/?status=RETURNED"' in of_the_agency
    assert 'data-waits="claims">1<' in of_the_agency and "/claim-review/" not in of_the_agency


def test_the_menu_opens_what_fits_where_most_work_waits_and_stays_as_it_was_left(counter, portal: Portal):
    registrar = portal.officer("registrar")
    assert groups(registrar) == {"personnel": True, "registrar_desk": False, "finance": False, "reports": False}
    registrar.client.set_cookie("menu", "personnel=0&reports=1")
    assert groups(registrar) == {"personnel": False, "registrar_desk": True, "finance": False, "reports": True}
    assert groups(registrar, "/rights/")["reports"] and not groups(registrar, "/rights/")["personnel"]
    registrar.client.set_cookie("menu", "personnel=0&reports=0&nonsense")
    assert groups(registrar, "/rights/")["reports"], "the page's own group is always open"


def groups(browser: Browser, path: str = "/") -> dict[str, bool]:
    found = re.findall(r'data-side-group="(\w+)"( open)?', browser.get(path).text)
    return {name: bool(is_open) for name, is_open in found}
