"""What hospitals were paid for days whose right changed since: listed as the register stands, until it is taken back."""

from dataclasses import dataclass
from itertools import product

import pytest

from app.domain.bills import BillRisk
from app.domain.errors import NotAllowed
from app.services.money import direct_bills, hospital_reversals
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


@dataclass(frozen=True)
class Line:
    """A line of one patient, hospital and day."""

    id: int
    statement_id: int
    satang: int
    tran_id: str = "T"
    original_name: str = "STM"
    excel_row: int = 8
    hospital_code: str = "10001"
    person_id: int = 1
    served_on: int = 1


# Files of one transaction; what the list asks back, and what a warning reckons with.
STORIES = {
    "paid": ([[300]], [300], [300]),
    "listed again": ([[300], [300, 300], [300]], [300, 300], [300, 300]),
    "paid, back, anew": ([[300], [-300], [300]], [300], [300]),
    "paid, back, anew, back again": ([[300], [-300], [300], [-300]], [], []),
    "that again": ([[300], [-300], [300], [-300], [-300], [300, -300, 300, -300]], [], []),
    "all that was, once more": ([[300], [-300], [300, -300]], [], []),
    "a part, all that was once more": ([[1000], [-500], [1000, -500]], [500], [500]),
    "stray and too large, then listed again": ([[300], [-500], [300]], [300], [300]),
    "two payments, one back, that paid again": ([[1000, 500], [-1000], [1000]], [500, 1000], [500, 1000]),
    "two, both back, both anew": ([[300, 300], [-300, -300], [300, 300]], [300, 300], [300, 300]),
    "two anew of one": ([[300], [-300], [300, 300]], [300, 300], [300, 300]),
    "parts, rest, anew, a part": ([[300], [-100], [-200], [300], [-100]], [200], [200]),
    "back and paid anew in one file": ([[300], [-300, 300]], [], [300]),
    "listed and taken back in one file": ([[300], [300, -300]], [], []),
    "back and paid otherwise in one file": ([[300], [-300, 250]], [250], [250]),
    "otherwise, then as first": ([[300], [-300, 250], [-250, 300]], [], [300]),
    "anew, then a file with the old taking back": ([[300], [-300], [300], [300, -300]], [300], [300]),
    "two payments, taken back together": ([[1000], [200], [-1200]], [], []),
    "two payments, most of both": ([[1000], [200], [-1100]], [100], [100]),
    "a part, and as much again": ([[1000], [-400], [-400]], [200], [600]),
    "a part, listed again, and the rest": ([[1000], [-400], [-400], [-600]], [], []),
    "a part, listed again, and the payment too": ([[1000], [-500], [-500], [1000]], [500], [500]),
    "taken back first": ([[-300], [300], [300]], [], [300]),
    "taken back first, all together": ([[-1200], [1000, 200]], [], []),
    "taken back first, in its own file": ([[-1200, 1000, 200]], [], []),
    "one of the file, taken back first in it, listed again": ([[-300, 300], [300]], [300], [300]),
    "too large, then paid": ([[300], [-500], [200]], [], [200, 300]),
    "too large, then two of the first": ([[300], [-500], [300, 300]], [100], [300, 300]),
    "too large, then paid as much": ([[300], [-500], [500]], [300], [300, 500]),
    "too large, a part, then paid": ([[500], [-1500], [-500, 1000]], [], [1000]),
    "too large, then all once more": ([[500], [-1500], [1000, 500]], [], [500, 1000]),
    "another amount is another payment": ([[300], [350]], [300, 350], [300, 350]),
    "of those one back": ([[300], [350], [-300]], [350], [350]),
}


# Without a number only the whole is taken back.
WHOLE = [
    story
    for story, (files, *_left) in STORIES.items()
    if all(satang > 0 or -satang in (300, 250, 1000) for file in files for satang in file)
]


@pytest.mark.parametrize(
    ("story", "tran_id"), [*((story, "T") for story in STORIES), *((story, "") for story in WHOLE)]
)
def test_what_is_left_of_a_transaction_in_the_order_in_which_it_is_told(story, tran_id):
    files, asked, warned = STORIES[story]
    told = [(number, satang) for number, file in enumerate(files) for satang in file]
    lines = [Line(place, number, satang, tran_id) for place, (number, satang) in enumerate(told, 1)]
    for in_doubt_paid, expected in ((False, asked), (True, warned)):
        left = hospital_reversals.left_among(lines, in_doubt_paid=in_doubt_paid)
        assert sorted(one for one in left.values() if one) == sorted(expected)


# Transactions of one patient's day at one hospital: what the list asks back and the warning reckons with, by number.
ACROSS = {
    "corrected under another number": ([[("A", 1000)], [("B", -1000), ("B", 800)]], [("B", 800)], [("B", 800)]),
    "corrected there, paid later": ([[("A", 1000)], [("B", -1000)], [("B", 800)]], [("B", 800)], [("B", 800)]),
    "back under another one, paid anew": ([[("A", 1000)], [("B", -1000)], [("A", 1000)]], [("A", 1000)], [("A", 1000)]),
    "back without a number, paid anew": ([[("A", 1000)], [("", -1000)], [("A", 1000)]], [("A", 1000)], [("A", 1000)]),
    "its own one of that file": ([[("A", 500)], [("B", -500), ("B", 500)]], [("A", 500)], [("A", 500)]),
    "back and paid under another number": ([[("A", 1000)], [("B", -1000)], [("B", 1000)]], [("B", 1000)], [("B", 1000)]),
    "back under another one, more paid there": ([[("A", 500)], [("B", -500)], [("B", 800)]], [("B", 800)], [("B", 800)]),
    "stray of a number never paid, then paid": (
        [[("B", 800)], [("B", -800), ("A", -1000)], [("B", 1000)]], [], [("B", 1000)],
    ),
    "stray of what was paid": (
        [[("A", 1000), ("B", 300)], [("B", -1000)]], [("B", 300)], [("A", 1000), ("B", 300)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", ACROSS)
def test_what_is_taken_back_under_another_number(story):
    files, asked, warned = ACROSS[story]
    told = [(number, *line) for number, file in enumerate(files) for line in file]
    lines = {place: Line(place, number, satang, tran) for place, (number, tran, satang) in enumerate(told, 1)}
    for in_doubt_paid, expected in ((False, asked), (True, warned)):
        left = hospital_reversals.left_among(lines.values(), in_doubt_paid=in_doubt_paid)
        assert sorted((lines[one].tran_id, satang) for one, satang in left.items() if satang) == expected


def test_without_a_number_what_takes_nothing_whole_makes_no_second_payment():
    told = [(1, 1000), (1, 500), (2, -1500), (3, 1000), (3, 500)]
    lines = [Line(place, number, satang, "") for place, (number, satang) in enumerate(told, 1)]
    for in_doubt_paid in (False, True):
        assert sorted(hospital_reversals.left_among(lines, in_doubt_paid=in_doubt_paid).values()) == [500, 1000]


def test_nobody_is_asked_for_more_than_the_warning_reckons_with():
    for files in product(((1000,), (500,), (-500,), (-1000,), (-1500,), (1000, -500)), repeat=4):
        told = [(number, satang) for number, file in enumerate(files) for satang in file]
        lines = [Line(place, number, satang) for place, (number, satang) in enumerate(told, 1)]
        asked, warned = (sum(hospital_reversals.left_among(lines, in_doubt_paid=one).values()) for one in (False, True))
        assert asked <= warned, files


def test_pages_are_full_and_what_is_taken_back_hides_nothing_older(counter, tray, monkeypatch):
    monkeypatch.setattr(direct_bills, "PAGE", 2)
    monkeypatch.setattr(direct_bills, "MOST_IN_FILE", 2)
    monkeypatch.setattr(direct_bills, "AT_ONCE", 2)
    brought(counter, tray, [line(number, net=100 + number) for number in range(1, 7)])
    brought(counter, tray, [line(number, net=-100 - number) for number in (6, 5, 3)])
    cut(counter, days(-20))
    pages = [direct_bills.listed(LOST, page, actor=counter.finance[0]) for page in (1, 2)]
    told = [([one.line.tran_id for one in page.rows], page.has_more) for page in pages]
    assert told == [(["T4", "T2"], True), (["T1"], False)]
    assert [one.line.tran_id for one in direct_bills.for_file(LOST, actor=counter.finance[0]).rows] == ["T4", "T2"]


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
