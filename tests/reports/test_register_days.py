"""The register by days on both databases: born in a month, in a year, between days; sorted by a column of days."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from app.domain.actor import NATION
from app.domain.people import BirthPrecision, Relation
from app.reports import register, register_pages
from app.reports.register_columns import RegisterFilters, RegisterStatus
from app.reports.register_pages import register_page
from app.services.transaction import reading
from tests.reports.register_builder import NOW, TODAY, RegisterBuilder

BORN = {"มีนา": date(1985, 3, 31), "เมษา": date(1985, 4, 1), "มีนาก่อน": date(1970, 3, 1), "ไม่รู้": None}


@pytest.fixture
def build(database) -> Iterator[RegisterBuilder]:
    builder = RegisterBuilder()
    agency = builder.agency("ทม.หนึ่ง")
    for name, born in BORN.items():
        builder.spell(agency, builder.person(name, birth_date=born))
    builder.proposal(agency, "ขอใหม่", birth_date=date(1985, 3, 1))
    yield builder
    builder.session.close()


def page(order: str = "", **options: Any) -> register_pages.RegisterPage:
    filters = RegisterFilters(**options.pop("filters", {}))
    with reading(NATION) as session:
        return register_page(session, filters, NATION, today=TODAY, known_at=NOW, order=order, **options)


def names(order: str = "", **filters: Any) -> list[str]:
    return [row.first_name for row in page(order, filters=filters).rows]


def test_everybody_born_in_a_month_of_any_year_or_of_one(build):
    assert names(birth_month=3) == ["ขอใหม่", "มีนา", "มีนาก่อน"]
    assert names(birth_month=3, birth_year=1985) == ["ขอใหม่", "มีนา"]
    assert names(birth_year=1985) == ["ขอใหม่", "มีนา", "เมษา"]
    assert names(birth_month=12) == []
    assert page(filters={"birth_month": 3}).count == 3


def test_who_is_known_by_the_year_alone_was_born_in_no_known_month(build):
    agency, day = build.agency("ทม.สอง"), date(1960, 3, 1)
    build.spell(agency, build.person("ปี", birth_date=day, birth_date_precision=BirthPrecision.YEAR))
    build.spell(agency, build.person("เดือน", birth_date=day, birth_date_precision=BirthPrecision.MONTH))
    assert names(birth_month=3, birth_year=1960) == ["เดือน"]
    assert names(birth_year=1960) == ["เดือน", "ปี"]


def test_ranges_begin_with_their_first_day_and_end_before_their_last(build):
    assert names(born_from=date(1985, 3, 31)) == ["มีนา", "เมษา"]
    assert names(born_from=date(1985, 3, 31), born_until=date(1985, 4, 1)) == ["มีนา"]
    agency = build.agency("ทม.สาม")
    facts = {"entitled_from": date(2026, 2, 1), "entitled_until": date(2026, 10, 1)}
    build.spell(agency, build.person("จบแล้ว"), **facts)
    assert names(ends_from=date(2026, 10, 1), ends_until=date(2026, 10, 2)) == ["จบแล้ว"]
    assert names(ends_from=date(2026, 10, 2)) == []
    assert names(begins_from=date(2026, 2, 1), begins_until=date(2026, 12, 1)) == ["จบแล้ว"]
    assert names(begins_from=date(2026, 2, 1), status=RegisterStatus.PENDING_APPROVAL) == ["ขอใหม่"]


def test_a_list_is_sorted_by_a_column_of_days_and_the_unknown_come_last_either_way(build):
    assert names("birth_date") == ["มีนาก่อน", "ขอใหม่", "มีนา", "เมษา", "ไม่รู้"]
    assert names("-birth_date") == ["เมษา", "มีนา", "ขอใหม่", "มีนาก่อน", "ไม่รู้"]
    assert names("-sort_key") == list(reversed(names()))
    for order in register.SORTED_BY:
        assert sorted(names(order)) == sorted(names(f"-{order}")) == sorted(names())


def test_what_cannot_be_sorted_stands_by_name(build, monkeypatch):
    assert page("national_id").order == "" and names("national_id") == names()
    assert page("birth_date").order == "birth_date"
    monkeypatch.setattr(register_pages, "WIDE_COUNT_LIMIT", 3)
    all_spells = {"relation": Relation.SELF}
    seen, sorted_ = page(filters=all_spells), page("birth_date", filters=all_spells)
    assert (seen.count, seen.has_more_than_counted, seen.may_sort) == (3, True, True)
    assert (sorted_.count, sorted_.has_more_than_counted, sorted_.order) == (5, False, "birth_date")
    monkeypatch.setattr(register_pages, "COUNT_LIMIT", 4)
    many = page("birth_date")
    assert (many.order, many.has_more_than_counted, many.may_sort) == ("", True, False)
    assert [row.first_name for row in many.rows] == names()


def test_filters_of_days_survive_json():
    filters = RegisterFilters(birth_month=3, birth_year=1985, born_from=date(1985, 3, 1), ends_until=date(2027, 1, 1))
    assert filters.as_json()["born_from"] == "1985-03-01"
    assert RegisterFilters.from_json(filters.as_json()) == filters
