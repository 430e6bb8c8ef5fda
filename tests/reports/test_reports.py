"""The reports of the report page, through the verbs and the job that writes them: the right rows, for those who may, as files."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from app.domain import national_id
from app.domain.actor import NATION, Actor, Scope, ScopeKind, acting_as
from app.domain.clock import bangkok_day
from app.domain.errors import NotAllowed, NotFound
from app.domain.people import (
    AgencyType,
    PersonnelType,
    Relation,
    RequestStatus,
    RequestType,
    RoundError,
    Sex,
    TerminationReason,
)
from app.domain.powers import Power
from app.domain.roles import powers_of
from app.models import Job, PortalUser
from app.models.database import db
from app.reports.catalogue import REPORTS
from app.reports.register_columns import RegisterStatus, word_key
from app.reports.report import Asked, Change, Filters
from app.services import jobs, my_jobs, nation_report, report_files, reports
from app.services.clock import business_now, set_clock
from app.services.transaction import reading
from tests.reports.register_builder import ROUND_AT, RegisterBuilder

HEADING_LINES = 5


CODES = [code for kind in (
    Relation, Change, PersonnelType, TerminationReason, RequestStatus, RequestType, RoundError, Sex, AgencyType, RegisterStatus,
) for code in kind]  # fmt: skip
# The plain name of each column and the plain code of each code.
WORDS = (
    {field.name: field.name for report in REPORTS.values() for field in report.fields}
    | {word_key(code): code.value for code in CODES}
    | {
        "number": "number", "report_title": "รายงาน", "sheet_title": "รายงาน", "exported_by": "โดย %(who)s เมื่อ %(at)s",
        "as_of_round": "ณ %(at)s รอบ %(round)s", "as_of_no_round": "ณ %(at)s", "region_code": "เขต%(no)s",
        "nation": "ทั้งประเทศ", "total_label": "รวม",
    }
)  # fmt: skip


@dataclass
class Office:
    """Two agencies of two provinces and regions; officers by role."""

    build: RegisterBuilder
    here: Any
    there: Any
    folder: Path
    today: date

    def officer(self, role: str, scope: Scope | None = None) -> Actor:
        scope = scope or Scope(ScopeKind.AGENCY, self.here.id)
        name = f"{role}{self.build.next_id()}"
        user = PortalUser(username=name, first_name=name, last_name="ก", email=f"{name}@example.invalid", active=True)
        agency_id = scope.key if scope.kind is ScopeKind.AGENCY else None
        return Actor(
            name, scope, powers_of((role,)), user_id=self.build.keep(user).id, roles=(role,), agency_id=agency_id
        )

    @contextmanager
    def acting(self, actor: Actor) -> Iterator[None]:
        try:
            with acting_as(actor):
                yield
        finally:
            db.session.remove()

    def rows(
        self, actor: Actor, report: str, filters: Filters | None = None, order: str = "", **more: Any
    ) -> list[Any]:
        """The rows on screen, each as a mapping by column."""
        with self.acting(actor):
            asked = reports.complete(Asked(report, None, filters or Filters(), order), actor=actor)
            found = reports.preview(replace(asked, **more), actor=actor, words=WORDS)
        return [dict(zip((field.name for field in found.fields), row, strict=True)) for row in found.rows]

    def ask(self, actor: Actor, code: str) -> None:
        """Ask for a file that no worker will write."""
        with self.acting(actor):
            job_id = reports.request(Asked(code), actor=actor, words=WORDS, described="", file_format="xlsx")
            my_jobs.cancel(job_id, actor=actor, folder=self.folder)

    def file(self, actor: Actor, asked: Asked, file_format: str = "xlsx") -> tuple[Path, str]:
        with self.acting(actor):
            job_id = reports.request(asked, actor=actor, words=WORDS, described="ทุกรายการ", file_format=file_format)
        assert jobs.run(job_id, 1)
        return my_jobs.hand_out(job_id, actor=actor, folder=self.folder)


@pytest.fixture
def office(database, tmp_path, monkeypatch) -> Iterator[Office]:
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    build = RegisterBuilder()
    here, there = build.agency("ทม.หนึ่ง", "40", 7), build.agency("ทม.สอง", "41", 8)
    with reading(NATION) as session:
        today = bangkok_day(business_now(session))
    office = Office(build, here, there, report_files.reports_folder(tmp_path), today)
    father = build.person("สมชาย", birth_date=today.replace(year=today.year - 50))
    build.spell(here, father)
    soon = today + timedelta(days=30)
    child = build.person("ลูกโต", birth_date=soon.replace(year=soon.year - 20))
    build.spell(here, child, father, entitled_until=soon)
    build.spell(here, build.person("แม่", birth_date=None), father, relation=Relation.MOTHER)
    gone = {"entitled_until": today - timedelta(days=2), "termination_reason": TerminationReason.RESIGNED_NO_PENSION}
    build.spell(here, build.person("ลาออก"), personnel_type=PersonnelType.PERMANENT_EMPLOYEE, **gone)
    build.spell(here, build.person("ผิด"), voided=True, voided_at=business_now_of())
    build.spell(there, build.person("ลับ"))
    build.proposal(here, "รอ", request={"submitted_at": business_now_of() - timedelta(days=3)})
    build.proposal(here, "กลับ", RequestStatus.RETURNED, request={"decision_reason": "หลักฐานไม่ครบ"})
    build.proposal(here, "ร่าง", RequestStatus.DRAFT)
    build.proposal(there, "ลับด้วย")
    yield office
    db.session.remove()
    build.session.close()


def business_now_of() -> Any:
    with reading(NATION) as session:
        return business_now(session)


def lines(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_each_report_answers_its_question_and_nobody_elses_people_are_in_it(office):
    clerk = office.officer("personnel_clerk")
    pending = {row["first_name"]: row for row in office.rows(clerk, "pending")}
    assert set(pending) == {"รอ", "กลับ"}
    assert (pending["รอ"]["waiting_days"], pending["กลับ"]["decision_reason"]) == (3, "หลักฐานไม่ครบ")
    assert [
        row["first_name"] for row in office.rows(clerk, "pending", Filters(request_status=RequestStatus.RETURNED))
    ] == ["กลับ"]
    ages = {row["first_name"]: (row["age"], row["of_age_on"]) for row in office.rows(clerk, "dependents")}
    assert ages == {"ลูกโต": (19, office.today + timedelta(days=30)), "แม่": (None, None)}
    assert [row["first_name"] for row in office.rows(clerk, "dependents", Filters(of_age_within=30))] == ["ลูกโต"]
    assert office.rows(clerk, "dependents", Filters(of_age_within=29)) == []
    assert [row["first_name"] for row in office.rows(clerk, "dependents", Filters(age_from=19, age_to=19))] == ["ลูกโต"]
    entitled = office.rows(clerk, "entitled", Filters(status=RegisterStatus.ACTIVE), "-sort_key")
    assert [row["first_name"] for row in entitled] == ["สมชาย", "ลูกโต", "แม่"]
    assert {row["national_id"][7:12] for row in entitled} == {"xxxxx"}


def test_changes_are_found_by_day_and_by_round(office):
    clerk = office.officer("personnel_clerk")

    def told(filters: Filters) -> list[tuple[str, str]]:
        return sorted((row["change"], row["first_name"]) for row in office.rows(clerk, "changes", filters))

    ever = Filters(from_day=date(2000, 1, 1), until_day=office.today + timedelta(days=1))
    began = [("BEGAN", name) for name in ("ลาออก", "ลูกโต", "สมชาย", "แม่")]
    assert told(ever) == sorted([*began, ("ENDED", "ลาออก"), ("VOIDED", "ผิด")])
    assert told(replace(ever, change=Change.ENDED, from_day=office.today - timedelta(days=2))) == [("ENDED", "ลาออก")]
    assert told(replace(ever, change=Change.ENDED, until_day=office.today - timedelta(days=2))) == []
    assert told(Filters(round_id=office.build.round.id)) == sorted(began)
    day = bangkok_day(ROUND_AT)
    assert told(Filters(from_day=day, until_day=day + timedelta(days=1), change=Change.BEGAN)) == sorted(began)
    assert told(Filters(from_day=day + timedelta(days=1), until_day=day + timedelta(days=2), change=Change.BEGAN)) == []


def test_the_summary_counts_by_type_relation_and_state_and_adds_up_below(office):
    nation = office.officer("nhso_admin", NATION)
    path, name = office.file(nation, Asked("summary"))
    header, *rows, total = lines(path)[HEADING_LINES + 1 :]
    found = {row[2]: dict(zip(header, row, strict=True)) for row in rows}
    here = found["ทม.หนึ่ง"]
    assert [here[key] for key in ("total", "SELF", "MOTHER", "CHILD", "ACTIVE", "ENDED")] == [3, 1, 1, 1, 3, 1]
    assert (here["MUNICIPAL_OFFICER"], here["PERMANENT_EMPLOYEE"]) == (1, 0)
    sums = dict(zip(header, total, strict=True))
    assert sums["agency_code"] == "รวม"
    assert all(sums[key] == sum(row[key] for row in found.values()) for key in ("total", "SELF", "CHILD", "ENDED"))
    with ZipFile(path) as package:
        assert b"<f>SUBTOTAL(109,E8:E9)</f><v>4</v>" in package.read("xl/worksheets/sheet1.xml")
    assert "_ทั้งประเทศ_" in name and name.endswith(".xlsx")
    province = office.officer("provincial_officer", Scope(ScopeKind.PROVINCE, "41"))
    assert [(row["agency_name"], row["total"]) for row in office.rows(province, "summary")] == [("ทม.สอง", 1)]


def test_a_file_holds_all_rows_says_where_it_comes_from_and_is_the_same_as_csv(office):
    clerk = office.officer("personnel_clerk")
    for number in range(20):
        office.build.proposal(office.here, f"=คนที่{number:02}", title_th="")
    asked = Asked("pending", ("first_name", "national_id", "waiting_days"), order="sort_key")
    path, name = office.file(clerk, asked)
    title, place, described, by, as_of = (line[0] for line in lines(path)[:HEADING_LINES])
    assert (title, place, described) == ("รายงาน", f"ทม.หนึ่ง ({office.here.dla_code})", "ทุกรายการ")
    assert by.startswith(f"โดย {clerk.name} ก เมื่อ ") and as_of.endswith("รอบ 20 พ.ย. 2569 11.00 น.")
    header, *rows = lines(path)[HEADING_LINES + 1 :]
    assert header == ["number", "national_id", "first_name", "waiting_days"] and len(rows) == 22
    assert [row[0] for row in rows] == list(range(1, 23)) and {len(row[1]) for row in rows} == {13}
    plain, plain_name = office.file(clerk, asked, "csv")
    assert plain.read_bytes().startswith(b"\xef\xbb\xbf") and plain_name.endswith(".csv")
    told = list(csv.reader(io.StringIO(plain.read_text("utf-8-sig"))))
    assert told[0] == header
    *told, _gap, kind, where, which, who, state = told
    assert [kind, where, which, who[0][:4], state] == [[title], [place], [described], "โดย ", [as_of]]
    assert [row[1] for row in told[1:]] == [national_id.display(row[1]) for row in rows]
    assert [row[2].removeprefix("'") for row in told[1:]] == [row[2] for row in rows]
    assert sum(row[2].startswith("'=") for row in told[1:]) == 20


PERSONS = "entitled pending changes dependents"
# What each role sees on screen, and what it takes home (spec 7).
BY_ROLE = {
    "personnel_clerk": (f"{PERSONS} summary", f"{PERSONS} summary"),
    "finance_clerk": ("names summary", "names summary"),
    "provincial_officer": ("summary", "summary"),
    "auditor": (f"{PERSONS} summary", "summary"),
    "nhso_finance": (f"{PERSONS} summary", f"{PERSONS} summary"),
    "hospital_user": ("", ""),
}


def test_a_role_sees_and_takes_home_what_the_law_gives_it(office):
    reach = {"provincial_officer": Scope(ScopeKind.PROVINCE, "40"), "auditor": NATION, "nhso_finance": NATION}
    for role, (seen, taken) in BY_ROLE.items():
        actor = office.officer(role, reach.get(role))
        for code in REPORTS:
            for use, allowed in ((office.rows, seen), (office.ask, taken)):
                try:
                    use(actor, code)
                    assert code in allowed.split(), (role, code, use.__name__)
                except NotAllowed:
                    assert code not in allowed.split(), (role, code, use.__name__)
    finance = office.officer("finance_clerk")
    rows = office.rows(finance, "names", Filters(relation=Relation.CHILD), columns=("national_id", "birth_date"))
    assert set(rows[0]) == {"title", "first_name", "last_name", "status"} and len(rows) == 7
    assert "ลับ" not in {row["first_name"] for row in rows}


def test_no_filter_reaches_beyond_the_scope(office):
    clerk = office.officer("personnel_clerk")
    for code in ("entitled", "pending", "changes", "dependents", "summary"):
        assert office.rows(clerk, code, Filters(agency_id=office.there.id)) == []
    path, name = office.file(clerk, Asked("entitled", filters=Filters(agency_id=office.there.id)))
    assert len(lines(path)) == HEADING_LINES + 2 and office.there.dla_code not in name


def test_who_lost_the_power_does_not_get_the_file_any_more(office):
    clerk = office.officer("personnel_clerk")
    with office.acting(clerk):
        job_id = reports.request(Asked("entitled"), actor=clerk, words=WORDS, described="", file_format="xlsx")
    jobs.run(job_id, 1)
    with pytest.raises(NotAllowed):
        my_jobs.hand_out(job_id, actor=replace(clerk, powers=frozenset({Power.VIEW_REPORTS})), folder=office.folder)


def test_the_nation_is_written_once_a_night_for_those_who_may_export_it(office, monkeypatch):
    admin, auditor = office.officer("nhso_admin", NATION), office.officer("auditor", NATION)
    robot_free = replace(admin, powers=frozenset(Power))
    night = business_now_of().replace(hour=18, minute=0) + timedelta(days=1)  # 01.00 in Bangkok
    set_clock(night, actor=robot_free, production=False)
    assert nation_report.start_nightly() is None
    set_clock(night + timedelta(hours=8), actor=robot_free, production=False)
    assert nation_report.start_nightly() is None, "by day the country is not made up for"
    set_clock(night + timedelta(hours=25), actor=robot_free, production=False)
    job_id = nation_report.start_nightly()
    assert job_id and nation_report.start_nightly() is None
    assert jobs.run(job_id, 1)
    path, name = my_jobs.hand_out(job_id, actor=admin, folder=office.folder)
    found = lines(path)
    assert found[0][0] == "รายงานข้อมูลผู้มีสิทธิ" and name.startswith("รายงานข้อมูลผู้มีสิทธิ_ทั้งประเทศ_")
    assert {"ลับ", "สมชาย"} <= {row[3] for row in found} and found[5][:2] == ["ลำดับ", "เลขประจำตัวประชาชน"]
    assert [job.id for job in my_jobs.my_jobs(actor=admin, folder=office.folder)] == [job_id]
    for other in (
        auditor,
        office.officer("personnel_clerk"),
        office.officer("nhso_region", Scope(ScopeKind.REGION, 7)),
    ):
        with pytest.raises(NotFound):
            my_jobs.hand_out(job_id, actor=other, folder=office.folder)
    with pytest.raises(NotFound):
        my_jobs.cancel(job_id, actor=admin, folder=office.folder)
    with db.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(Job.__table__)).scalar_one() == 1
