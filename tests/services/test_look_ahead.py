"""What is coming, on real rights of both databases: each kind on its edges, the overdue first, by key, in scope."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.domain.actor import Actor, Scope, ScopeKind
from app.domain.errors import BadInput, NotAllowed
from app.domain.people import PersonnelType, Relation, TerminationReason, ToFollow
from app.domain.powers import Power
from app.models import ChangeRequest, Entitlement, Person
from app.models.database import db
from app.reports.look_ahead import ComingFilters
from app.rules.coming import Coming, of_age_before, retired_before
from app.rules.majority import majority_date
from app.rules.retirement import retirement_date
from app.services import look_ahead
from tests import builders
from tests.services import rights_register as register

# 90 days from here reach over 1 October and a 29 February of births.
NOW = "2028-07-15 09:00"
TODAY = date(2028, 7, 15)
POWERS = frozenset({Power.VIEW_REGISTER, Power.EXPORT_REGISTER})


def officer(agency_id, powers=POWERS):
    return Actor("officer", Scope(ScopeKind.AGENCY, agency_id), powers, agency_id=agency_id)


def born(national_id, day):
    person = Person.__table__
    with db.writer.begin() as connection:
        connection.execute(sa.update(person).where(person.c.national_id == national_id).values(birth_date=day))


def child(serial, day, **values):
    number = builders.national_id(serial)
    made = register.right(
        number, through=builders.national_id(1), relation=Relation.CHILD, entitled_from=date(2018, 1, 1), **values
    )
    born(number, day)
    return made


def official(serial, day, kind=PersonnelType.MUNICIPAL_OFFICER, **values):
    number = builders.national_id(serial)
    made = register.right(number, personnel_type=kind, entitled_from=date(2015, 1, 1), **values)
    born(number, day)
    return made


def owed(entitlement_id, sent, **values):
    with db.writer.begin() as connection:
        right, request = Entitlement.__table__, ChangeRequest.__table__
        owing = sa.update(right).where(right.c.id == entitlement_id).values(to_follow=ToFollow.PAPERS, **values)
        connection.execute(owing)
        of = sa.select(right.c.request_id).where(right.c.id == entitlement_id).scalar_subquery()
        connection.execute(sa.update(request).where(request.c.id == of).values(submitted_at=sent))


def test_each_kind_on_its_edges_with_what_a_request_needs(database):
    builders.clock(NOW)
    home = register.agency()
    official(1, date(1970, 1, 1))
    tomorrow = child(2, date(2008, 7, 16), entitled_until=date(2028, 7, 16))
    child(3, date(2008, 8, 16), entitled_until=date(2028, 8, 16))  # beyond 30 days, within 60
    late = child(4, date(2008, 7, 1))  # of age for two weeks, no end recorded
    child(5, date(2008, 7, 20), incompetent_from=date(2020, 1, 1))  # kept by the court's order
    married = child(6, date(2010, 1, 1), entitled_until=date(2028, 7, 30), own_marriage_date=date(2028, 7, 30))
    retires = official(7, date(1968, 10, 1))  # 60 years complete on the eve: leaves this very 1 October
    official(8, date(1968, 10, 2))  # a year later
    overdue = official(9, date(1960, 3, 1))
    official(10, date(1950, 1, 1), PersonnelType.PENSIONER)
    term = official(11, date(1950, 1, 1), PersonnelType.POLITICAL_EXECUTIVE, entitled_until=date(2028, 8, 1))
    paper = child(12, date(2020, 1, 1))
    owed(paper, datetime(2028, 7, 1, 17, 30, tzinfo=UTC))  # 2 July in Bangkok
    moved = child(15, date(2020, 1, 1))
    owed(moved, datetime(2028, 7, 14, tzinfo=UTC), promised_on=date(2028, 7, 3))  # due as before the move
    register.right(builders.national_id(13), entitled_from=date(2015, 1, 1), voided=True, voided_at=register.LONG_AGO)
    stranger = register.agency("06900101", "ที่อื่น")
    register.right(builders.national_id(14), agency_id=stranger, entitled_until=date(2028, 7, 20))

    page = look_ahead.coming(ComingFilters(within=90), actor=officer(home))
    told = {(line.entitlement_id, line.row.kind): (line.first_day_without, line.reason) for line in page.lines}
    assert told[tomorrow, Coming.COMES_OF_AGE] == (date(2028, 7, 16), TerminationReason.AGE_OF_MAJORITY)
    assert told[late, Coming.COMES_OF_AGE] == (date(2028, 7, 1), TerminationReason.AGE_OF_MAJORITY)
    assert told[married, Coming.ENDS] == (date(2028, 7, 30), TerminationReason.CHILD_MARRIED)
    assert told[retires, Coming.RETIRES] == (date(2028, 10, 1), TerminationReason.RETIRED_LUMP_SUM)
    assert told[overdue, Coming.RETIRES] == (date(2020, 10, 1), TerminationReason.RETIRED_LUMP_SUM)
    assert told[term, Coming.ENDS] == (date(2028, 8, 1), TerminationReason.TERM_ENDED)
    assert told[paper, Coming.PAPERS_DUE] == (None, None)
    due = {line.entitlement_id: line.row.day for line in page.lines if line.row.kind is Coming.PAPERS_DUE}
    assert due == {paper: date(2028, 8, 1), moved: date(2028, 8, 2)}
    assert len(told) == 9
    assert page.counts == {Coming.COMES_OF_AGE: 3, Coming.RETIRES: 2, Coming.ENDS: 2, Coming.PAPERS_DUE: 2}
    assert [line.row.day for line in page.lines] == sorted(line.row.day for line in page.lines)
    assert [line.entitlement_id for line in page.lines if line.is_overdue] == [overdue, late]
    near = look_ahead.coming(ComingFilters(), actor=officer(home))
    assert {line.row.id for line in near.lines} == {tomorrow, late, married, overdue, term, paper, moved}
    only = look_ahead.coming(ComingFilters(30, Coming.ENDS), actor=officer(home))
    assert {line.row.kind for line in only.lines} == {Coming.ENDS}


def test_pages_go_on_by_key_and_files_are_written_down(database, monkeypatch):
    builders.clock(NOW)
    home = register.agency()
    official(1, date(1970, 1, 1))
    for serial in range(2, 9):
        child(serial, date(2008, 7, 20), entitled_until=date(2028, 7, 20))
    monkeypatch.setattr(look_ahead, "PAGE_SIZE", 3)
    seen, place, pages = [], None, 0
    while pages == 0 or place is not None:
        page = look_ahead.coming(ComingFilters(), after=place, actor=officer(home))
        seen += [line.entitlement_id for line in page.lines]
        place, pages = page.next_place, pages + 1
    assert pages == 3 and len(seen) == len(set(seen)) == 7
    _day, lines = look_ahead.for_file(ComingFilters(), actor=officer(home))
    assert [line.entitlement_id for line in lines] == seen
    assert [(row.purpose, row.answer) for row in register.reads()] == [("LOOK_AHEAD_EXPORT", "7")]


def test_who_may_not_and_what_cannot_be_asked(sqlite_database):
    builders.clock(NOW)
    nobody = officer(register.agency(), frozenset())
    for verb in (look_ahead.coming, look_ahead.for_file):
        with pytest.raises(NotAllowed):
            verb(ComingFilters(), actor=nobody)
    with pytest.raises(BadInput):
        look_ahead.coming(ComingFilters(within=31), actor=officer(register.agency()))


def test_the_births_looked_for_are_those_whom_the_law_means():
    for until in (date(2028, 3, 1), date(2028, 10, 1), date(2028, 10, 2), date(2029, 1, 1)):
        for shift in range(-800, 800, 7):
            birth = of_age_before(until) + timedelta(days=shift)
            assert (birth < of_age_before(until)) == (majority_date(birth) < until), (birth, until)
            birth = retired_before(until) + timedelta(days=shift)
            assert (birth < retired_before(until)) == (retirement_date(birth) < until), (birth, until)
