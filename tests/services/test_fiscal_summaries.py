"""Fiscal-year summaries: whichever way they sum up, they are the ledger of the year and of the reader's reach, to the satang."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from app.domain import ledger as books
from app.domain.actor import NATION
from app.domain.fiscal_years import SummaryBy, bounds
from app.domain.ledger import EntryKind
from app.domain.roles import powers_of
from app.models import LedgerEntry, ReceiptClaim
from app.models.database import db
from app.reports.fiscal_summary import FIGURES, total
from app.services.money import fiscal_summaries
from app.services.money.ledger import as_entry
from app.services.transaction import reading
from tests.services.claim_counter import Counter, code_of, open_counter
from tests.services.test_payment_runs import rows, work

YEAR = 2570
WORDS = {name: name for name in ("code", "name", *FIGURES, "total", "title", "described", "nation", *SummaryBy)}
WORDS |= {"exported_by": "%(who)s %(at)s", "region_code": "%(no)s"}


@pytest.fixture
def booked(database, tmp_path) -> Counter:
    """Claims of two agencies and three hospitals with entries in and around the year, at its very edges too."""
    counter, chance = open_counter(tmp_path), Random(2570)
    claims = [counter.record(hospital=code) for code in ("10001", "10002", "10001")]
    there = counter.other_clerk.agency_id
    with db.writer.begin() as connection:
        columns = [c.name for c in ReceiptClaim.__table__.c if c.name != "id"]
        taken = {"agency_id": str(there), "claim_no": "'RC-OTHER'"}
        values = ", ".join(taken.get(column, column) for column in columns)
        connection.execute(
            sa.text(
                f"INSERT INTO receipt_claim ({', '.join(columns)}) SELECT {values} FROM receipt_claim WHERE id = :id"
            ),
            {"id": claims[0]},
        )
        foreign = connection.execute(
            sa.text("SELECT id FROM receipt_claim WHERE agency_id = :a"), {"a": there}
        ).scalar_one()
    here = counter.clerk.agency_id
    edges = bounds(YEAR)
    instants = [edge + timedelta(microseconds=step) for edge in edges for step in (-1, 0)]
    instants += [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=chance.randrange(900)) for _ in range(60)]
    with db.writer.begin() as connection:
        for instant in sorted(instants):
            claim = chance.choice([*claims, foreign])
            agency = there if claim == foreign else here
            post(connection, claim, agency, EntryKind.APPROVAL, chance.randrange(1_000, 9_000_00), instant)
            if chance.random() < 0.7:
                post(connection, claim, agency, EntryKind.PAYMENT, chance.randrange(1, 1_000), instant)
            if chance.random() < 0.3:
                post(connection, claim, agency, EntryKind.REFUND_CLAIMED, 500, instant)
                post(connection, claim, agency, EntryKind.REFUND_RECEIVED, 300, instant)
            if chance.random() < 0.2:
                undo(connection, instant + timedelta(days=40))
    return counter


def post(
    connection, claim: int, agency: int, kind: EntryKind, satang: int, at: datetime, reverses: int | None = None
) -> None:
    made = books.entry(kind, satang)
    debit, credit = (made.credit, made.debit) if reverses else (made.debit, made.credit)
    values = {
        "claim_id": claim, "agency_id": agency, "kind": kind, "debit": debit, "credit": credit, "satang": satang,
        "posted_at": at, "reverses_id": reverses,
    }  # fmt: skip
    connection.execute(sa.insert(LedgerEntry.__table__).values(values))


def undo(connection, at: datetime) -> None:
    """The counter-entry of the newest approval that nothing was paid of."""
    table = LedgerEntry.__table__
    newest = sa.select(table).where(table.c.kind == EntryKind.REFUND_RECEIVED, table.c.reverses_id.is_(None))
    undone = set(connection.execute(sa.select(table.c.reverses_id).where(table.c.reverses_id.is_not(None))).scalars())
    found = [row for row in connection.execute(newest.order_by(table.c.id)) if row.id not in undone]
    if found:
        row = found[-1]
        post(connection, row.claim_id, row.agency_id, row.kind, row.satang, at, row.id)


def ledger_of(agency: int | None) -> list[LedgerEntry]:
    first, *_months, last = bounds(YEAR)
    with reading(NATION) as session:
        found = session.scalars(sa.select(LedgerEntry)).all()
        return [e for e in found if first <= e.posted_at < last and agency in (None, e.agency_id)]


def figures(entries: list[LedgerEntry]) -> tuple[int, ...]:
    def net(kind: EntryKind, of) -> int:
        return sum(of(e) * (-1 if e.reverses_id else 1) for e in entries if e.kind is kind)

    return (
        net(EntryKind.APPROVAL, lambda e: e.satang), net(EntryKind.PAYMENT, lambda _e: 1),
        net(EntryKind.PAYMENT, lambda e: e.satang), net(EntryKind.REFUND_CLAIMED, lambda e: e.satang),
        net(EntryKind.REFUND_RECEIVED, lambda e: e.satang),
    )  # fmt: skip


def of(line) -> tuple[int, ...]:
    return tuple(getattr(line, name) for name in FIGURES)


def test_every_way_to_sum_up_is_the_ledger_of_the_year(booked):
    nhso, clerk = booked.finance[0], booked.clerk
    for by in SummaryBy:
        for actor, agency in (
            (nhso, None),
            (clerk, clerk.agency_id),
            (booked.other_clerk, booked.other_clerk.agency_id),
        ):
            found = fiscal_summaries.summed_up(by, YEAR, actor=actor)
            assert of(found.total) == figures(ledger_of(agency)), (by, agency)
            assert of(total(found.lines)) == of(found.total)
    balances = books.balances(map(as_entry, ledger_of(None)))
    whole = fiscal_summaries.summed_up(SummaryBy.MONTH, YEAR, actor=nhso).total
    assert whole.approved - whole.refund_claimed == balances[books.Account.BENEFITS]
    assert whole.approved - whole.paid == -balances[books.Account.OWED]
    assert whole.paid - whole.refunded == -balances[books.Account.BANK]


def test_lines_are_named_and_ordered_and_nobody_sees_beyond_his_reach(booked):
    nhso = booked.finance[0]
    agencies = fiscal_summaries.summed_up(SummaryBy.AGENCY, YEAR, actor=nhso).lines
    assert {line.code for line in agencies} == {"04110101", "06900101"}
    assert agencies[0].paid >= agencies[1].paid
    by_code = {line.code: of(line) for line in agencies}
    assert by_code["06900101"] == figures(ledger_of(booked.other_clerk.agency_id))
    own = fiscal_summaries.summed_up(SummaryBy.AGENCY, YEAR, actor=booked.clerk).lines
    assert [line.code for line in own] == ["04110101"]
    months = fiscal_summaries.summed_up(SummaryBy.MONTH, YEAR, actor=nhso).lines
    assert (len(months), months[0].name, months[11].name) == (12, "ต.ค. 2569", "ก.ย. 2570")
    hospitals = fiscal_summaries.summed_up(SummaryBy.HOSPITAL, YEAR, actor=nhso).lines
    assert {line.code for line in hospitals} == {"10001", "10002"}
    assert code_of(lambda: fiscal_summaries.summed_up(SummaryBy.MONTH, 2599, actor=nhso)) == "FISCAL_YEAR"
    assert code_of(lambda: fiscal_summaries.request_workbook(2599, WORDS, actor=nhso)) == "FISCAL_YEAR"
    nobody = nhso.__class__("x", NATION, powers_of(("provincial_officer",)))
    assert code_of(lambda: fiscal_summaries.summed_up(SummaryBy.MONTH, YEAR, actor=nobody)) == "POWER_MISSING"
    assert code_of(lambda: fiscal_summaries.request_workbook(YEAR, WORDS, actor=nobody)) == "POWER_MISSING"


def test_the_workbook_has_the_same_sums_as_formulas_and_values_and_charts(booked, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    fiscal_summaries.request_workbook(YEAR, WORDS, actor=booked.clerk)
    work()
    ((status, file),) = rows("SELECT status, result_file FROM job WHERE kind = 'fiscal_summary'")
    assert status == "DONE"
    content = (tmp_path / "reports" / file).read_bytes()
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == [by.value for by in SummaryBy]
    wanted = figures(ledger_of(booked.clerk.agency_id))
    for by in SummaryBy:
        cells = book.get_sheet_by_name(by.value).to_python(skip_empty_area=False)
        head = next(at for at, line in enumerate(cells) if line[0] == "code")
        *lines, sums = [line[2:7] for line in cells[head + 1 :]]
        assert tuple(round(value * (1 if place == 1 else 100)) for place, value in enumerate(sums)) == wanted
        assert [round(sum(column), 2) for column in zip(*lines, strict=True)] == [round(value, 2) for value in sums]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert len([name for name in package.namelist() if name.startswith("xl/charts/chart")]) == len(SummaryBy)
        xml = package.read("xl/worksheets/sheet1.xml").decode()
    assert xml.count("<f>SUM(") == len(FIGURES) and 'paperSize="9"' in xml
