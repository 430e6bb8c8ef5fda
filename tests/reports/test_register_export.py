"""The register as Excel, through the job that writes it: the same rows as on screen, for the one who asked only."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from app.domain.actor import ANONYMOUS, NATION, NOTHING, Actor, Scope, ScopeKind, acting_as
from app.domain.clock import BANGKOK
from app.domain.errors import Conflict, NotAllowed, NotFound
from app.domain.people import JobStatus, PersonnelType, Relation, RequestStatus, Sex, TerminationReason
from app.domain.powers import Power
from app.models import AuditEvent, Job, PortalUser, ReadAccess
from app.models.database import db
from app.reports.register_columns import COLUMNS, RegisterFilters, RegisterRow, RegisterStatus, word_key
from app.services import jobs, my_jobs, register_reports, report_files
from app.services.report_files import FILES_KEPT, UNFINISHED_KEPT, WAITING_LIMIT
from tests.reports.overtaken import LATECOMER
from tests.reports.register_builder import RegisterBuilder

HEADER_ROW = 6  # five lines, an empty one, then the header
CODES = [code for kind in (Sex, Relation, PersonnelType, TerminationReason, RegisterStatus) for code in kind]
WORDS = {
    **{name: f"<{name}>" for name, _, _ in COLUMNS},
    **{word_key(code): f"«{code.value}»" for code in CODES},
    "report_title": "รายงานข้อมูลผู้มีสิทธิ",
    "sheet_title": "ผู้มีสิทธิ",
    "exported_by": "โดย %(who)s เมื่อ %(at)s",
    "as_of_round": "ณ %(at)s รอบ %(round)s",
    "as_of_no_round": "ณ %(at)s ก่อนรอบแรก",
    "region_code": "เขต%(no)s",
    "nation": "ทั้งประเทศ",
}


@dataclass
class Desk:
    """A clerk's desk: his agency with people in several states, his neighbour's, and his folder of files."""

    build: RegisterBuilder
    clerk: Actor
    here: Any
    there: Any
    folder: Path

    @contextmanager
    def sitting(self, actor: Actor | None = None) -> Iterator[Actor]:
        """One request's worth of acting: the reading session ends with it."""
        try:
            with acting_as(actor or self.clerk) as who:
                yield who
        finally:
            db.session.remove()

    def export(self, job_id: int, actor: Actor | None = None) -> my_jobs.MyJob:
        with self.sitting(actor) as who:
            return my_jobs.my_job(job_id, actor=who, folder=self.folder)

    def ask(self, filters: RegisterFilters | None = None, actor: Actor | None = None, **more: Any) -> int:
        with self.sitting(actor) as who:
            return register_reports.request_export(
                filters or RegisterFilters(), actor=who, words=WORDS, described="สถานะ: ทั้งหมด", **more
            )

    def take(self, job_id: int, actor: Actor | None = None) -> tuple[Path, str]:
        with self.sitting(actor) as who:
            return my_jobs.hand_out(job_id, actor=who, folder=self.folder)

    def shown(self, filters: RegisterFilters | None = None, actor: Actor | None = None) -> list[RegisterRow]:
        with self.sitting(actor) as who:
            return register_reports.search(filters or RegisterFilters(), actor=who, hash_key="k").rows

    def user(self, name: str, scope: Scope, **facts: Any) -> Actor:
        user = PortalUser(username=name, first_name=name, last_name="ก", email=f"{name}@example.invalid", active=True)
        powers = frozenset({Power.VIEW_REGISTER, Power.EXPORT_REGISTER})
        return Actor(name=name, scope=scope, powers=powers, user_id=self.build.keep(user).id, **facts)


@pytest.fixture
def desk(database, tmp_path, monkeypatch) -> Iterator[Desk]:
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    build = RegisterBuilder()
    here, there = build.agency("ทม.หนึ่ง", "40", 7), build.agency("ทม.สอง", "41", 8)
    desk = Desk(build, ANONYMOUS, here, there, report_files.reports_folder(tmp_path))
    desk.clerk = desk.user("clerk1", Scope(ScopeKind.AGENCY, here.id), agency_id=here.id)
    father = build.person("สมชาย", "ณ อยุธยา")
    build.spell(here, father, service_start_date=date(2015, 10, 1))
    child = build.person("แก้ว", title_th="ด.ญ.", sex=Sex.F, birth_date=None)
    reason = TerminationReason.CHILD_MARRIED
    build.spell(here, child, father, entitled_until=date(2025, 1, 1), termination_reason=reason)
    build.proposal(here, "เกษม", RequestStatus.REJECTED, national_id=build.next_id(), sex=None, entitled_from=None)
    build.spell(there, build.person("ลับ"))
    yield desk
    db.session.remove()
    build.session.close()


def cells(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)


def as_cell(value: Any) -> Any:
    """What a reader of the file gets for a value of the screen."""
    if isinstance(value, StrEnum):
        return WORDS[word_key(value)]
    if isinstance(value, datetime):
        return value.astimezone(BANGKOK).replace(tzinfo=None)
    return "" if value is None else value


def reads(purpose: str) -> list[Any]:
    table = ReadAccess.__table__
    with db.reads.connect() as connection:
        return list(connection.execute(sa.select(table).where(table.c.purpose == purpose)))


def column(query: Any) -> list[Any]:
    with db.engine.connect() as connection:
        return list(connection.execute(query).scalars())


def test_the_file_holds_the_rows_of_the_screen(desk):
    job_id = desk.ask()
    assert jobs.run(job_id, 1)
    path, name = desk.take(job_id)
    lines = cells(path)
    assert lines[HEADER_ROW] == [WORDS[name] for name, _, _ in COLUMNS]
    shown = desk.shown()
    assert [row.first_name for row in shown] == ["เกษม", "แก้ว", "สมชาย"]
    expected = [
        [number, *(as_cell(getattr(row, name)) for name, _, _ in COLUMNS[1:])] for number, row in enumerate(shown, 1)
    ]
    assert lines[HEADER_ROW + 1 :] == expected
    assert {type(line[1]) for line in lines[HEADER_ROW + 1 :]} == {str}
    assert name.startswith(f"รายงานข้อมูลผู้มีสิทธิ_{desk.here.dla_code}_25")


def test_the_file_has_the_columns_that_were_chosen_in_the_order_of_the_report(desk):
    job_id = desk.ask(columns=["status", "first_name", "national_id"])
    jobs.run(job_id, 1)
    header, *lines = cells(desk.take(job_id)[0])[HEADER_ROW:]
    assert header == ["<number>", "<national_id>", "<first_name>", "<status>"]
    assert [line[2] for line in lines] == ["เกษม", "แก้ว", "สมชาย"] and lines[0][3] == "«REJECTED»"


def test_the_file_is_of_one_state_of_the_register_whatever_is_recorded_while_it_is_written(desk, monkeypatch):
    job_id = desk.ask()
    monkeypatch.setitem(jobs.HANDLERS, register_reports.KIND, jobs.Handler("tests.reports.overtaken:write_export"))
    assert jobs.run(job_id, 1)
    names = [line[3] for line in cells(desk.take(job_id)[0])[HEADER_ROW + 1 :]]
    assert names == ["เกษม", "แก้ว", "สมชาย"] and desk.export(job_id).total == 3
    assert LATECOMER in {row.first_name for row in desk.shown()}


def test_the_file_says_where_it_comes_from(desk):
    job_id = desk.ask()
    jobs.run(job_id, 1)
    title, place, filters, by, as_of = (line[0] for line in cells(desk.take(job_id)[0])[:5])
    assert (title, filters) == ("รายงานข้อมูลผู้มีสิทธิ", "สถานะ: ทั้งหมด")
    assert place == f"ทม.หนึ่ง ({desk.here.dla_code})"
    assert by.startswith("โดย clerk1 ก เมื่อ ") and "25" in by
    assert as_of.startswith("ณ ") and as_of.endswith("รอบ 20 พ.ย. 2569 11.00 น.")


def test_asking_writing_and_taking_are_each_written_down_once(desk):
    job_id = desk.ask()
    jobs.run(job_id, 1)
    assert reads("REGISTER_DOWNLOAD") == []
    desk.take(job_id)
    (written,), (taken,) = reads("REGISTER_EXPORT"), reads("REGISTER_DOWNLOAD")
    assert (written.answer, written.object_id, written.actor_id) == ("3", str(job_id), desk.clerk.user_id)
    assert (taken.object_id, taken.actor_id, taken.agency_id) == (str(job_id), desk.clerk.user_id, desk.here.id)
    event = AuditEvent.__table__.c
    assert column(sa.select(event.object_id).where(event.verb == "request_export")) == [str(job_id)]


def test_without_the_audit_of_reads_nobody_gets_a_file(desk):
    job_id = desk.ask()
    with db.reads.begin() as connection:
        connection.execute(sa.text("ALTER TABLE read_access RENAME TO away"))
    jobs.run(job_id, 1)
    export = desk.export(job_id)
    assert (export.status, export.has_file) == (JobStatus.QUEUED, False)
    with pytest.raises(NotFound):
        desk.take(job_id)
    with db.reads.begin() as connection:
        connection.execute(sa.text("ALTER TABLE away RENAME TO read_access"))


def test_what_people_are_called_never_becomes_a_formula(desk):
    hostile = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "<r>a</r>", "http://x.example"]
    for name in hostile:
        desk.build.proposal(desk.here, name, last_name_th="ร้าย")
    job_id = desk.ask(RegisterFilters(name="ร้าย"))
    jobs.run(job_id, 1)
    path, _ = desk.take(job_id)
    assert {line[3] for line in cells(path)[HEADER_ROW + 1 :]} == set(hostile)
    with ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert b"<f>" not in parts["xl/worksheets/sheet1.xml"] and b"<f " not in parts["xl/worksheets/sheet1.xml"]
    assert not any("hyperlink" in name.lower() for name in parts)


def test_no_file_holds_a_row_of_a_neighbour(desk):
    region = desk.user("region8", Scope(ScopeKind.REGION, 8))
    nation = desk.user("nhso1", NATION)
    expected = {desk.clerk: {"ทม.หนึ่ง"}, region: {"ทม.สอง"}, nation: {"ทม.หนึ่ง", "ทม.สอง"}}
    for actor, agencies in expected.items():
        job_id = desk.ask(actor=actor)
        jobs.run(job_id, 1)
        path, name = desk.take(job_id, actor)
        assert {line[12] for line in cells(path)[HEADER_ROW + 1 :]} == agencies
        code = {"clerk1": desk.here.dla_code, "region8": "เขต8", "nhso1": "ทั้งประเทศ"}[actor.name]
        assert f"_{code}_" in name


def test_only_the_one_who_asked_gets_the_file_and_only_while_he_reaches_its_rows(desk):
    job_id = desk.ask()
    jobs.run(job_id, 1)
    colleague = desk.user("clerk2", desk.clerk.scope, agency_id=desk.here.id)
    moved = replace(desk.clerk, scope=Scope(ScopeKind.AGENCY, desk.there.id), agency_id=desk.there.id)
    for other in (colleague, moved, desk.user("nhso1", NATION), replace(desk.clerk, scope=NOTHING)):
        with pytest.raises(NotFound):
            desk.take(job_id, other)
        with pytest.raises(NotFound):
            desk.export(job_id, other)
        with desk.sitting(other):
            assert my_jobs.my_jobs(actor=other, folder=desk.folder) == []
    with pytest.raises(NotAllowed):
        desk.take(job_id, replace(desk.clerk, powers=frozenset({Power.VIEW_REGISTER})))
    assert desk.take(job_id)[0].is_file()


def test_who_may_not_export_or_see_is_refused_by_the_verb(desk):
    with pytest.raises(NotAllowed):
        desk.ask(actor=replace(desk.clerk, powers=frozenset({Power.VIEW_REGISTER})))
    with pytest.raises(NotAllowed):
        desk.shown(actor=ANONYMOUS)
    assert column(sa.select(Job.__table__.c.id)) == []


def test_a_search_by_national_id_leaves_no_number_in_the_job(desk):
    somchai = next(row for row in desk.shown() if row.first_name == "สมชาย")
    wanted = RegisterFilters(national_id=somchai.national_id)
    job_id = desk.ask(wanted)
    (payload,) = column(sa.select(Job.__table__.c.payload))
    assert somchai.national_id not in json.dumps(payload)
    jobs.run(job_id, 1)
    assert [line[1] for line in cells(desk.take(job_id)[0])[HEADER_ROW + 1 :]] == [somchai.national_id]
    assert desk.shown(wanted) == [somchai]
    (read,) = reads("REGISTER_SEARCH")
    assert read.answer == "1" and len(read.person_hash) == 64


def test_nobody_can_fill_the_queue(desk):
    waiting = [desk.ask() for _ in range(WAITING_LIMIT)]
    with pytest.raises(Conflict) as refusal:
        desk.ask()
    assert refusal.value.code == "EXPORTS_WAITING"
    desk.ask(actor=desk.user("clerk2", desk.clerk.scope, agency_id=desk.here.id))
    jobs.run(waiting[0], 1)
    assert desk.ask() > waiting[-1]


def test_files_and_leftovers_go_after_their_days(desk):
    job_id = desk.ask()
    cut_off = desk.folder / f"register-{job_id}-0.xlsx"  # whole, but its worker was killed before it could hand it over
    cut_off.touch()
    jobs.run(job_id, 1)
    path, _ = desk.take(job_id)
    assert not cut_off.exists()
    torn = desk.folder / ".unfinished-x"
    torn.mkdir()
    for each, kept in ((path, FILES_KEPT), (torn, UNFINISHED_KEPT)):
        os.utime(each, (time.time(), time.time() - kept.total_seconds() - 60))
    with pytest.raises(NotFound) as refusal:
        desk.take(job_id)
    assert refusal.value.code == "JOB_FILE" and path.is_file() and not desk.export(job_id).has_file
    assert len(reads("REGISTER_DOWNLOAD")) == 1
    fresh = desk.ask()
    jobs.run(fresh, 1)
    assert not torn.exists() and not path.exists()
    assert desk.take(fresh)[0].is_file()
