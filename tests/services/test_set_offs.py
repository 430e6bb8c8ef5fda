"""Refunds that an agency wants kept back from its next transfer: to the satang, never more than is paid, in every file."""

import io
from dataclasses import replace

import pypdfium2
import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook
from sqlalchemy.exc import IntegrityError

from app.domain.claims import ClaimStatus
from app.domain.refunds import RefundMethod, RefundStatus, RefundVerb
from app.models.database import db
from app.services.money import bank_files, refund_desk, run_plans, set_offs, statements
from tests.services.claim_counter import code_of, open_counter, standing
from tests.services.rights_register import KEY, TODAY
from tests.services.test_payment_runs import made, release, rows, work
from tests.services.test_payment_runs import sound as runs_sound
from tests.services.test_refunds import Desk, due, of, sound
from tests.services.test_statements import WORDS

S, V = RefundStatus, RefundVerb
BACK = {"method": RefundMethod.SET_OFF, "account_id": None}


@pytest.fixture
def desk(sqlite_database, tmp_path) -> Desk:
    return Desk(open_counter(tmp_path))


@pytest.fixture
def any_desk(database, tmp_path) -> Desk:
    return Desk(open_counter(tmp_path))


def paid_out(desk: Desk, claims: int = 1) -> int:
    """A run over so many newly approved claims of 900 baht, paid out; its id."""
    for _ in range(claims):
        desk.counter.brought_to(ClaimStatus.APPROVED)
    run_id = made(desk.counter)
    release(desk.counter, run_id)
    work()
    return run_id


def statement_of(run_id: int) -> tuple:
    return rows("SELECT id, satang, set_off FROM transfer_statement WHERE run_id = :id", id=run_id)[0]


def all_sound() -> None:
    runs_sound()
    sound()


def test_the_oldest_first_up_to_what_is_paid_and_the_rest_from_the_next_run(any_desk):
    desk = any_desk
    first = desk.brought_to(S.CONFIRMED, amount=700_00, **BACK)
    second = desk.brought_to(S.PRINTED, amount=600_00, **BACK)
    others = [desk.record(**BACK), desk.brought_to(S.CONFIRMED)]  # nobody confirmed it; it comes by transfer
    desk.counter.brought_to(ClaimStatus.APPROVED)
    seen = run_plans.preview(TODAY, "", actor=desk.finance[0])
    assert [seen.kept_back.get(one.agency_id) for one in seen.agencies] == [900_00]
    run_id = made(desk.counter)
    release(desk.counter, run_id)
    work()
    statement_id, satang, kept = statement_of(run_id)
    assert (satang, kept) == (900_00, 900_00)
    assert [(of(one, "status"), of(one, "kept_back")) for one in (first, second, *others)] == [
        (S.MONEY_RECEIVED, 700_00), (S.PRINTED, 200_00), (S.AWAITING_CONFIRMATION, 0), (S.CONFIRMED, 0),
    ]  # fmt: skip
    assert (of(first, "received_on"), due(of(first, "claim_id")), due(of(second, "claim_id"))) == (TODAY, 0, 400_00)
    assert b"|T|" not in bank_files.take(run_id, 0, actor=desk.finance[0])[0]
    assert bank_files.take(run_id, 1, actor=desk.finance[0])[0].endswith(b"T|0|0\r\n")  # no transfer of nothing
    for verb in (V.ANNUL, V.CANCEL, V.RECORD):  # a part of it is there already
        expected = "REFUND_SET_OFF_BEGUN" if verb is V.ANNUL else "REFUND_PRINTED"
        assert code_of(lambda verb=verb: desk.do(second, verb)) == expected
    assert V.ANNUL not in refund_desk.open_refund(second, actor=desk.finance[0], hash_key=KEY).verbs
    all_sound()
    again = paid_out(desk, 2)
    assert statement_of(again)[1:] == (1_800_00, 400_00)
    assert bank_files.take(again, 0, actor=desk.finance[0])[0].decode().split("\r\n")[-2] == "T|1|140000"
    assert (of(second, "status"), of(second, "kept_back"), due(of(second, "claim_id"))) == (S.MONEY_RECEIVED, 600_00, 0)
    assert [one.satang for one in set_offs.of_refund(second, actor=desk.clerk)] == [200_00, 400_00]
    assert set_offs.of_refund(second, actor=desk.counter.other_clerk) == []
    assert rows("SELECT count(*) FROM audit_event WHERE verb = 'set_off_refund'") == [(3,)]
    assert statement_of(paid_out(desk))[1:] == (900_00, 0)  # and nothing is kept back twice
    all_sound()


def test_statement_letter_and_workbook_say_what_the_ledger_says(desk):
    refund_id = desk.brought_to(S.CONFIRMED, amount=123_45, **BACK)
    number = rows("SELECT refund_no FROM refund_request WHERE id = :id", id=refund_id)[0][0]
    statement_id, satang, kept = statement_of(paid_out(desk))
    assert (satang, kept) == (900_00, 123_45)
    booked = rows("SELECT kind, sum(satang) FROM ledger_entry WHERE kind = 'REFUND_SET_OFF' GROUP BY 1")
    assert booked == [("REFUND_SET_OFF", kept)]
    found = statements.file(statement_id, "xlsx", WORDS, actor=desk.clerk)
    cells = CalamineWorkbook.from_filelike(found.content).get_sheet_by_index(0).to_python(skip_empty_area=False)
    lines = [dict(zip(cells[6], line, strict=True)) for line in cells[7:]]
    assert [(one["satang"], one["set_off"], one["net"]) for one in lines] == [
        (900.0, 0.0, 900.0), ("", 123.45, -123.45), (900.0, 123.45, 776.55),
    ]  # fmt: skip
    assert lines[1]["refund_no"] == number
    pdf = statements.file(statement_id, "pdf", WORDS, actor=desk.clerk).content
    letter = statements.letter(statement_id, actor=desk.clerk).content
    for file in (pdf, letter):
        text = read(file)
        assert number in text and "123.45" in text and "776.55" in text


def read(file: io.BytesIO) -> str:
    document = pypdfium2.PdfDocument(file.getvalue())
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    return "".join(text.split())  # a number may go on in the next line of its cell


def test_a_rest_that_comes_by_itself_is_received_alone(desk):
    refund_id = desk.brought_to(S.CONFIRMED, amount=900_00, **BACK)
    other = desk.brought_to(S.CONFIRMED, amount=900_00, **BACK)
    paid_out(desk)
    part = desk.brought_to(S.CONFIRMED, amount=500_00, **BACK)
    assert (of(refund_id, "status"), of(other, "kept_back")) == (S.MONEY_RECEIVED, 0)
    desk.do(part, V.CANCEL)  # nothing was kept back of it yet
    desk.counter.decide(desk.counter.sent(), amount=100_00, reason="NOT_CLAIMABLE")
    run_id = made(desk.counter)
    release(desk.counter, run_id)
    work()
    assert of(other, "kept_back") == 100_00
    for verb in (V.CANCEL, V.RECORD):
        assert code_of(lambda verb=verb: desk.do(other, verb)) == "REFUND_SET_OFF_BEGUN"
    desk.do(other, V.PRINT)
    desk.do(other, V.RECEIVE)
    claim_id = of(other, "claim_id")
    assert (of(other, "status"), due(claim_id), standing(claim_id)) == (S.MONEY_RECEIVED, 0, (0, 0))
    entries = "SELECT kind, satang FROM ledger_entry WHERE claim_id = :id AND credit = 'REFUND_DUE' ORDER BY id"
    assert rows(entries, id=claim_id) == [("REFUND_SET_OFF", 100_00), ("REFUND_RECEIVED", 800_00)]
    all_sound()


def test_only_what_waits_is_kept_back_and_not_by_who_wrote_it(desk):
    """Of every state but confirmed and printed nothing is taken; nor where the releasing officer wrote the refund."""
    states = {status: desk.brought_to(status, amount=10_00, **BACK) for status in S}
    own = desk.brought_to(S.CONFIRMED, amount=20_00, **BACK)
    with db.writer.begin() as connection:
        change = "UPDATE refund_request SET recorded_by_id = :officer, confirmed_by_id = NULL WHERE id = :id"
        connection.execute(sa.text(change), {"officer": desk.finance[2].user_id, "id": own})
    run_id = paid_out(desk)
    assert statement_of(run_id)[2] == 20_00
    assert {status for status, one in states.items() if of(one, "kept_back")} == {S.CONFIRMED, S.PRINTED}
    assert of(own, "kept_back") == 0
    payee = replace(desk.counter.other_clerk)
    assert set_offs.of_statement(statement_of(run_id)[0], actor=payee) == []
    all_sound()


BEHIND_THE_VERBS = (
    "UPDATE refund_request SET kept_back = 1 WHERE id = :waits",
    "UPDATE refund_request SET kept_back = amount + 1 WHERE id = :waits",
    "UPDATE refund_request SET status = 'MONEY_RECEIVED', received_on = '2026-11-22' WHERE id = :waits",
    "UPDATE refund_request SET kept_back = 0 WHERE id = :part",
    "UPDATE refund_request SET amount = 1 WHERE id = :part",
    "UPDATE refund_request SET status = 'CANCELLED_BY_AGENCY', cancelled_at = recorded_at WHERE id = :part",
    "UPDATE transfer_statement SET set_off = 0",
    "UPDATE refund_set_off SET satang = 1",
    "DELETE FROM refund_set_off",
    "INSERT INTO refund_set_off (statement_id, refund_id, satang, entry_id, agency_id)"
    " SELECT s.statement_id, :waits, s.satang, (SELECT max(id) FROM ledger_entry), s.agency_id FROM refund_set_off s",
    "DELETE FROM bank_file_taking",
    "UPDATE bank_file_taking SET taken_by = 'x'",
)


def test_the_database_refuses_what_no_verb_does(any_desk):
    desk = any_desk
    desk.brought_to(S.CONFIRMED, amount=800_00, **BACK)
    part = desk.brought_to(S.CONFIRMED, amount=800_00, **BACK)
    bank_files.take(paid_out(desk), 0, actor=desk.finance[0])
    waits = desk.brought_to(S.CONFIRMED, amount=800_00, **BACK)
    assert of(part, "kept_back") == 100_00
    for statement in BEHIND_THE_VERBS:
        values = {name: one for name, one in (("waits", waits), ("part", part)) if f":{name}" in statement}
        with pytest.raises(IntegrityError), db.writer.begin() as connection:
            connection.execute(sa.text(statement), values)
    all_sound()
