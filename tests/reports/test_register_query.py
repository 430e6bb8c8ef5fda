"""The register's query on both databases: who is in it, with which status, in which order, and for whose eyes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.domain.actor import NATION, NOTHING, Scope, ScopeKind
from app.domain.people import EntitlementState, PersonnelType, Relation, RequestStatus, RequestType
from app.models import Entitlement
from app.models.database import db
from app.reports import register, register_pages
from app.reports.register_columns import REQUEST_STATUSES, RegisterFilters, RegisterStatus
from app.reports.register_pages import register_page
from app.services.transaction import reading
from tests.reports.register_builder import APPROVED_AT, NOW, ROUND_AT, TODAY, RegisterBuilder

DAY = timedelta(days=1)


@pytest.fixture
def build(database) -> Iterator[RegisterBuilder]:
    builder = RegisterBuilder()
    yield builder
    builder.session.close()


def page(scope: Scope = NATION, filters: RegisterFilters | None = None, **options: Any) -> register_pages.RegisterPage:
    wanted = {"today": TODAY, "known_at": NOW} | options
    with reading(scope) as session:
        return register_page(session, filters or RegisterFilters(), scope, **wanted)


def names(scope: Scope = NATION, **filters: Any) -> list[str]:
    return [row.first_name for row in page(scope, RegisterFilters(**filters)).rows]


SPELLS = [
    ({}, RegisterStatus.ACTIVE),
    ({"entitled_from": TODAY}, RegisterStatus.ACTIVE),
    ({"entitled_from": TODAY + DAY}, RegisterStatus.SCHEDULED),
    ({"entitled_until": TODAY + DAY}, RegisterStatus.ACTIVE),
    ({"entitled_until": TODAY}, RegisterStatus.ENDED),
    ({"suspended": True, "entitled_until": TODAY}, RegisterStatus.SUSPENDED),
    ({"suspended": True, "entitled_until": TODAY, "suspended_until": TODAY}, RegisterStatus.ENDED),
    ({"suspended": True, "entitled_until": TODAY, "standby_since": TODAY}, RegisterStatus.SUSPENDED),
    ({"standby_since": TODAY}, RegisterStatus.STANDBY),
    ({"standby_since": TODAY + DAY}, RegisterStatus.ACTIVE),
    ({"standby_since": TODAY, "entitled_from": TODAY + DAY}, RegisterStatus.SCHEDULED),
    ({"suspended": True, "entitled_until": TODAY, "suspended_until": TODAY + DAY}, RegisterStatus.SUSPENDED),
    ({"suspended": True, "entitled_until": TODAY, "until_before_end": TODAY}, RegisterStatus.ENDED),
    ({"suspended": True, "entitled_until": TODAY, "until_before_end": TODAY + DAY}, RegisterStatus.SUSPENDED),
    ({"suspended": True, "entitled_until": TODAY + DAY}, RegisterStatus.ACTIVE),
    ({"suspended": True, "entitled_until": TODAY + DAY, "standby_since": TODAY}, RegisterStatus.STANDBY),
    ({"suspended": True, "entitled_from": TODAY + DAY, "entitled_until": TODAY + 2 * DAY}, RegisterStatus.SCHEDULED),
    ({"entitled_until": TODAY, "standby_since": TODAY}, RegisterStatus.ENDED),
    ({"voided": True, "voided_at": NOW + DAY, "entitled_until": TODAY}, RegisterStatus.ENDED),
    ({"voided": True, "voided_at": NOW}, RegisterStatus.VOIDED),
    ({"voided": True, "voided_at": NOW, "entitled_until": TODAY}, RegisterStatus.VOIDED),
    ({"voided": True, "voided_at": NOW + DAY}, RegisterStatus.ACTIVE),
]


def test_every_spell_has_the_status_that_the_entitlement_itself_tells(build):
    agency = build.agency("ทม.หนึ่ง")
    expected: dict[int, RegisterStatus] = {}
    for facts, status in SPELLS:
        spell = build.spell(agency, build.person("ก"), **facts)
        expected[spell.id] = status
        state = build.session.get(Entitlement, spell.id).state_on(TODAY, NOW)
        assert state == EntitlementState(status)
    for status in set(expected.values()):
        rows = page(filters=RegisterFilters(status=status)).rows
        assert {row.id for row in rows} == {id for id, its in expected.items() if its is status}
        assert {row.status for row in rows} == {status}
    everything = page()
    assert {row.id: row.status for row in everything.rows} == {
        id: status for id, status in expected.items() if status is not RegisterStatus.VOIDED
    }
    assert everything.count == len(SPELLS) - 2


def test_a_right_that_no_round_has_carried_yet_is_not_there(build):
    build.spell(build.agency("ทม.หนึ่ง"), build.person("สมชาย"), effective_at=NOW + DAY)
    assert names() == []
    assert names_at(NOW + DAY) == ["สมชาย"]


def names_at(known_at: datetime) -> list[str]:
    return [row.first_name for row in page(known_at=known_at).rows]


def test_proposals_stand_beside_spells_while_they_wait_or_were_refused(build):
    agency = build.agency("ทม.หนึ่ง")
    for status in RequestStatus:
        build.proposal(agency, status.value, status)
    shown = {row.first_name: row for row in page().rows}
    assert set(shown) == {status.value for status in REQUEST_STATUSES}
    assert set(RequestStatus) - {RequestStatus(name) for name in shown} == {
        RequestStatus.EFFECTIVE,  # its spell stands in the register
        RequestStatus.CANCELLED,
    }
    for status in REQUEST_STATUSES:
        assert shown[status.value].status is status
        assert names(status=status) == [status.value]
    approved = {name: row.approved_at for name, row in shown.items() if row.approved_at is not None}
    assert approved == {"APPROVED": APPROVED_AT, "ROUND_ERROR": APPROVED_AT}  # a refusal is no approval
    assert shown["APPROVED"].round_at == ROUND_AT


def test_only_certifications_are_proposals_of_people(build):
    agency = build.agency("ทม.หนึ่ง")
    spell = build.spell(agency, build.person("สมชาย"))
    for kind in RequestType:
        facts = {"type": kind, "target_entitlement_id": spell.id}
        build.proposal(agency, kind.value, request=facts)
    assert set(names(status=RegisterStatus.PENDING_APPROVAL)) == {"CERTIFY_NEW", "CERTIFY_EDIT"}


def test_a_row_says_what_the_columns_of_the_report_want(build):
    agency = build.agency("ทม.หนึ่ง", "40")
    father = build.person("สมชาย", "ณ อยุธยา", middle_name_th="กลาง")
    child = build.person("พิมพ์ชนก", "ณ อยุธยา", title_th="ด.ญ.")
    build.spell(agency, father, service_start_date=date(2015, 10, 1))
    build.spell(agency, child, father, entitled_until=date(2035, 1, 1))
    (row,) = page(filters=RegisterFilters(relation=Relation.CHILD)).rows
    assert (row.title, row.first_name, row.last_name) == ("ด.ญ.", "พิมพ์ชนก", "ณ อยุธยา")
    assert (row.principal_national_id, row.principal_name) == (father.national_id, father.full_name)
    assert (row.agency_name, row.province_name, row.sub_inscl) == ("ทม.หนึ่ง", "ขอนแก่น", "L2")
    assert (row.entitled_from, row.entitled_until) == (date(2020, 1, 1), date(2035, 1, 1))
    assert (row.approved_at, row.round_at, row.family_id) == (APPROVED_AT, ROUND_AT, father.id)
    (own,) = page(filters=RegisterFilters(relation=Relation.SELF)).rows
    assert (own.first_name, own.principal_name) == ("สมชาย กลาง", father.full_name)
    assert (own.personnel_type, own.service_start_date) == (PersonnelType.MUNICIPAL_OFFICER, date(2015, 10, 1))


def test_a_proposed_relative_names_the_principal_of_the_same_form_or_agency_only(build):
    here, there = build.agency("ทม.หนึ่ง"), build.agency("ทม.สอง")
    known, foreign = build.person("สมชาย"), build.person("ลับ")
    build.spell(here, known)
    build.spell(there, foreign)
    new = build.proposal(here, "มาใหม่").id
    form = {"submission_no": build.session.get(register.ChangeRequest, new).submission_no}
    new_id = next(row.national_id for row in page().rows if row.first_name == "มาใหม่")
    for first, principal, request in (
        ("ลูกหนึ่ง", known.national_id, {}),
        ("ลูกสอง", foreign.national_id, {}),
        ("ลูกสาม", new_id, form),
        ("ลูกสี่", new_id, {}),
    ):
        build.proposal(here, first, relation=Relation.CHILD, principal_national_id=principal, request=request)
    rows = page(filters=RegisterFilters(relation=Relation.CHILD)).rows
    assert {row.first_name: (row.principal_name, row.family_id) for row in rows} == {
        "ลูกหนึ่ง": (known.full_name, known.id),
        "ลูกสอง": (None, None),
        "ลูกสาม": ("นายมาใหม่ รอผล", None),
        "ลูกสี่": (None, None),
    }


def test_filters_find_what_they_name_among_spells_and_proposals(build):
    here, there = build.agency("ทม.หนึ่ง"), build.agency("ทม.สอง")
    somchai = build.person("สมชาย", "ณ อยุธยา")
    build.spell(here, somchai)
    build.spell(there, build.person("สมหญิง", "100%"), personnel_type=PersonnelType.PENSIONER)
    build.proposal(here, "สมศักดิ์", personnel_type=PersonnelType.PENSIONER)
    assert names(national_id=somchai.national_id) == ["สมชาย"]
    assert names(national_id="1990100000000") == []
    assert names(name="สม") == ["สมชาย", "สมศักดิ์", "สมหญิง"]
    assert names(name="อยุธยา") == ["สมชาย"]
    assert names(name="นายสมชาย ณ อยุธยา") == ["สมชาย"]
    assert names(name="รอผล สมศักดิ์") == ["สมศักดิ์"]
    assert names(name="%") == ["สมหญิง"]  # a letter like any other, not a wildcard
    assert names(name="_") == []
    assert names(agency_id=there.id) == ["สมหญิง"]
    assert names(personnel_type=PersonnelType.PENSIONER) == ["สมศักดิ์", "สมหญิง"]
    assert names(name="สม", status=RegisterStatus.PENDING_APPROVAL) == ["สมศักดิ์"]


@pytest.fixture
def country(build) -> dict[str, Scope]:
    """One spell, one voided spell, one proposal in each of three agencies; 40 and 41 are provinces of region 7 and 8."""
    agencies = [build.agency("ก", "40", 7), build.agency("ข", "40"), build.agency("ค", "41", 8)]
    for agency in agencies:
        build.spell(agency, build.person(f"{agency.name_th}สิทธิ"))
        build.spell(agency, build.person(f"{agency.name_th}ผิด"), voided=True, voided_at=NOW)
        build.proposal(agency, f"{agency.name_th}คำขอ")
    return {
        "agency": Scope(ScopeKind.AGENCY, agencies[0].id),
        "province": Scope(ScopeKind.PROVINCE, "40"),
        "region": Scope(ScopeKind.REGION, 8),
        "nation": NATION,
        "nothing": NOTHING,
        "neighbour": Scope(ScopeKind.AGENCY, agencies[1].id),
    }


SEEN = {"agency": "ก", "neighbour": "ข", "province": "กข", "region": "ค", "nation": "กขค", "nothing": ""}


def test_nobody_sees_a_row_of_a_neighbour(country):
    for kind, seen in SEEN.items():
        scope = country[kind]
        assert sorted(names(scope)) == sorted(f"{letter}{what}" for letter in seen for what in ("สิทธิ", "คำขอ"))
        assert names(scope, status=RegisterStatus.VOIDED) == [f"{letter}ผิด" for letter in seen]
        for status in RegisterStatus:
            assert {name[0] for name in names(scope, status=status)} <= set(seen)
        assert {name[0] for name in names(scope, agency_id=country["neighbour"].key)} == set(seen) & {"ข"}
        assert page(scope).count == 2 * len(seen)


def test_rows_named_one_by_one_stay_in_scope_too(country):
    everything = tuple((row.is_spell, row.id) for row in page().rows)
    assert len(everything) == 6
    assert names(rows=everything[:1]) == [page().rows[0].first_name]
    assert names(rows=()) == []
    assert {name[0] for name in names(country["agency"], rows=everything)} == {"ก"}


def test_the_whole_register_reads_the_same_as_its_pages(country):
    wanted = {"today": TODAY, "known_at": NOW}
    with db.engine.connect() as session:
        rows = session.execute(register.register_rows(RegisterFilters(), NATION, **wanted)).all()
        count = session.execute(register.register_count(RegisterFilters(), NATION, **wanted)).scalar_one()
    assert [register.as_register_row(row) for row in rows] == page().rows
    assert count == len(rows) == 6


def test_instants_come_back_aware(country):
    assert {row.round_at for row in page().rows} == {ROUND_AT, None}
    assert ROUND_AT.tzinfo is UTC


def test_the_name_on_a_form_is_not_looked_for_among_all_requests_of_its_agency(sqlite_database):
    sqlite_database.bind()
    query = register.register_rows(
        RegisterFilters(), NATION, today=date(2026, 10, 1), known_at=datetime(2026, 10, 1, tzinfo=UTC)
    )
    with db.engine.connect() as connection:
        words = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}")]
    (looked,) = (step for step in plan if "other_request" in step)
    assert "ix_change_request_agency_id" not in looked, plan
