"""Money that a hospital's statement takes back: no fault and no difference, beside what it reverses, once, and in the sums."""

import pytest

from app.domain.claims import ClaimStatus, ClaimVerb
from app.domain.hospital_statements import Finding, Reversal
from app.services.money import claim_desk, claim_review, hospital_statements
from app.services.money.claim_review import Decision
from tests.services.claim_counter import PATIENT, Counter, open_counter, version
from tests.services.conftest import nid
from tests.services.rights_register import days
from tests.services.test_hospital_statements import brought, found, line, tray
from tests.services.test_payment_runs import rows

__all__ = ["tray"]
F = Finding
STRANGER = nid(8099)


@pytest.fixture
def counter(database, tmp_path, monkeypatch) -> Counter:
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    return open_counter(tmp_path)


def shown(counter: Counter, statement_id: int, which=Reversal.REVERSAL):
    return hospital_statements.open_statement(statement_id, which, 1, actor=counter.finance[0])


def pairs(page) -> dict[int, int | None]:
    """The row of the payment that each shown line takes back."""
    known = {id_: paid.places[0].excel_row for id_, paid in page.reverses.items() if not paid.is_beyond}
    return {one.excel_row: known.get(one.id) for one in page.rows}


def beyond(page) -> dict[int, int]:
    """The row of the payment of which less is left than each of these lines takes."""
    return {one.excel_row: page.reverses[one.id].places[0].excel_row for one in page.rows
            if one.id in page.reverses and page.reverses[one.id].is_beyond}  # fmt: skip


def test_a_reversal_stands_by_itself_and_counts_in_the_sums(counter, tray):
    counter.brought_to(ClaimStatus.APPROVED)  # hospital 10001, ten days ago: both would be paid
    statement_id = brought(counter, tray, [
        line(1, hospital="10001"), line(1, hospital="10001", net=-850.25), line(2), line(3, net=-100), line(4, net=0),
        line(5, pid=STRANGER, name="นายใคร", net=-5), line(6, served=days(-2000).strftime("%d/%m/%Y"), net=-1),
    ])  # fmt: skip
    assert list(found(statement_id).values()) == [
        F.CLAIMED_TOO, F.MATCHES, F.MATCHES, F.MATCHES, F.UNREADABLE, F.MATCHES, F.MATCHES,
    ]  # fmt: skip
    page = shown(counter, statement_id)
    assert pairs(page) == {9: 8, 11: None, 13: None, 14: None}
    assert (page.reversals, page.taken_back) == (4, (4, 956_25))
    assert page.statement.satang == 850_25 * 2 - 956_25
    assert [one.excel_row for one in shown(counter, statement_id, F.MATCHES).rows] == [10]
    assert [one.excel_row for one in shown(counter, statement_id, None).rows] == [8, 12]


def test_it_is_matched_by_transaction_then_by_patient_hospital_and_day_and_never_beyond_what_was_paid(counter, tray):
    first = brought(counter, tray, [line(1), line(2, net=500), line(3, served=days(-40).strftime("%d/%m/%Y"), net=70)])
    names = dict(rows("SELECT id, original_name FROM hospital_statement"))
    second = brought(counter, tray, [
        line(2, net=-200), line("R-1", net=-850.25), line("R-2", net=-850.25), line("R-3", hospital="10001", net=-70),
        line(2, net=-200, hospital="10001"), line(4, tran="", net=-300), line(5, tran="", net=-300),
    ], "กลับรายการ.xlsx")  # fmt: skip
    page = shown(counter, second)
    assert pairs(page) == {8: 9, 9: 8, 10: None, 11: None, 12: None, 13: 9, 14: None}
    assert beyond(page) == {10: 8}
    assert [one.excel_row for one in page.rows if one.id in page.reverses and page.reverses[one.id].is_part] == [8, 13]
    assert {one.places[0].original_name for one in page.reverses.values()} == {names[first]}
    assert {one.places[0].statement_id for one in page.reverses.values()} == {first}


def test_the_same_reversal_again_is_told_as_listed_before_and_a_faulty_one_as_faulty(counter, tray):
    brought(counter, tray, [line(1), line(1, net=-850.25)])
    second = brought(counter, tray, [
        line(1, net=-850.25), line(2, net=-5, hospital="zz"), line(3, net=-5, pid="12345"), line(4, pid=PATIENT),
    ])  # fmt: skip
    assert list(found(second).values()) == [F.LISTED_BEFORE, F.UNREADABLE, F.UNREADABLE, F.MATCHES]
    assert (shown(counter, second).reversals, shown(counter, second).taken_back) == (0, (3, 860_25))


def test_the_file_names_what_is_taken_back(counter, tray):
    statement_id = brought(counter, tray, [line(1), line(1, net=-850.25)])
    taken = hospital_statements.for_file(statement_id, Reversal.REVERSAL, actor=counter.finance[0])
    assert pairs(taken) == {9: 8}


def test_parts_of_one_payment_are_taken_back_one_by_one_and_each_amount_once(counter, tray):
    brought(counter, tray, [line(1, net=500)])
    statement_id = brought(counter, tray, [line(1, net=-200), line(1, net=-100), line(1, net=-100)])
    assert list(found(statement_id).values()) == [F.MATCHES, F.MATCHES, F.LISTED_BEFORE]


def test_a_reversal_of_one_transaction_takes_nothing_of_another_one_of_that_day(counter, tray):
    brought(counter, tray, [line(1, net=500), line(2, net=500), line(3, net=300)])
    second = brought(counter, tray, [line(1, net=-500), line(1, net=-500), line(2, net=-500), line(3, net=-500)])
    page = shown(counter, second)
    assert pairs(page) == {8: 8, 10: 9, 11: None} and beyond(page) == {11: 10}
    third = brought(counter, tray, [line(1, net=-500), line(1, net=-400)])
    assert list(found(third).values()) == [F.LISTED_BEFORE, F.MATCHES]
    assert beyond(shown(counter, third)) == {9: 8}


def test_a_stray_reversal_hides_no_payment_and_what_was_taken_back_in_parts_is_not_paid(counter, tray):
    claim, at_place = counter.sent(), {"hospital": "10001", "served": days(-10).strftime("%d/%m/%Y"), "discharged": ""}
    there = lambda: claim_desk.waiting(ClaimStatus.SUBMITTED, 0, actor=counter.finance[0]).paid_there  # noqa: E731
    brought(counter, tray, [line(1, net=300, **at_place), line("X", net=-500, **at_place)])
    assert [one.satang for one in there()[claim]] == [300_00, -500_00], "that of which money is left comes first"
    decision = Decision(claim, version(claim), ClaimVerb.APPROVE)
    (outcome,) = claim_review.decide_many([decision], actor=counter.finance[0])
    assert (outcome.error.code, outcome.error.facts["tran_id"]) == ("HOSPITAL_WAS_PAID", "T1")
    brought(counter, tray, [line(1, net=300, **at_place)])  # the same payment, listed again
    parts = [line(1, net=-100, **at_place)] * 3  # three lines of one statement are three
    taken = brought(counter, tray, parts)
    assert there() == {}
    brought(counter, tray, parts[:2])  # listed again
    assert beyond(shown(counter, taken)) == {} and there() == {}
    brought(counter, tray, [line(1, net=300, **at_place), *parts])  # a statement of all that was
    assert there() == {}
    again = line(1, net=300, rep="6902001", **at_place)  # else the bytes of above, if made within a second
    brought(counter, tray, [again])  # paid again
    assert claim in there()
