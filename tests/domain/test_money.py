"""Amounts in baht: typed, shown and spelled out."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import BadInput
from app.domain.money import (
    LARGEST_SATANG,
    baht_text,
    baht_text_of,
    format_baht,
    parse_baht,
    satang_from_decimal,
)

amounts = st.integers(0, LARGEST_SATANG)
DIGITS = {"หนึ่ง": 1, "เอ็ด": 1, "ยี่": 2, "สอง": 2, "สาม": 3, "สี่": 4, "ห้า": 5, "หก": 6, "เจ็ด": 7, "แปด": 8, "เก้า": 9}
PLACES = {"สิบ": 10, "ร้อย": 100, "พัน": 1_000, "หมื่น": 10_000, "แสน": 100_000}


def read_words(words: str) -> int:
    """Reads Thai number words by hand, independently of how they are written."""
    total = group = 0
    digit: int | None = None
    while words:
        word = next(word for word in (*DIGITS, *PLACES, "ล้าน") if words.startswith(word))
        words = words.removeprefix(word)
        if word in DIGITS:
            digit = DIGITS[word]
        elif word in PLACES:
            group += (1 if digit is None else digit) * PLACES[word]
            digit = None
        else:
            total = (total + group + (digit or 0)) * 1_000_000
            group, digit = 0, None
    return total + group + (digit or 0)


def refusal(text: str) -> str:
    with pytest.raises(BadInput) as caught:
        parse_baht(text, field="amount")
    assert caught.value.field == "amount"
    return caught.value.code


@pytest.mark.parametrize(
    ("typed", "satang"),
    [
        *(("0", 0), ("0.25", 25), ("0.5", 50), ("1234.5", 123_450), ("1,234.50", 123_450), ("1,234,567", 123_456_700)),
        *(("฿1,234.50", 123_450), ("1,234.50 บาท", 123_450), (" 1234 ", 123_400), ("๑,๒๓๔.๕๐ บาท", 123_450)),
        *(("007", 700), ("0" * 5_000 + "7", 700), ("10,000,000,000,000", LARGEST_SATANG)),
    ],
)
def test_ways_of_typing_an_amount(typed: str, satang: int) -> None:
    assert parse_baht(typed) == satang


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *(("", "REQUIRED"), ("\u00a0", "REQUIRED")),
        *((bad, "INVALID_AMOUNT") for bad in ("abc", "None", "NaN", "-1", "+1", "1.234", "1.", ".5", "1e3", "1_000")),
        *(
            (bad, "INVALID_AMOUNT")
            for bad in ("1,23", "12,34.50", "1,2345", ",100", "1.000,50", "1²", "١٠", "=1+1", "😀")
        ),
        *((bad, "AMOUNT_TOO_LARGE") for bad in ("10,000,000,000,000.01", "9" * 100_000)),
    ],
)
def test_what_is_no_amount_is_refused(typed: str, code: str) -> None:
    assert refusal(typed) == code


@given(amounts)
def test_what_is_shown_can_be_typed(satang: int) -> None:
    assert parse_baht(format_baht(satang)) == satang
    assert satang_from_decimal(Decimal(format_baht(satang).replace(",", ""))) == satang


@given(st.text())
def test_any_text_is_an_amount_or_a_known_refusal(text: str) -> None:
    try:
        assert 0 <= parse_baht(text) <= LARGEST_SATANG
    except BadInput as error:
        assert error.code in ("REQUIRED", "INVALID_AMOUNT", "AMOUNT_TOO_LARGE")


@pytest.mark.parametrize(
    ("satang", "shown"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (123_450, "1,234.50"),
        (100_000_000, "1,000,000.00"),
        (-5, "-0.05"),
        (-12_345, "-123.45"),
    ],
)
def test_how_an_amount_is_shown(satang: int, shown: str) -> None:
    assert format_baht(satang) == shown


@pytest.mark.parametrize(
    ("baht", "satang"),
    [("20.005", 2001), ("20.004999", 2000), ("0.015", 2), ("0.025", 3), ("-0.005", -1), ("1E+3", 100_000), ("0", 0)],
)
def test_half_a_satang_is_rounded_up(baht: str, satang: int) -> None:
    assert satang_from_decimal(Decimal(baht)) == satang


@pytest.mark.parametrize(
    ("baht", "code"),
    [
        *((bad, "INVALID_AMOUNT") for bad in ("NaN", "sNaN", "Infinity", "-Infinity")),
        *((bad, "AMOUNT_TOO_LARGE") for bad in ("1E+13000", "-1E+14", "10000000000000.01")),
    ],
)
def test_what_a_decimal_may_not_be(baht: str, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        satang_from_decimal(Decimal(baht))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("baht", "words"),
    [
        ("0", "ศูนย์บาทถ้วน"),
        ("0.01", "หนึ่งสตางค์"),
        ("0.25", "ยี่สิบห้าสตางค์"),
        ("1", "หนึ่งบาทถ้วน"),
        ("1.01", "หนึ่งบาทหนึ่งสตางค์"),
        ("10.11", "สิบบาทสิบเอ็ดสตางค์"),
        ("111", "หนึ่งร้อยสิบเอ็ดบาทถ้วน"),
        ("1234567.89", "หนึ่งล้านสองแสนสามหมื่นสี่พันห้าร้อยหกสิบเจ็ดบาทแปดสิบเก้าสตางค์"),
        ("1000001", "หนึ่งล้านเอ็ดบาทถ้วน"),
        ("21000000", "ยี่สิบเอ็ดล้านบาทถ้วน"),
        ("1000000000000", "หนึ่งล้านล้านบาทถ้วน"),
        ("-5.50", "ลบห้าบาทห้าสิบสตางค์"),
    ],
)
def test_amounts_in_words(baht: str, words: str) -> None:
    assert baht_text_of(Decimal(baht)) == words


@given(amounts)
def test_words_say_the_same_amount(satang: int) -> None:
    baht, _, rest = baht_text(satang).rpartition("บาท")
    rest = "" if rest == "ถ้วน" else rest.removesuffix("สตางค์")
    assert read_words("" if baht == "ศูนย์" else baht) * 100 + read_words(rest) == satang


@given(st.integers(1, LARGEST_SATANG))
def test_a_negative_amount_says_so_first(satang: int) -> None:
    assert baht_text(-satang) == "ลบ" + baht_text(satang)
    assert format_baht(-satang) == "-" + format_baht(satang)
