"""One receipt is known by one key, and the ledger of claims balances whatever is posted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.claims import receipt_key, strange_letter
from app.domain.errors import BadInput
from app.domain.ledger import ACCOUNTS, Account, EntryKind, balances, counter_entry, entry, standing


@pytest.mark.parametrize(
    "typed",
    [
        "A-0012/34",
        "a 0012 / 34",
        "A0012-0034",
        " Ａ–๐๐๑๒/๓๔ ",
        "a.12.34",
        "A\u200b0\u200d012/3\u00ad4",
        "฿A12/34",
        "A-12/34๚",
        "๏ A12๛34",
        "A12\u0e48/34\u0e4c",
    ],
)
def test_spacing_zeros_and_digits_make_no_other_receipt(typed):
    assert receipt_key(typed) == "a-12-34"


def test_a_mark_typed_twice_on_a_letter_counts_once_and_a_word_keeps_its_marks():
    assert receipt_key("เล่มที่\u0e48 1") == receipt_key("เล่มที่ 1") != receipt_key("เลมที 1")


@pytest.mark.parametrize("typed", ["A-00121/34", "A-12/3/4", "B-12/34", "A-12", "1234"])
def test_another_number_is_another_receipt(typed):
    assert receipt_key(typed) not in ("", "a-12-34")


@pytest.mark.parametrize(
    ("typed", "strange"),
    [
        ("РC-12", "Р"),
        ("ΑB1", "Α"),
        ("เล่ม ๑ No.2/3", ""),
        ("Ｎｏ１", ""),
        ("é9", "é"),
        ("A\u0663", "\u0663"),
        ("1\ufe0f2", "\ufe0f"),
        ("เลขท\u0e48\u0e35 1", ""),
        ("1\u28002", "\u2800"),
        ("1\ue0002", "\ue000"),
        ("1\u0e3b2", "\u0e3b"),
        ("ก\u2013ข – 1−2/๓", ""),
    ],
)  # the first begins with a Cyrillic letter, the second with a Greek one
def test_letters_that_only_look_like_the_receipts_are_found(typed, strange):
    assert strange_letter(typed) == strange


def test_thai_books_and_zeros():
    assert receipt_key("เล่มที่ 012 เลขที่ 0034") == receipt_key("เล่มที่12เลขที่34") != receipt_key("เล่มที่ 1 เลขที่ 234")
    assert receipt_key("แบบ 12/34") == receipt_key("\u0e40\u0e40บบ 12/34") == receipt_key("แบบ 1\ufe0f2/34")
    assert receipt_key("แบบ 1") == receipt_key("เ เบบ1") != receipt_key("เบบ 1")
    assert receipt_key("น้ำ 1") == receipt_key("น \u0e4d\u0e49 า1")
    assert receipt_key("เลขที่ 1") == receipt_key("เลขท\u0e48\u0e35 1") == receipt_key("เลขที่\u0e48 1")
    assert receipt_key("000") == "0"
    assert receipt_key(" -/. ") == ""


amounts = st.integers(1, 10**12)


@given(st.lists(st.tuples(st.sampled_from(EntryKind), amounts)), st.data())
def test_the_ledger_balances_and_counter_entries_leave_nothing(posted, data):
    entries = [entry(kind, satang) for kind, satang in posted]
    assert sum(balances(entries).values()) == 0
    undone = data.draw(st.lists(st.sampled_from(range(len(entries))), unique=True)) if entries else []
    with_counters = entries + [counter_entry(entries[place], place) for place in undone]
    left = [one for place, one in enumerate(entries) if place not in undone]
    assert balances(with_counters) == balances(left)
    assert sum(balances(with_counters).values()) == 0


@given(amounts, amounts)
def test_what_a_claim_comes_to(approved, back):
    posted = [entry(EntryKind.APPROVAL, approved)]
    assert (standing(posted).owed, standing(posted).paid) == (approved, 0)
    posted.append(entry(EntryKind.PAYMENT, approved))
    assert (standing(posted).owed, standing(posted).paid) == (0, approved)
    posted.append(entry(EntryKind.REFUND_CLAIMED, back))
    assert (standing(posted).refund_due, standing(posted).approved) == (back, approved - back)
    posted.append(entry(EntryKind.REFUND_RECEIVED, back))
    assert (standing(posted).refund_due, standing(posted).paid) == (0, approved - back)


def test_every_kind_has_two_accounts_and_no_amount_is_nothing():
    assert set(ACCOUNTS) == set(EntryKind)
    assert all(debit is not credit for debit, credit in ACCOUNTS.values())
    assert {account for pair in ACCOUNTS.values() for account in pair} == set(Account)
    for satang in (0, -1):
        with pytest.raises(BadInput):
            entry(EntryKind.PAYMENT, satang)
