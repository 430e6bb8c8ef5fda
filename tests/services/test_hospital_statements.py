"""What the NHSO paid to hospitals: read by its layout, matched with register and claims, kept masked, each file once."""

import hashlib
import io
import zipfile

import pytest
import sqlalchemy as sa

from app.domain.claims import ClaimStatus, ClaimVerb
from app.domain.errors import BadInput
from app.domain.hospital_statements import Finding, StatementState
from app.domain.national_id import mask
from app.models.database import db
from app.services.leases import Fenced
from app.services.money import claim_desk, claim_review, hospital_statements
from app.services.money.claim_review import Decision
from app.services.money.hospital_sheets import letter, read
from app.services.roster_uploads import Tray
from tests.services.claim_counter import CHILD, PATIENT, Counter, code_of, open_counter, version
from tests.services.conftest import nid
from tests.services.rights_register import days
from tests.services.statement_sheets import workbook
from tests.services.test_payment_runs import Dying, rows, work

F = Finding
STRANGER = nid(8099)
REAL_NAME = "นายสมชายผู้ลับ ใจดีนามสกุลลับ"


@pytest.fixture
def counter(database, tmp_path, monkeypatch) -> Counter:
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    return open_counter(tmp_path)


@pytest.fixture
def tray(tmp_path) -> Tray:
    return Tray(tmp_path / hospital_statements.FOLDER)


def line(number: int, **values) -> dict:
    day = days(-10).strftime("%d/%m/%Y 09:30:00")
    good = {
        "rep": "6901001", "tran": f"T{number}", "pid": PATIENT, "name": REAL_NAME, "type": "OP", "served": day,
        "discharged": day, "net": 850.25, "hospital": "10002", "agency": "04110101", "drg": "05510",
    }  # fmt: skip
    return good | values


def brought(counter: Counter, tray: Tray, lines: list[dict], name: str = "STM.xlsx") -> int:
    statement_id, was_there = hospital_statements.receive(workbook(lines), name, actor=counter.finance[0], tray=tray)
    assert not was_there
    work()
    return statement_id


def found(statement_id: int) -> dict[int, list[str]]:
    query = "SELECT excel_row, finding FROM hospital_statement_line WHERE statement_id = :id ORDER BY 1"
    return dict(rows(query, id=statement_id))


def test_each_line_stands_beside_register_and_claims(counter, tray):
    claim = counter.brought_to(ClaimStatus.APPROVED)  # hospital 10001, ten days ago
    closed = counter.sent(hospital="10003", served_on=days(-200), receipt_on=days(-200))
    counter.decide(closed, ClaimVerb.DENY, reason="NOT_ENTITLED")
    later = (days(-200)).strftime("%d/%m/%Y")
    statement_id = brought(counter, tray, [
        line(1), line(2, hospital=10001), line(3, pid=STRANGER, name="นายใครก็ไม่รู้ สักคน"), line(4, agency="06900101"),
        line(5, name="นายสมศักดิ์ ใจดีนามสกุลลับ"), line(6, served=days(-2000).strftime("%d/%m/%Y")), line(7, pid="12345"),
        line(8, net="850.255"), line(9, pid=CHILD, name="", served=days(-4)), line(10, hospital="10003", served=later),
        line(11, served=days(-10).replace(year=days(-10).year + 543).strftime("%d/%m/%Y")),
        line(12, hospital="10001", served=days(-12).strftime("%d/%m/%Y"), discharged=days(-9).strftime("%d/%m/%Y"), type="IP"),
    ])  # fmt: skip
    assert list(found(statement_id).values()) == [
        F.MATCHES, F.CLAIMED_TOO, F.PERSON_UNKNOWN, F.OTHER_AGENCY, F.NAME_DIFFERS, F.NOT_ENTITLED, F.UNREADABLE,
        F.UNREADABLE, F.NOT_ENTITLED, F.MATCHES, F.MATCHES, F.CLAIMED_TOO,
    ]  # fmt: skip
    state = "SELECT state, line_count, satang FROM hospital_statement"
    assert rows(state) == [(StatementState.READ, 12, 11 * 850_25)]
    claims = "SELECT excel_row, claim_id FROM hospital_statement_line WHERE claim_id IS NOT NULL ORDER BY 1"
    assert rows(claims) == [(9, claim), (19, claim)]
    rest = rows("SELECT rest FROM hospital_statement_line WHERE excel_row = 8")[0][0]
    assert "AB" in str(rest) and "05510" in str(rest)
    differences = hospital_statements.open_statement(statement_id, None, 1, actor=counter.finance[1])
    assert len(differences.rows) == 9 and {one.finding for one in differences.rows} & {F.MATCHES} == set()
    assert [one.claim.id for one in differences.rows if one.finding is F.CLAIMED_TOO] == [claim, claim]


def test_what_cannot_be_in_a_line_is_told_in_its_own_words(counter, tray):
    ahead, early = (days(at).strftime("%d/%m/%Y") for at in (30 * 365, -11))
    statement_id = brought(counter, tray, [
        line(1), line(2, hospital="<script>"), line(3, agency="zz"), line(4, served=ahead, discharged=ahead),
        line(5, discharged=early), line(6, net=-5), line(7, net=0), line(8, discharged=ahead), line(9, hospital=""),
        line(10, pid=STRANGER, net=-5, agency=""), line(11, net="x", agency="zz"), line(12, discharged=""),
    ])  # fmt: skip
    one = {row.excel_row: row.findings for row in _all(statement_id)}
    assert one == {
        9: ["HOSPITAL_UNKNOWN"], 10: ["AGENCY_UNKNOWN"], 11: ["DAY_AHEAD"], 12: ["DISCHARGE_FIRST"],
        14: ["AMOUNT_NOT_POSITIVE"], 15: ["DAY_AHEAD"], 16: ["HOSPITAL_UNKNOWN"],
        17: ["AGENCY_UNKNOWN"], 18: ["UNREADABLE", "AGENCY_UNKNOWN"],
    }  # fmt: skip
    counts = hospital_statements.open_statement(statement_id, None, 1, actor=counter.finance[0]).statement.counts
    assert counts == {"MATCHES": 3, "UNREADABLE": 9}


def _all(statement_id: int) -> list:
    query = "SELECT excel_row, findings FROM hospital_statement_line WHERE statement_id = :id AND finding <> 'MATCHES'"
    with db.engine.connect() as connection:
        typed = sa.text(query).columns(sa.column("excel_row"), sa.column("findings", sa.JSON))
        return list(connection.execute(typed, {"id": statement_id}))


def test_no_national_id_is_kept_and_no_name_of_a_stranger(counter, tray, tmp_path):
    statement_id = brought(
        counter, tray, [line(1), line(2, pid=STRANGER, name="นายลึกลับ มาก"), line(3, name="นายผิด ชื่อ")]
    )
    kept = rows("SELECT masked_id, name_there FROM hospital_statement_line ORDER BY excel_row")
    assert kept == [(mask(PATIENT), None), (mask(STRANGER), None), (mask(PATIENT), "นายผิด ชื่อ")]
    every = str(rows("SELECT * FROM hospital_statement_line")) + str(rows("SELECT payload FROM job"))
    assert PATIENT not in every and STRANGER not in every and "ลึกลับ" not in every
    assert list((tmp_path / hospital_statements.FOLDER).iterdir()) == []  # the workbook itself is gone once it is read
    taken = hospital_statements.for_file(statement_id, None, actor=counter.finance[0])
    assert [one.finding for one in taken.rows] == [F.PERSON_UNKNOWN, F.NAME_DIFFERS]
    assert rows("SELECT count(*) FROM audit_event WHERE verb = 'take_statement_file'") == [(1,)]


def test_the_same_file_is_one_statement_and_a_transaction_of_another_is_pointed_at(counter, tray):
    lines = [line(1), line(2)]
    first = brought(counter, tray, lines)
    same = workbook(lines)
    sha = rows("SELECT sha256 FROM hospital_statement")[0][0]
    with db.writer.begin() as connection:  # whatever time the workbook was written at
        new = hashlib.sha256(same).hexdigest()
        connection.execute(
            sa.text("UPDATE hospital_statement SET sha256 = :new WHERE sha256 = :old"), {"new": new, "old": sha}
        )
    again = hospital_statements.receive(same, "อีกชื่อ.xlsx", actor=counter.finance[1], tray=tray)
    assert again == (first, True)
    assert rows("SELECT count(*) FROM hospital_statement_line") == [(2,)]
    second = brought(counter, tray, [line(2), line(3), line(2, hospital="10001"), line(3)])
    assert list(found(second).values()) == [F.LISTED_BEFORE, F.MATCHES, F.MATCHES, F.LISTED_BEFORE]
    shown, has_more = hospital_statements.newest(1, actor=counter.finance[0])
    assert ([one.id for one in shown], has_more) == ([second, first], False)


def test_a_worker_that_dies_leaves_each_line_once(counter, tray, monkeypatch):
    monkeypatch.setattr(hospital_statements, "AT_ONCE", 2)
    content = workbook([line(number) for number in (0, 1, 2, 3, 0)])
    statement_id, _ = hospital_statements.receive(content, "a.xlsx", actor=counter.finance[0], tray=tray)
    told = {"statement_id": statement_id, "officer_id": counter.finance[0].user_id, "officer": "n1"}
    for deaths_at in (1, 2, 3, 4):
        with pytest.raises(Fenced):
            hospital_statements.read_in(told, Dying(deaths_at))
        assert rows("SELECT state FROM hospital_statement") == [("READING",)]
    work()
    hospital_statements.read_in(told, Dying(99))  # and once more, after it is over
    assert list(found(statement_id).values()) == [F.MATCHES] * 4 + [F.LISTED_BEFORE]  # of lines written just before
    assert len(found(statement_id)) == 5 == rows("SELECT count(*) FROM hospital_statement_line")[0][0]


def test_what_is_no_statement_is_refused_and_may_be_brought_again(counter, tray):
    officer = counter.finance[0]

    def take(content: bytes) -> object:
        return hospital_statements.receive(content, "x.xlsx", actor=officer, tray=tray)

    for content, code in (
        (b"", "ROSTER_EMPTY"), (b"%PDF-1.4", "ROSTER_UNREADABLE"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ROSTER_UNREADABLE"),
        (b"PK\x03\x04" + b"x" * 10_000_001, "ROSTER_TOO_LARGE"), (zipped("x.txt", b"x"), "ROSTER_UNREADABLE"),
    ):  # fmt: skip
        assert code_of(lambda content=content: take(content)) == code
    assert rows("SELECT count(*) FROM hospital_statement") == [(0,)]
    for content, code in (
        (workbook([]), "STATEMENT_LAYOUT"), (workbook([line(1)], first_row=3), "STATEMENT_LAYOUT"),
        (workbook([line(1, pid="9" * 14)]), "STATEMENT_LAYOUT"), (bomb(), "ROSTER_TOO_LARGE"),
    ):  # fmt: skip
        statement_id, _ = take(content)
        work()
        assert rows("SELECT state, problem FROM hospital_statement WHERE id = :id", id=statement_id) == [
            ("REFUSED", code)
        ]
    assert list(tray.folder.iterdir()) == []  # what is full of national IDs does not wait for anybody
    sent, was_there = take(content)
    assert (sent, was_there) == (statement_id, False)  # a refused one is looked at anew
    for deed in (
        lambda: hospital_statements.receive(b"x", "x", actor=counter.clerk, tray=tray),
        lambda: hospital_statements.newest(1, actor=counter.clerk),
        lambda: hospital_statements.open_statement(1, None, 1, actor=counter.clerk),
        lambda: hospital_statements.for_file(1, None, actor=counter.clerk),
    ):
        assert code_of(deed) == "POWER_MISSING"
    assert code_of(lambda: hospital_statements.open_statement(99, None, 1, actor=officer)) == "STATEMENT_NOT_FOUND"


def zipped(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def bomb() -> bytes:
    """A good workbook with a part that unpacks to far more than it weighs."""
    file = io.BytesIO(workbook([line(1)]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/more.xml", b"<a>" + b" " * 50_000_000 + b"</a>")
    return file.getvalue()


def test_amounts_and_days_are_read_as_they_are_meant():
    day = days(-10)
    read_back = read(workbook([
        line(1, net=0.1 + 0.2), line(2, net="1,234.50"), line(3, net=-12.5), line(4, net="สิบบาท"), line(5, net=1.005),
        line(6, served=f"{day:%Y-%m-%d}T10:00", net=10**13), line(7, served="31/02/2026"), line(8, served=""),
        line(9, hospital=2, agency=4110101), line(10, pid=float(PATIENT)),
    ]))  # fmt: skip
    assert [one.satang for one in read_back[:6]] == [30, 1_234_50, -12_50, None, None, 10**15]
    assert [one.served_on for one in read_back[5:8]] == [day, None, None]
    assert (read_back[8].hospital_code, read_back[8].agency_code) == ("00002", "04110101")
    assert (read_back[9].national_id, [one.excel_row for one in read_back]) == (PATIENT, list(range(8, 18)))
    assert [letter(at) for at in (0, 25, 26, 54)] == ["A", "Z", "AA", "BC"]
    with pytest.raises(BadInput, match="STATEMENT_LAYOUT"):
        read(workbook([line(1, served="")]))


def test_a_claim_that_comes_after_the_statement_is_pointed_at_and_not_approved_among_others(counter, tray):
    before, last = days(-12).strftime("%d/%m/%Y"), days(-9).strftime("%d/%m/%Y")
    brought(counter, tray, [
        line(1, hospital="10001", served=before, discharged=last, type="IP"), line(2, hospital="10002"),
        line(3, hospital="10001", served=days(-40).strftime("%d/%m/%Y"), discharged=""),
    ])  # fmt: skip
    paid = counter.sent()
    free = counter.sent(served_on=days(-20), receipt_on=days(-20), total=55_00, claimable=55_00)
    page = claim_desk.waiting(ClaimStatus.SUBMITTED, 0, actor=counter.finance[0])
    told = {claim_id: [(one.tran_id, one.satang) for one in lines] for claim_id, lines in page.paid_there.items()}
    assert told == {paid: [("T1", 850_25)]}
    refused, good = claim_review.decide_many(
        [Decision(one, version(one), ClaimVerb.APPROVE) for one in (paid, free)], actor=counter.finance[0]
    )
    assert (refused.error.code, refused.error.facts["tran_id"]) == ("HOSPITAL_WAS_PAID", "T1")
    assert good.status is ClaimStatus.APPROVED
    assert claim_review.decide(Decision(paid, version(paid), ClaimVerb.APPROVE), actor=counter.finance[0]).error is None


def test_what_was_paid_and_taken_back_is_not_paid_and_a_transaction_counts_once(counter, tray):
    at_place = {"hospital": "10001", "served": days(-10).strftime("%d/%m/%Y"), "discharged": ""}
    claim = counter.sent()
    page = lambda: claim_desk.waiting(ClaimStatus.SUBMITTED, 0, actor=counter.finance[0]).paid_there  # noqa: E731
    brought(counter, tray, [line(1, **at_place), line(2, net=-850.25, **at_place), line(3, net=0, **at_place)])
    assert page() == {}
    brought(counter, tray, [line(4, **at_place)])
    brought(counter, tray, [line(4, **at_place), line(5, net=0, **at_place)])
    assert [one.tran_id for one in page()[claim]].count("T4") == 1


def test_a_reading_that_broke_off_is_told_and_begins_anew_with_the_same_file(counter, tray):
    content = workbook([line(1)])
    first, _was_there = hospital_statements.receive(content, "STM.xlsx", actor=counter.finance[0], tray=tray)
    statement = hospital_statements.open_statement(first, None, 1, actor=counter.finance[0]).statement
    assert hospital_statements.about([statement], actor=counter.finance[0]).broken_off == frozenset()
    assert hospital_statements.receive(content, "STM.xlsx", actor=counter.finance[1], tray=tray) == (first, True)
    with db.writer.begin() as connection:
        connection.execute(sa.text("UPDATE job SET status = 'FAILED' WHERE kind = 'hospital_statement'"))
    assert hospital_statements.about([statement], actor=counter.finance[0]).broken_off == {first}
    assert hospital_statements.receive(content, "STM.xlsx", actor=counter.finance[1], tray=tray) == (first, False)
    work()
    assert rows("SELECT state, line_count FROM hospital_statement") == [(StatementState.READ, 1)]
