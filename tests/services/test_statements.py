"""Individual statements and transfer notices: what a run brought to an agency, exact in every file, and nobody else's."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from app.domain.claims import ClaimReason, PatientType
from app.domain.errors import NotFound
from app.domain.national_id import mask
from app.models import Agency, TransferStatement
from app.models.database import db
from app.reports.transfer_notice import print_notice
from app.reports.transfer_statement import COLUMNS
from app.services.money import run_plans, statements
from tests.services.claim_counter import NAME, PATIENT, Counter, code_of, open_counter, value
from tests.services.rights_register import TODAY
from tests.services.test_appeals import Desk
from tests.services.test_payment_runs import made, release, rows, work

WORDS = {
    "title": "STM", "sheet_title": "STM", "total_label": "รวม", "agency": "หน่วยงาน: x", "described": "งวด x",
    "sums": "รวม x", "provenance": "ผู้ส่งออก x", "Relation.SELF": "ผู้มีสิทธิ", "PatientType.OP": "ผู้ป่วยนอก",
    "ClaimReason.NOT_CLAIMABLE": "มีรายการที่เบิกไม่ได้",
}  # fmt: skip
WORDS |= {name: name for name, *_rest in COLUMNS}


@pytest.fixture
def paid(sqlite_database, tmp_path) -> tuple[Counter, int]:
    """A released run of two claims, one of them in part, and an appeal; the statement's id."""
    counter = open_counter(tmp_path)
    desk = Desk(counter)
    for values in ({}, {"amount": 123_45, "reason": ClaimReason.NOT_CLAIMABLE}):
        counter.decide(counter.sent(), **values)
    appealed = counter.sent()
    counter.decide(appealed)
    counter.pay(appealed)
    desk.decide(desk.sent(appealed))
    run_id = made(counter)
    (before,) = rows("SELECT id FROM transfer_statement")[0]
    assert code_of(lambda: statements.open_statement(before, 1, actor=counter.clerk)) == "STATEMENT_NOT_FOUND"
    assert statements.letters(1, actor=counter.clerk).rows == []
    release(counter, run_id)
    work()
    return counter, before


def test_the_workbook_is_the_ledger_to_the_satang(paid):
    counter, statement_id = paid
    found = statements.file(statement_id, "xlsx", WORDS, actor=counter.clerk)
    cells = CalamineWorkbook.from_filelike(found.content).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert [line[0] for line in cells[:5]] == ["รายงานโอนเงินรายบุคคล (STM)", "หน่วยงาน: x", "งวด x", "รวม x", "ผู้ส่งออก x"]
    head = cells[6]
    lines = [dict(zip(head, line, strict=True)) for line in cells[7:-1]]
    total = dict(zip(head, cells[-1], strict=True))
    posted = rows("SELECT e.satang FROM ledger_entry e JOIN transfer_line t ON t.entry_id = e.id ORDER BY t.id")
    assert [round(line["net"] * 100) for line in lines] == [satang for (satang,) in posted] == [900_00, 123_45, 100_00]
    assert round(total["net"] * 100) == round(total["satang"] * 100) == sum(satang for (satang,) in posted)
    assert [(line["total"], line["claimed"]) for line in lines] == [(1000, 900), (1000, 900), ("", 100)]
    assert lines[1]["reason"] == "มีรายการที่เบิกไม่ได้" and lines[2]["appeal_no"].startswith("AP")
    assert {(line["national_id"], line["patient_name"], line["relation"]) for line in lines} == {
        (PATIENT, NAME, "ผู้มีสิทธิ")
    }
    with zipfile.ZipFile(found.content) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
    assert xml.count("<f>SUBTOTAL(109,") == 5 and 'paperSize="9"' in xml and 'orientation="landscape"' in xml
    assert found.name.startswith("STM_PR") and "04110101" in found.name
    (last,) = rows_of_reads()
    assert last == ("STATEMENT_EXPORT", "3")


def rows_of_reads() -> list[tuple]:
    with db.reads.connect() as connection:
        query = "SELECT purpose, answer FROM read_access WHERE purpose = 'STATEMENT_EXPORT'"
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def words_in(content: io.BytesIO) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content.getvalue()))


def test_statement_and_letter_are_printed_and_the_letter_is_noted_once(paid):
    counter, statement_id = paid
    printed = words_in(statements.file(statement_id, "pdf", WORDS, actor=counter.clerk).content)
    assert "1,123.45" in printed and "123.45" in printed and mask(PATIENT) in printed and PATIENT not in printed
    assert value("claim_no", 1) in printed.replace("\r\n", "").replace("\n", "")
    assert statements.count_unopened(actor=counter.clerk) == 1
    assert statements.count_unopened(actor=counter.finance[0]) == 0
    seen_by_nhso = statements.letter(statement_id, actor=counter.finance[0])
    assert rows("SELECT opened_at FROM transfer_statement") == [(None,)]
    letter = statements.letter(statement_id, actor=counter.clerk)
    assert letter.content.getvalue() == seen_by_nhso.content.getvalue()
    words = words_in(letter.content)
    number = rows("SELECT statement_no FROM transfer_statement")[0][0]
    assert number in words and "1,023.45" in words and "1,123.45" in words and letter.name.endswith(f"{number}.pdf")
    assert statements.count_unopened(actor=counter.clerk) == 0
    first = rows("SELECT opened_by_id, opened_at FROM transfer_statement")
    assert first[0][0] == counter.clerk.user_id
    statements.letter(statement_id, actor=counter.clerk)
    assert rows("SELECT opened_by_id, opened_at FROM transfer_statement") == first
    assert rows("SELECT count(*) FROM audit_event WHERE verb = 'open_notice'") == [(1,)]


def test_neither_the_neighbour_nor_other_roles_get_any_of_it(paid):
    counter, statement_id = paid
    other = counter.other_clerk
    for deed in (
        lambda: statements.open_statement(statement_id, 1, actor=other),
        lambda: statements.letter(statement_id, actor=other),
        lambda: statements.file(statement_id, "xlsx", WORDS, actor=other),
        lambda: statements.open_statement(10**12, 1, actor=counter.clerk),
    ):
        with pytest.raises(NotFound):
            deed()
    assert (statements.letters(1, actor=other).rows, statements.count_unopened(actor=other)) == ([], 0)
    assert statements.of_claim(1, actor=other) == []
    assert len(statements.of_claim(1, actor=counter.clerk)) == 1
    nobody = other.__class__("x", counter.clerk.scope)
    for deed in (
        lambda: statements.open_statement(statement_id, 1, actor=nobody),
        lambda: statements.letters(1, actor=nobody),
        lambda: statements.letter(statement_id, actor=nobody),
        lambda: statements.file(statement_id, "pdf", WORDS, actor=nobody),
        lambda: statements.of_claim(1, actor=nobody),
        lambda: statements.count_unopened(actor=nobody),
    ):
        assert code_of(deed) == "POWER_MISSING"


def test_a_long_statement_is_written_in_the_background(paid, tmp_path: Path, monkeypatch):
    counter, statement_id = paid
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    monkeypatch.setitem(statements.AT_ONCE, "xlsx", 2)
    assert statements.file(statement_id, "xlsx", WORDS, actor=counter.clerk) is None
    work()
    (status, name, file) = rows("SELECT status, result_name, result_file FROM job WHERE kind = 'transfer_statement'")[0]
    assert (status, name[:6]) == ("DONE", "STM_PR")
    book = CalamineWorkbook.from_path(str(tmp_path / "reports" / file))
    assert len(book.get_sheet_by_index(0).to_python(skip_empty_area=False)) == 5 + 2 + 3 + 1
    assert PATIENT not in rows("SELECT payload FROM job WHERE kind = 'transfer_statement'")[0][0]


def test_agencies_see_a_claims_run_once_it_is_issued(sqlite_database, tmp_path):
    counter = open_counter(tmp_path)
    claim = counter.sent()
    counter.decide(claim)
    run_id = made(counter)
    assert statements.of_claim(claim, actor=counter.clerk) == []
    assert [one.run_id for one in statements.of_claim(claim, actor=counter.finance[0])] == [run_id]
    assert run_plans.preview(TODAY, "", actor=counter.finance[0]).count == 0


def test_the_letter_bears_the_day_in_bangkok():
    at = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
    statement = TransferStatement(
        statement_no="PR2570-000001-04110101", run_no="PR2570-000001", transfer_on=date(2026, 12, 2), line_count=3,
        satang=500_00, set_off=120_50, issued_at=at,
    )  # fmt: skip
    parts = [(False, PatientType.OP, 2, 400_00), (True, PatientType.IP, 1, 100_00)]
    words = words_in(io.BytesIO(print_notice(statement, Agency(name_th="อบต.", dla_code="04110101"), parts)))
    # Marks above letters move about in what is read back; the year does not.
    assert "379.50" in words
    assert re.search(r" 1 \S+ 2569\r\n", words)
    assert re.search(r" 2 \S+\s+2569", words)
