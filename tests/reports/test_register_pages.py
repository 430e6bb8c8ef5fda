"""Pages of the register on both databases: beside a row, there and back, in every order, for a name, within their limits."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from app.domain.actor import NATION, Scope, ScopeKind
from app.models import Person, Proposal
from app.models.database import db
from app.reports import register, register_pages
from app.reports.register_columns import RegisterFilters
from app.reports.register_conditions import names_fit
from app.reports.register_pages import Beside
from tests.reports.test_register_query import build, country, names, page

__all__ = ["build", "country"]


def test_people_stand_in_dictionary_order_by_first_name_then_surname_across_pages(build):
    agency = build.agency("ทม.หนึ่ง")
    in_order = [("กมล", "ใจ"), ("เกษม", "ใจ"), ("แก้ว", "ใจ"), ("ขวัญ", "ใจ"), ("สมชาย", "เกิด"), ("สมชาย", "ขำ")]
    for first, last in reversed(in_order[::2]):
        build.spell(agency, build.person(first, last))
    for first, last in in_order[1::2]:
        build.proposal(agency, first, last_name_th=last)
    for size in (1, 2, 4, 6):
        pages = walked(size=size)
        assert [(row.first_name, row.last_name) for each in pages for row in each.rows] == in_order
        assert {each.count for each in pages} == {6}


def walked(order: str = "", size: int = 2, **filters: Any) -> list[register_pages.RegisterPage]:
    """Every page, each beside the last row of the one before, and the way back, which shows the same."""
    pages = [page(filters=RegisterFilters(**filters), order=order, size=size)]
    while not pages[-1].is_last:
        last = pages[-1].rows[-1]
        pages.append(
            page(filters=RegisterFilters(**filters), order=order, size=size, beside=Beside(last.is_spell, last.id))
        )
    for following, before in zip(reversed(pages[1:]), reversed(pages[:-1]), strict=True):
        first = following.rows[0]
        back = page(
            filters=RegisterFilters(**filters),
            order=order,
            size=size,
            beside=Beside(first.is_spell, first.id, before=True),
        )
        assert back.rows == before.rows and not back.is_last and not following.is_first
    return pages


def test_pages_follow_each_other_in_every_order_there_and_back(build, monkeypatch):
    agency = build.agency("ทม.หนึ่ง")
    for number in range(5):  # equal names and unknown days, too
        born = None if number in (1, 2) else date(1980 + number % 2, 1, 1)
        build.spell(agency, build.person("กมล", birth_date=born), entitled_from=date(2020, 1, 1 + number % 2))
        build.proposal(agency, "กมล", last_name_th="ใจดี", birth_date=born)
    for order in ("", *(f"{sign}{column}" for column in register.SORTED_BY for sign in ("", "-"))):
        rows = [(row.is_spell, row.id) for each in walked(order, size=3) for row in each.rows]
        assert rows == [(row.is_spell, row.id) for row in page(order=order).rows], order
        assert len(set(rows)) == 10
    few = [(row.is_spell, row.id) for row in page().rows]
    monkeypatch.setattr(register_pages, "COUNT_LIMIT", 0)  # so many that they are met along the names, not sorted
    assert [(row.is_spell, row.id) for each in walked(size=3) for row in each.rows] == few


def test_any_part_of_a_name_has_its_index_on_postgresql_also_of_who_is_only_proposed(new_database):
    new_database("postgresql").bind()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        for table, index in ((Person, "ix_person_full_name"), (Proposal, "ix_proposal_full_name")):
            found = sa.select(sa.literal(1)).where(*names_fit(RegisterFilters(name="แก้ว"), table.__table__.c))
            words = str(found.compile(connection, compile_kwargs={"literal_binds": True}))
            assert index in str(connection.exec_driver_sql(f"EXPLAIN {words.replace('%', '%%')}").all())


def test_a_row_that_is_gone_or_out_of_reach_leads_to_the_first_page(country):
    first = page(country["agency"])
    neighbour = next(row for row in page(country["neighbour"]).rows if row.is_spell)
    for beside in (Beside(True, 10**6), Beside(False, 10**6, before=True), Beside(True, neighbour.id)):
        found = page(country["agency"], beside=beside)
        assert found.is_lost and found.rows == first.rows and found.is_first


def test_a_page_costs_two_statements_and_one_more_beside_a_row_or_for_a_name_in_much_reach(country):
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2].split()[0]))
    rows = page(country["agency"], RegisterFilters(name="ก")).rows
    assert len(rows) == 2 and [word for word in statements if word != "BEGIN"] == ["SELECT", "WITH"]
    statements.clear()
    assert len(page(country["agency"], beside=Beside(rows[0].is_spell, rows[0].id)).rows) == 1
    assert [word for word in statements if word != "BEGIN"] == ["SELECT", "SELECT", "WITH"]
    statements.clear()
    assert len(page(country["region"], RegisterFilters(name="ค")).rows) == 2
    assert [word for word in statements if word != "BEGIN"] == ["SELECT", "SELECT", "WITH"]


def test_a_name_is_found_by_any_part_or_by_its_beginning_however_much_is_in_reach(build, monkeypatch):
    agency = build.agency("ทม.หนึ่ง", "40", 7)
    for first, last in (("แก้ว", "ใจดี"), ("แก", "ใจ"), ("ดวงแก้ว", "แก้ว"), ("เกษม", "แก้วใส"), ("กมล", "เก่ง")):
        build.spell(agency, build.person(first, last))
    build.proposal(agency, "แก้วตา")
    scopes = (NATION, Scope(ScopeKind.REGION, 7), Scope(ScopeKind.AGENCY, agency.id))
    for limit in (2_000, 0):  # few fit; many fit
        monkeypatch.setattr(register_pages, "MATCH_LIMIT", limit)
        monkeypatch.setattr(register_pages, "WIDE_COUNT_LIMIT", limit)  # more rows than that are met along the names
        for scope in scopes:
            assert names(scope, name="แก้ว") == ["เกษม", "แก้ว", "แก้วตา", "ดวงแก้ว"]
            assert names(scope, name="แก้ว", name_begins=True) == ["แก้ว", "แก้วตา"]
            assert names(scope, name="แก้ว ใจ", name_begins=True) == ["แก้ว"]
            assert names(scope, name="เ", name_begins=True) == ["เกษม"]
            assert names(scope, name="%", name_begins=True) == names(scope, name="ไม่มี") == []


def test_sizes_pages_and_counts_stop_at_their_limits(build, monkeypatch):
    agency = build.agency("ทม.หนึ่ง")
    for _ in range(5):
        build.proposal(agency, "สมชาย")
    assert len(page(size=0).rows) == 1
    assert len(page(size=10**9).rows) == 5
    monkeypatch.setattr(register_pages, "COUNT_LIMIT", 4)
    monkeypatch.setattr(register_pages, "PAGE_SIZE_LIMIT", 2)
    cut = page(size=100)
    assert (len(cut.rows), cut.count, cut.has_more_than_counted, cut.is_last) == (2, 4, True, False)
