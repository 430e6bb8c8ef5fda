"""What an upgrade does with receipts that an earlier release knew by other keys, and the keys that no release changes alone."""

from importlib import import_module

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DataError

from app.domain import claims as today
from app.domain.claims import ClaimReason, ClaimVerb
from app.domain.names import tidy
from app.models.database import db
from app.services import releases
from tests.services.claim_counter import Counter, code_of, open_counter
from tests.services.test_approvals import by_sql
from tests.services.test_receipts_once import HELD, ready

BEFORE = "5e1c0a9d3b72"
_REVISION = import_module("migrations.register.versions.a4c7e2f19b60_receipts_under_their_keys_of_today")
NUMBERS = {
    "PC ฿8/12": "pc-8-12", "PC-8": "pc-8", "P C-8": "pc-8", "เล่มที่ 012 เลขที่ 0034": "เล่มที่-12-เลขที่-34", "เล่ม๑/๐๒": "เล่ม-1-2",
    "ก\u0e48\u0e48 5": "ก\u0e48-5", "\u0e48 5": "5", "A๏1": "a-1", "Ａ１": "a-1", "น\u0e4d\u0e49 า1": "น\u0e49\u0e4d\u0e32-1",
    "เ เบบ1": "แบบ-1", "000": "0", "R\u200b-7": "r-7", "e\u0301 1": "é-1", "12\u20e31": "121", " -/. ": "",
}  # fmt: skip
PLACES = {
    "รพ. เอก ชน": "N:เอกชน", "โรงพยาบาลเอกชน": "N:เอกชน", "บริษัท ศูนย์เอกซเรย์ จำกัด (มหาชน)": "N:ศูนย์เอกซเรย์", "คลินิก หมอดี": "N:หมอดี",
    "คลินิก": "N:คลินิก", "Lab-12": "N:lab12", "แล็บ ๑๒": "N:แล็บ12",
}  # fmt: skip
DEMAND = "a changed key demands a migration, as a4c7e2f19b60 is one: receipts that are held keep the key of before"


@pytest.fixture
def counter(database, tmp_path) -> Counter:
    return open_counter(tmp_path)


@pytest.fixture
def desk(sqlite_database, tmp_path) -> Counter:
    """A counter where the other database would say the same."""
    return open_counter(tmp_path)


def as_before(**keys: tuple[int, dict[str, str]]) -> None:
    """The register as the release before left it, these claims' receipts under the keys of that day."""
    with db.writer.begin() as connection:
        for table in ("claimed_receipt", "receipt_claim"):
            on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
            connection.execute(sa.text(f"DROP TRIGGER {table}_frozen{on}"))
        for claim_id, given in keys.values():
            facts = ", ".join(f"{name} = :{name}" for name in given)
            connection.execute(
                sa.text(f"UPDATE claimed_receipt SET {facts} WHERE claim_id = :id"), {"id": claim_id, **given}
            )
            own = {name: given[name] for name in ("receipt_no", "receipt_key") if name in given}
            facts = ", ".join(f"{name} = :{name}" for name in own)
            if own:
                connection.execute(sa.text(f"UPDATE receipt_claim SET {facts} WHERE id = :id"), {"id": claim_id, **own})
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :before"), {"before": BEFORE})


def upgrade() -> None:
    """To the revision that is looked at: what came after it stands in these databases already."""
    releases.upgrade(_REVISION.revision, branch="register")


def known(claim_id: int) -> tuple[object, ...]:
    query = (
        "SELECT c.receipt_key, r.receipt_key, r.issuer_key, r.held FROM receipt_claim c"
        " JOIN claimed_receipt r ON r.claim_id = c.id WHERE c.id = :id"
    )
    with db.engine.connect() as connection:
        key, held_by, issuer, held = connection.execute(sa.text(query), {"id": claim_id}).one()
    return key, held_by, issuer, bool(held)


def test_a_receipt_that_was_held_under_an_older_key_is_not_claimed_again(desk):
    old = desk.send(ready(desk, receipt_no="PC ฿8/12"))
    as_before(old=(old, {"receipt_key": "pc฿-8-12"}))
    upgrade()
    assert known(old) == ("pc-8-12", "pc-8-12", "H:10001", True)
    assert code_of(lambda: desk.send(ready(desk, receipt_no="PC 8/12"))) == HELD
    desk.send(ready(desk, receipt_no="PC 8/13"))
    assert releases.differences() == []


def test_an_issuer_that_was_noted_as_a_private_unit_is_known_by_its_key_of_today(desk):
    place = desk.send(ready(desk, receipt_no="12", private_unit="ศูนย์เอกซเรย์ จำกัด"))
    listed = desk.send(ready(desk, receipt_no="13", private_unit="ศูนย์อื่น"))
    as_before(
        place=(place, {"issuer_key": "N:ศูนย์เอกซเรย์จำกัด"}),
        listed=(listed, {"issuer": "บริษัท โรงพยาบาล สอง", "issuer_key": "N:บริษัทโรงพยาบาลสอง"}),
    )
    upgrade()
    assert known(place)[2:] == ("N:ศูนย์เอกซเรย์", True)
    assert known(listed)[2:] == ("H:10002", True)
    again = ready(desk, receipt_no="13", hospital="10002")
    assert code_of(lambda: desk.send(again)) == HELD


def test_of_two_that_meet_the_oldest_holds_whatever_keys_they_had(counter):
    first, second, other, third = (counter.send(ready(counter, receipt_no=number)) for number in ("1", "2", "3", "4"))
    as_before(
        # The second has the key of today already, to which the first one comes.
        first=(first, {"receipt_no": "PC ฿8", "receipt_key": "pc฿-8"}),
        second=(second, {"receipt_no": "P C-8", "receipt_key": "pc-8"}),
        other=(other, {"receipt_no": "PC-9", "receipt_key": "p-c-9"}),
        third=(third, {"receipt_no": "PC 8", "receipt_key": "p-c-8"}),
    )
    upgrade()
    assert [known(one)[1::2] for one in (first, second, other, third)] == [
        ("pc-8", True), ("pc-8", False), ("pc-9", True), ("pc-8", False),
    ]  # fmt: skip
    again = ready(counter, receipt_no="pc/8")
    assert code_of(lambda: counter.send(again)) == HELD


@pytest.mark.parametrize(
    ("older", "younger"), [("SUBMITTED", "PAID"), ("RETURNED", "APPROVED"), ("RETURNED", "SUBMITTED")]
)
def test_of_two_that_meet_what_was_paid_or_goes_further_holds(desk, older, younger):
    first, second = (desk.send(ready(desk, receipt_no=number)) for number in ("1", "2"))
    for claim_id, status in ((first, older), (second, younger)):
        if status == "RETURNED":
            desk.decide(claim_id, ClaimVerb.RETURN, reason=ClaimReason.AMOUNT_WRONG)
        elif status in ("APPROVED", "PAID"):
            desk.decide(claim_id)
        if status == "PAID":
            desk.pay(claim_id)
    as_before(
        first=(first, {"receipt_no": "PC ฿8", "receipt_key": "pc฿-8"}),
        second=(second, {"receipt_no": "P C-8", "receipt_key": "pc-8"}),
    )
    upgrade()
    assert (known(first)[3], known(second)[3]) == (False, True)


def test_a_claim_whose_receipt_another_one_holds_since_is_neither_approved_nor_paid(desk):
    first, second, third = (desk.send(ready(desk, receipt_no=number)) for number in ("1", "2", "3"))
    for claim_id in (first, second):
        desk.decide(claim_id)
    as_before(**{
        f"c{claim_id}": (claim_id, {"receipt_no": "PC ฿8", "receipt_key": f"pc-8{'฿' * nth}"})
        for nth, claim_id in enumerate((first, second, third))
    })  # fmt: skip
    upgrade()
    assert code_of(lambda: desk.decide(third)) == code_of(lambda: desk.pay(second)) == "RIGHT_GONE"
    desk.pay(first)
    desk.decide(third, ClaimVerb.DENY, reason=ClaimReason.DUPLICATE)


def test_keys_that_change_places_and_a_number_of_signs_alone_do_not_meet(counter):
    one, two, sign = (counter.send(ready(counter, receipt_no=number)) for number in ("1", "2", "3"))
    as_before(
        one=(one, {"receipt_no": "A1", "receipt_key": "b-2"}),
        two=(two, {"receipt_no": "B2", "receipt_key": "a-1"}),
        sign=(sign, {"receipt_no": "฿", "receipt_key": "฿"}),
    )
    upgrade()
    assert [known(claim_id)[1::2] for claim_id in (one, two, sign)] == [("a-1", True), ("b-2", True), ("฿", True)]


def test_an_upgrade_that_breaks_off_leaves_everything_as_it_was(counter):
    old, unreadable = counter.send(ready(counter, receipt_no="PC ฿8/12")), counter.send(ready(counter, receipt_no="13"))
    as_before(old=(old, {"receipt_key": "pc฿-8-12"}))
    before = known(old)
    # Bytes are no number; where none can stand in the column, a sign of eighteen letters a hundred times is too long a key.
    by_file = db.writer.dialect.name == "sqlite"
    put = "UPDATE claimed_receipt SET receipt_no = :no WHERE claim_id = :id"
    by_sql(put, no=b"13" if by_file else "\ufdfa" * 100, id=unreadable)
    with pytest.raises(TypeError if by_file else DataError):
        upgrade()
    assert known(old) == before
    assert "uq_claimed_receipt_held" in {
        index["name"] for index in sa.inspect(db.engine).get_indexes("claimed_receipt")
    }
    by_sql(put, no="13", id=unreadable)
    upgrade()
    assert (known(old)[1], releases.differences()) == ("pc-8-12", [])


def test_the_pages_of_the_revision_bring_every_row_once(counter, monkeypatch):
    sent = [counter.send(ready(counter)) for _ in range(3)]
    monkeypatch.setattr(_REVISION, "AT_ONCE", 2)
    with db.engine.connect() as connection:
        pages = list(_REVISION._pages(connection, "SELECT id FROM receipt_claim"))
    assert [[row.id for row in page] for page in pages] == [sent[:2], sent[2:]]


def test_a_changed_key_demands_a_migration():
    assert {number: today.receipt_key(number) for number in NUMBERS} == NUMBERS, DEMAND
    assert {place: today.issuer_key("", place) for place in PLACES} == PLACES, DEMAND
    assert today.issuer_key("10001") == "H:10001", DEMAND


def test_the_revision_keeps_the_functions_of_its_day():
    assert {number: _REVISION.receipt_key(number) for number in NUMBERS} == NUMBERS
    assert {place: _REVISION.issuer_key("", place) for place in PLACES} == PLACES
    assert [_REVISION.tidy(text) for text in (*NUMBERS, *PLACES)] == [tidy(text) for text in (*NUMBERS, *PLACES)]
