"""Dates typed and shown in the Buddhist era, fiscal years, ages and anniversaries."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import thai_calendar
from app.domain.errors import BadInput
from app.domain.thai_calendar import add_years, age_on, format_be, format_be_instant, parse_be_date

# What four digits of Buddhist era can say: 2400 to 9999.
days = st.dates(date(1857, 1, 1), date(9456, 12, 31))
near_days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


def refusal(text: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        parse_be_date(text, field="birth_date")
    assert caught.value.field == "birth_date"
    return caught.value


@pytest.mark.parametrize(
    "typed",
    [
        *("1/10/2556", "01/10/2556", "01-10-2556", "1.10.2556", "1 10 2556", "01102556", " 1 / 10 / 2556 "),
        *("1 ต.ค. 2556", "1ต.ค.2556", "1 ต.ค 2556", "1 ตค 2556", "1-ต.ค.-2556", "1 ต.ค. พ.ศ. 2556"),
        *("1 ตุลาคม 2556", "1 ตุลาคม พ.ศ. 2556", "1ตุลาคมพ.ศ.2556", "1 ตุลาคม พศ 2556"),
        *("วันที่ 1 เดือน ตุลาคม พ.ศ. 2556", "1 ตุลาคม พุทธศักราช 2556"),
        *("๑ ต.ค. ๒๕๕๖", "๑/๑๐/๒๕๕๖", "๐๑๑๐๒๕๕๖", "１/１０/２５５６"),
        *("1\u00a0ต.ค.\u00a02556", "1\u201310\u20132556", "\ufeff1/10/2556\u200b", "\u200f1/10/2556", "1/10/2556\n"),
    ],
)
def test_every_way_of_typing_the_first_of_october(typed: str) -> None:
    assert parse_be_date(typed) == date(2013, 10, 1)


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "None", "วันนี้", "1/10", "1/10/25566", "1102556", "011025560"),
        *("31/04/2556", "29/02/2556", "32/01/2556", "0/1/2556", "1/0/2556", "1/13/2556", "10/31/2556", "32/1/2013"),
        *("2556-10-01", "2013-10-01", "20131001", "-1/10/2556", "1//10/2556", "1/10/2556 11:00", "1.5/10/2556"),
        *("1 ตุลา 2556", "1 ต. 2556", "1 Oct 2556", "1/102556", "111/2556", "¹/10/2556", "١/١٠/٢٥٥٦", "😀/10/2556"),
        *("\u202e1/10/2556", "1/10/2556\x00", "1" * 100_000, "1 ต" + "." * 100_000, "1" + " " * 100_000 + "x"),
    ],
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    assert refusal(typed).code == "INVALID_DATE"


@pytest.mark.parametrize(
    ("typed", "year", "suggested_year"),
    [
        ("1/10/2013", 2013, 2556),
        ("29/02/2000", 2000, 2543),
        ("1 ตุลาคม ค.ศ. 2013", 2013, 2556),
        ("1 ตุลาคม ค.ศ. 2556", 2556, None),
        ("01102013", 2013, 2556),
        ("1/10/1857", 1857, 2400),
        ("1/10/2057", 2057, 2600),
        ("1/10/2058", 2058, None),
        ("1/10/1200", 1200, None),
        ("1/10/1856", 1856, None),
        ("1/10/0056", 56, None),
        ("1/10/56", 56, None),
        ("1 ต.ค. 556", 556, None),
        ("1/10/2399", 2399, None),
    ],
)
def test_a_common_era_year_is_shown_back_with_a_suggestion(typed: str, year: int, suggested_year: int | None) -> None:
    error = refusal(typed)
    assert error.code == "YEAR_NOT_BE"
    assert error.facts == {"year": year, "suggested_year": suggested_year}


def test_the_earliest_buddhist_year_is_2400() -> None:
    assert parse_be_date("1/1/2400") == date(1857, 1, 1)


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_is_read_by_number_name_and_abbreviation(month: int) -> None:
    day = date(2026, month, 9)
    for style in ("short", "medium", "long"):
        assert parse_be_date(format_be(day, style)) == day
    assert parse_be_date(format_be(day, "medium").replace(".", "")) == day


@given(days, st.sampled_from(["short", "medium", "long"]))
def test_what_is_shown_can_be_typed_in_either_digits(day: date, style: thai_calendar.DateStyle) -> None:
    shown = format_be(day, style)
    assert parse_be_date(shown) == day
    assert parse_be_date(thai_calendar.to_thai_digits(shown)) == day


@given(st.text() | st.text(alphabet="0123456789๐๙/-. มกคพศ.", max_size=14))
def test_any_text_is_a_day_or_a_known_refusal(text: str) -> None:
    try:
        assert date(1857, 1, 1) <= parse_be_date(text) <= date(9456, 12, 31)
    except BadInput as error:
        assert error.code in ("INVALID_DATE", "YEAR_NOT_BE")


def test_three_styles() -> None:
    day = date(2026, 3, 1)
    assert format_be(day) == "01/03/2569"
    assert format_be(day, "medium") == "1 มี.ค. 2569"
    assert format_be(day, "long") == "1 มีนาคม 2569"


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        (datetime(2026, 3, 1, 4, 0, tzinfo=UTC), "1 มี.ค. 2569 11.00 น."),
        (datetime(2026, 2, 28, 17, 5, tzinfo=UTC), "1 มี.ค. 2569 00.05 น."),
        (datetime(2025, 12, 31, 16, 59, 59, tzinfo=UTC), "31 ธ.ค. 2568 23.59 น."),
        (datetime(2026, 3, 1, 15, 0, tzinfo=thai_calendar.BANGKOK), "1 มี.ค. 2569 15.00 น."),
    ],
)
def test_an_instant_is_shown_by_the_clock_of_bangkok(instant: datetime, shown: str) -> None:
    assert format_be_instant(instant) == shown


def test_an_instant_without_zone_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError):
        format_be_instant(datetime(2026, 3, 1, 11, 0))  # noqa: DTZ001 - the fault itself


@given(near_days)
def test_a_fiscal_year_runs_from_october_to_september(day: date) -> None:
    year = thai_calendar.fiscal_year_be(day) - 543
    assert date(year - 1, 10, 1) <= day <= date(year, 9, 30)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2005, 6, 15), date(2025, 6, 14), 19),
        (date(2005, 6, 15), date(2025, 6, 15), 20),
        (date(1949, 10, 1), date(2009, 9, 30), 59),
        (date(2004, 2, 29), date(2023, 2, 28), 18),
        (date(2004, 2, 29), date(2023, 3, 1), 19),
        (date(2026, 1, 1), date(2026, 1, 1), 0),
    ],
)
def test_age_grows_on_the_birthday(birth: date, day: date, age: int) -> None:
    assert age_on(birth, day) == age


@pytest.mark.parametrize(
    ("day", "n", "anniversary"),
    [
        (date(2005, 6, 15), 20, date(2025, 6, 15)),
        (date(2000, 2, 29), 20, date(2020, 2, 29)),
        (date(2080, 2, 29), 20, date(2100, 3, 1)),
        (date(2004, 2, 29), -1, date(2003, 3, 1)),
        (date(2004, 2, 29), 0, date(2004, 2, 29)),
    ],
)
def test_anniversaries(day: date, n: int, anniversary: date) -> None:
    assert add_years(day, n) == anniversary


@given(near_days, st.integers(0, 120))
def test_the_nth_anniversary_is_the_first_day_of_age_n(birth: date, n: int) -> None:
    anniversary = add_years(birth, n)
    assert age_on(birth, anniversary) == n
    assert age_on(birth, anniversary - timedelta(days=1)) == n - 1


def test_weekdays() -> None:
    monday = date(2026, 3, 2)
    week = [thai_calendar.weekday_th(monday + timedelta(days=n)) for n in range(7)]
    assert week == ["จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์"]


def test_digits_of_letters_and_of_screens() -> None:
    assert thai_calendar.to_thai_digits("ที่ มท 0809.3/ว 1196") == "ที่ มท ๐๘๐๙.๓/ว ๑๑๙๖"
    assert thai_calendar.to_arabic_digits("๐๑๒๓๔๕๖๗๘๙ ０９ ²٣") == "0123456789 09 ²٣"


@given(st.text(alphabet="0123456789กข /.-"))
def test_digits_survive_the_way_to_thai_and_back(text: str) -> None:
    assert thai_calendar.to_arabic_digits(thai_calendar.to_thai_digits(text)) == text
