"""A national ID as people type it, paste it and mistype it."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain import national_id
from app.domain.errors import BadInput
from tests.domain.case_rows import case_rows

COLUMNS = {
    *("input", "normalized", "expected_valid", "expected_error"),
    *("computed_check_digit", "weighted_sum_mod_11", "person_category", "category_th"),
}
CODES = ["REQUIRED", "NOT_DIGITS", "LENGTH", "UNASSIGNED_CATEGORY", "CHECK_DIGIT", "DEGENERATE"]
SAMPLE = "1990100001017"
OUTSIDE_DIGITS = st.characters(
    exclude_characters="−0123456789๐๑๒๓๔๕๖๗๘๙０１２３４５６７８９", categories=["L", "N", "S"]
)


def with_check_digit(first12: str) -> str:
    return first12 + str(national_id.check_digit(first12))


# Office 9901 does not exist; 9 is no category, and equal digits cannot begin with n9901.
valid_ids = st.builds(
    lambda first, serial: with_check_digit(f"{first}9901{serial:07d}"), st.integers(0, 8), st.integers(0, 9_999_999)
)
# The remainders 0 and 10 share the check digit 1, so a slip between the two goes unnoticed (worked example NID29).
well_checked_ids = valid_ids.filter(lambda nid: nid[12] != "1")


def refusal(text: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        national_id.parse(text, field="national_id")
    return caught.value


@pytest.mark.parametrize("row", case_rows("national_id_cases.csv", COLUMNS))
def test_worked_example(row: dict[str, str]) -> None:
    assert row["expected_valid"] in ("Y", "N")
    normalized = national_id.normalize(row["input"])
    if row["normalized"]:
        assert normalized == row["normalized"]
    if row["expected_valid"] == "Y":
        assert national_id.parse(row["input"]) == normalized
        assert row["expected_error"] == ""
    else:
        assert row["expected_error"] in CODES
        assert refusal(row["input"]).code == row["expected_error"]
    if row["computed_check_digit"]:
        assert national_id.check_digit(normalized[:12]) == int(row["computed_check_digit"])
    if row["weighted_sum_mod_11"]:
        # The remainder is no word of ours; it is told by the check digit, which folds eleven values into ten.
        assert national_id.check_digit(normalized[:12]) == (11 - int(row["weighted_sum_mod_11"])) % 10
    if row["person_category"]:
        assert national_id.category(normalized) == int(row["person_category"])


@pytest.mark.parametrize(
    "typed",
    [
        "1-9901-00001-01-7",
        " 1 9901 00001 01 7 ",
        "1\u00a09901\u00a000001\u00a001\u00a07",
        "1\u20119901\u201300001\u201401\u22127",
        "๑๙๙๐๑๐๐๐๐๑๐๑๗",
        "１９９０１００００１０１７",
        "\ufeff1990100001017\u200b",
        "\u200f1990100001017\u200e",
        "1990100001017\r\n",
        "๑-9901-0000１-01-๗",
    ],
)
def test_every_way_of_typing_gives_the_same_digits(typed: str) -> None:
    assert national_id.parse(typed) == SAMPLE


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "REQUIRED"),
        ("  \u00a0\u200b--", "REQUIRED"),
        ("None", "NOT_DIGITS"),
        ("nan", "NOT_DIGITS"),
        ("1.9901E+12", "NOT_DIGITS"),
        ("1990100001017.0", "NOT_DIGITS"),
        ("=1990100001017", "NOT_DIGITS"),
        ("199010000101O", "NOT_DIGITS"),
        ("199010000101⁷", "NOT_DIGITS"),
        ("199010000101₇", "NOT_DIGITS"),
        ("199010000101⑦", "NOT_DIGITS"),
        ("199010000101٧", "NOT_DIGITS"),
        ("199010000101७", "NOT_DIGITS"),
        ("199010000101Ⅶ", "NOT_DIGITS"),
        ("199010000101😀", "NOT_DIGITS"),
        ("\u202e1990100001017", "NOT_DIGITS"),
        ("1990100001017\x00", "NOT_DIGITS"),
        ("7️⃣", "NOT_DIGITS"),
        ("-1", "LENGTH"),
        ("9" * 100_000, "LENGTH"),
        ("9990100001010", "UNASSIGNED_CATEGORY"),
        ("9999999999999", "UNASSIGNED_CATEGORY"),
        ("1990100001018", "CHECK_DIGIT"),
        ("1111111111111", "CHECK_DIGIT"),
        (with_check_digit("1" * 12), "DEGENERATE"),
        (with_check_digit("8" * 12), "DEGENERATE"),
    ],
)
def test_the_first_failing_test_names_the_refusal(typed: str, code: str) -> None:
    error = refusal(typed)
    assert (error.code, error.field) == (code, "national_id")


@given(st.text())
def test_any_text_is_thirteen_ascii_digits_or_a_known_refusal(text: str) -> None:
    try:
        digits = national_id.parse(text)
    except BadInput as error:
        assert error.code in CODES
    else:
        assert len(digits) == 13
        assert digits.isascii() and digits.isdigit()


@given(valid_ids, st.integers(0, 12), OUTSIDE_DIGITS)
def test_a_letter_symbol_or_foreign_digit_is_never_read_as_a_digit(nid: str, at: int, stranger: str) -> None:
    assert refusal(nid[:at] + stranger + nid[at + 1 :]).code == "NOT_DIGITS"


@given(valid_ids)
def test_what_is_displayed_can_be_typed(nid: str) -> None:
    assert national_id.parse(national_id.display(nid)) == nid
    assert national_id.parse(nid) == nid


@given(well_checked_ids, st.integers(0, 10))
def test_two_swapped_neighbours_are_noticed(nid: str, at: int) -> None:
    assume(nid[at] != nid[at + 1])
    swapped = nid[:at] + nid[at + 1] + nid[at] + nid[at + 2 :]
    assert refusal(swapped).code == ("UNASSIGNED_CATEGORY" if swapped[0] == "9" else "CHECK_DIGIT")


@given(well_checked_ids, st.integers(1, 12).filter(lambda at: at != 2), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(nid: str, at: int, by: int) -> None:
    assert refusal(nid[:at] + str((int(nid[at]) + by) % 10) + nid[at + 1 :]).code == "CHECK_DIGIT"


@given(valid_ids, st.integers(1, 9))
def test_a_wrong_third_digit_is_never_noticed_by_the_check_digit(nid: str, by: int) -> None:
    """Its weight is 11: why a name check against the register is needed even for a number that passes."""
    wrong = nid[:2] + str((int(nid[2]) + by) % 10) + nid[3:]
    assert national_id.parse(wrong) == wrong


@given(valid_ids, st.integers(0, 12))
def test_a_lost_digit_is_never_padded(nid: str, at: int) -> None:
    error = refusal(nid[:at] + nid[at + 1 :])
    assert (error.code, error.facts) == ("LENGTH", {"length": 12})


@given(valid_ids)
def test_a_refusal_does_not_carry_the_number(nid: str) -> None:
    for typed in (nid + "0", nid[:12] + "x", nid[:12] + str((int(nid[12]) + 1) % 10)):
        assert nid[:12] not in f"{refusal(typed)!r}{refusal(typed)}{refusal(typed).facts}"


@pytest.mark.parametrize("first12", ["", "1" * 11, "1" * 13, "19901000010x", "19901000010²"])
def test_check_digit_wants_twelve_digits(first12: str) -> None:
    with pytest.raises(ValueError):
        national_id.check_digit(first12)


def test_display_and_mask() -> None:
    assert national_id.display(SAMPLE) == "1-9901-00001-01-7"
    assert national_id.mask(SAMPLE) == "1-9901-xxxxx-01-7"


@given(valid_ids)
def test_the_mask_tells_nothing_of_the_middle(nid: str) -> None:
    other_middle = nid[:5] + "00000" + nid[10:]
    assert national_id.mask(nid) == national_id.mask(other_middle)


@pytest.mark.parametrize("category", range(9))
def test_who_needs_review(category: int) -> None:
    nid = with_check_digit(f"{category}99010000101")
    assert national_id.category(national_id.parse(nid)) == category
    assert national_id.needs_review(nid) == (category in (0, 6, 7))
