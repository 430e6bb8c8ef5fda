"""One agency takes another's place: two officers, a preview, rounds that carry all rights over, killed or not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain.actor import NATION, Actor, robot
from app.domain.errors import InvalidForm, NotAllowed, PortalError, WrongState
from app.domain.people import (
    AgencyType,
    PersonnelType,
    Relation,
    RequestStatus,
    RequestType,
    SuccessionState,
    TerminationReason,
)
from app.domain.roles import powers_of
from app.models import Agency, ChangeRequest, Entitlement, Job, PortalUser, Succession
from app.models.database import db
from app.services import (
    agencies,
    agency_lists,
    change_requests,
    clerk_desk,
    endings,
    jobs,
    succession_jobs,
    successions,
)
from app.services.agencies import AgencyFacts
from app.services.crossings import rights_lookup
from app.services.endings import EndForm
from app.services.invariants import findings
from app.services.transaction import reading
from tests.services import rights_world
from tests.services.carried_families import approve
from tests.services.conftest import family, nid, official, relative
from tests.services.lifecycle_desk import Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.rights_world import killed_round

D = date(2018, 10, 1)
OLD, NEW = "06900101", "04900102"
pytest_generate_tests = on_both(frozenset({"test_all_rights_go_over_without_a_gap_and_what_waits_comes_back"}))


def _officer(name: str) -> Actor:
    with Session(db.writer) as session:
        user = PortalUser(
            username=name, first_name=name, last_name="สปสช", email=f"{name}@example.invalid", active=True
        )
        session.add(user)
        session.commit()
        return Actor(name, NATION, powers_of(("nhso_admin",)), user_id=user.id, roles=("nhso_admin",))


@pytest.fixture
def nhso(people) -> tuple[Actor, Actor]:
    with Session(db.writer) as session:
        session.add(Agency(
            dla_code=NEW, name_th="เทศบาลเมืองรวม", agency_type=AgencyType.TOWN_MUNICIPALITY, province_code="90",
            valid_from=date(2010, 1, 1),
        ))  # fmt: skip
        session.commit()
    return _officer("n1"), _officer("n2")


@pytest.fixture
def desk(people) -> Desk:
    """An อบต. with two officials and their families, its chief executive with a wife, and somebody who retires in November."""
    desk = Desk(people).at("2018-09-01 09:00")
    forms = [
        [official(nid(n), first_name_th=f"คน{n}", personnel_type=PersonnelType.TAO_OFFICER, birth_date=date(1975, 1, n)),
         relative(Relation.CHILD, nid(10 + n), birth_date=date(2014, 1, n)),
         relative(Relation.MOTHER, nid(20 + n), birth_date=date(1950, 1, n))]
        for n in (1, 2)
    ]  # fmt: skip
    head = official(
        nid(3), first_name_th="นายก", personnel_type=PersonnelType.POLITICAL_EXECUTIVE, birth_date=date(1970, 1, 1)
    )
    forms.append([head, relative(Relation.SPOUSE, nid(13), birth_date=date(1971, 1, 1))])
    for members in forms:
        done = change_requests.record(family(*members), actor=people.other_clerk, submit=True)
        desk.approve(done.request_ids, people.other_registrar)
    return desk.at("2018-09-01 11:00")


def own(desk: Desk, number: int) -> list[Entitlement]:
    return desk.rights(nid(number))


def work(*, kill: int = 0) -> None:
    """The ticker looks, and what it starts is done; with `kill` the worker dies at that statement first."""
    succession_jobs.start_due()
    for job in _queued():
        if kill:
            left = [kill]

            def strike(*_: object, left: list[int] = left) -> None:
                left[0] -= 1
                if left[0] == 0:
                    raise rights_world.Killed

            sa.event.listen(db.writer, "before_cursor_execute", strike)
            with pytest.raises(rights_world.Killed):
                jobs.run(job.id, job.attempt)
            sa.event.remove(db.writer, "before_cursor_execute", strike)
            from datetime import timedelta

            from app.domain.clock import real_now

            jobs.recover(real_now() + timedelta(hours=1))
    for job in _queued():
        jobs.run(job.id, job.attempt)


def _queued() -> Iterator[Job]:
    with reading(NATION) as session:
        yield from list(session.scalars(sa.select(Job).where(Job.kind == "succession", Job.status == "QUEUED")))


def row() -> Succession:
    with reading(NATION) as session:
        return session.scalars(sa.select(Succession).options(joinedload(Succession.agency))).one()


def approved(nhso, starts_on: date = D) -> int:
    found = successions.propose(OLD, NEW, starts_on, "ประกาศกระทรวงมหาดไทย ลว. 1 ก.ย. 2561", actor=nhso[0])
    successions.approve(found, seen_version=row().version, actor=nhso[1])
    return found


def test_two_officers_decide_on_what_they_have_foreseen(desk, nhso):
    found = successions.foresee(OLD, NEW, D, actor=nhso[0])
    assert (found.officials, found.family, found.executives, found.officers) == (2, 5, 1, 2) and not found.refusals
    with pytest.raises(NotAllowed):
        successions.foresee(OLD, NEW, D, actor=desk.people.registrar)
    number = successions.propose(OLD, NEW, D, "ประกาศ", actor=nhso[0])
    with pytest.raises(NotAllowed, match="FOUR_EYES"):
        successions.approve(number, seen_version=1, actor=nhso[0])
    with pytest.raises(InvalidForm):
        successions.propose(OLD, "04110101", D, "ประกาศ", actor=nhso[1])  # one at a time
    successions.withdraw(number, actor=nhso[0])
    with pytest.raises(WrongState):
        successions.approve(number, seen_version=row().version, actor=nhso[1])
    desk.at("2018-09-03 09:00")
    form = desk.people.other_clerk
    away = endings.report_end(EndForm(own(desk, 1)[0].id, None, date(2018, 9, 3)), actor=form).request_ids
    desk.approve(away, desk.people.other_registrar).at("2018-09-03 11:00")
    with pytest.raises(InvalidForm) as refused:
        successions.propose(OLD, NEW, D, "ประกาศ", actor=nhso[0])
    assert [error.code for error in refused.value.errors] == ["SUSPENDED_REMAIN"]


def test_all_rights_go_over_without_a_gap_and_what_waits_comes_back(desk, nhso):
    approved(nhso)
    ends = EndForm(own(desk, 2)[0].id, TerminationReason.RESIGNED_NO_PENSION, date(2018, 11, 1))
    desk.approve(endings.report_end(ends, actor=desk.people.other_clerk).request_ids, desk.people.other_registrar)
    work()
    assert row().passes == 0  # its day has not come
    desk.at("2018-10-01 08:00")
    baby = relative(Relation.CHILD, nid(31), birth_date=date(2018, 9, 20), birth_order=2, sex="F")
    with pytest.raises(InvalidForm):  # the agency is no more
        change_requests.record(family(baby, principal_national_id=nid(1)), actor=desk.people.other_clerk, submit=True)
    work(kill=30)
    assert (row().counts["carried"], row().counts["on_its_way"], row().counts["left"]) == (0, 7, 0)
    asker = Actor("hospital", NATION, powers_of(("nhso_admin",)))
    answer = rights_lookup.look_up([nid(1)], None, actor=asker, hash_key="k" * 32)[0].right
    assert (answer.agency_code, answer.successor_code) == (OLD, NEW)
    assert killed_round(0.2, 60)
    for number in (1, 11, 21):
        before, after = own(desk, number)
        assert (before.entitled_until, before.termination_reason) == (D, "TRANSFERRED_LGO") and after.entitled_from == D
        assert after.personnel_type == (PersonnelType.MUNICIPAL_OFFICER if number == 1 else None)
    _, leaving = own(desk, 2)
    assert (leaving.entitled_until, leaving.termination_reason) == (date(2018, 11, 1), "RESIGNED_NO_PENSION")
    assert [(one.entitled_until, one.termination_reason) for one in (*own(desk, 3), *own(desk, 13))] == [
        (D, "TERM_ENDED"), (D, "PRINCIPAL_ENDED"),
    ]  # fmt: skip
    work()
    done = row()
    assert (done.state, done.counts["left"], done.counts["carried"]) == (SuccessionState.DONE, 0, 7)
    assert (done.counts["officials"], done.counts["on_its_way"]) == (3, 0)
    assert done.agency.valid_until == D and done.agency.successor_agency_id == done.successor_id
    with db.engine.connect() as connection:
        assert [(one.invariant.code, one.examples) for one in findings(connection) if one.count] == []
    with reading(NATION) as session:
        moved = session.scalars(sa.select(ChangeRequest).where(ChangeRequest.succession_id.is_not(None))).all()
    assert {one.status for one in moved} == {RequestStatus.EFFECTIVE} and len(
        {one.target_entitlement_id for one in moved}
    ) == 7
    assert {one.type for one in moved} == {RequestType.TRANSFER_IN, RequestType.TERMINATE}


def test_the_list_of_the_department_names_it_and_two_officers_still_decide(desk, nhso):
    listed = f"รหัส อปท.,ชื่อ อปท.,วันที่ยุบ,ยุบรวมกับ\n{OLD},อบต.ตัวอย่าง,1/10/2561,{NEW}\n"
    plan = agency_lists.load(
        listed.encode(), actor=Actor("cli", NATION, powers_of(("nhso_admin",))), day=date(2018, 9, 1)
    )
    assert not plan.faults
    assert (row().state, row().proposed_by_id, row().agency.valid_until) == (SuccessionState.PROPOSED, None, None)
    with pytest.raises(WrongState):
        successions.approve(row().id, seen_version=row().version, actor=nhso[1])
    taken = successions.propose(OLD, NEW, D, "ประกาศ", actor=nhso[0])
    assert taken == row().id
    successions.approve(taken, seen_version=row().version, actor=nhso[1])
    assert row().agency.valid_until == D


def test_no_form_and_no_list_ends_an_agency_over_peoples_heads_or_against_two_officers(desk, nhso):
    def by_form(until: date | None, successor: str | None = None) -> str:
        with reading(NATION) as session:
            old = session.scalars(sa.select(Agency).where(Agency.dla_code == OLD)).one()
        facts = AgencyFacts(OLD, old.name_th, old.agency_type, old.province_code, old.valid_from, until, successor)
        try:
            agencies.change_agency(old.id, old.version, facts, actor=nhso[0])
        except PortalError as refusal:
            return refusal.code
        return ""

    def by_list(day: str, successor: str = "", **more) -> list[str]:
        text = f"รหัส อปท.,ชื่อ อปท.,วันที่ยุบ,ยุบรวมกับ\n{OLD},อบต.ตัวอย่าง,{day},{successor}\n"
        plan = agency_lists.load(text.encode(), actor=nhso[0], day=date(2018, 9, 1), dry_run=True, **more)
        return [fault.error.code for fault in plan.faults]

    assert by_form(D, NEW) == by_form(D) == "RIGHTS_REMAIN"
    assert by_list("1/10/2561") == ["RIGHTS_REMAIN"]
    with pytest.raises(InvalidForm) as refused:
        successions.propose(OLD, NEW, date(2017, 8, 1), "ประกาศ", actor=nhso[0])
    assert [error.code for error in refused.value.errors] == ["DATE_TOO_LONG_AGO"]
    successions.withdraw(successions.propose(OLD, NEW, D, "ประกาศ", actor=nhso[0]), actor=nhso[0])
    assert by_form(D) == "RIGHTS_REMAIN"
    number = successions.propose(OLD, NEW, D, "ประกาศ", actor=nhso[0])
    assert by_form(D) == "SUCCESSION_DECIDES"
    with reading(NATION) as session:
        seen = session.get_one(Succession, number).version
    successions.approve(number, seen_version=seen, actor=nhso[1])
    assert by_form(date(2018, 11, 1), NEW) == by_form(None) == "SUCCESSION_DECIDES"
    assert by_list("1/11/2561", NEW) == ["SUCCESSION_DECIDES"]
    assert by_form(D, NEW) == "" and by_list("1/10/2561", NEW) == []


def test_of_two_families_that_rounds_refused_one_is_corrected_without_the_other(desk, nhso, monkeypatch):
    monkeypatch.setattr(succession_jobs, "RETURNED_AT_ONCE", 2)
    waits = change_requests.record(
        family(*(official(nid(40 + n), personnel_type=PersonnelType.TAO_OFFICER) for n in (1,)),
               *(relative(Relation.CHILD, nid(50 + n), birth_date=date(2015, 1, n)) for n in (1, 2))),
        actor=desk.people.other_clerk, submit=True,
    ).request_ids  # fmt: skip
    approved(nhso)
    desk.at("2018-10-01 10:00")
    work()
    with db.writer.begin() as connection:  # as a round would that finds something against them
        refused = (
            "UPDATE change_request SET status = 'ROUND_ERROR', round_error = 'CONFLICT' WHERE succession_id IS NOT NULL"
        )
        connection.execute(sa.text(refused))
    assert {desk.request(one).status for one in waits} == {RequestStatus.RETURNED} and row().counts["returned"] == 3
    told = {one.sent_back for one in clerk_desk.came_back(actor=desk.people.other_clerk)}
    assert {(one.starts_on, one.is_upgrade) for one in told if one is not None} == {(D, False)} and None not in told
    with reading(NATION) as session:
        failed = session.scalars(
            sa.select(ChangeRequest).options(joinedload(ChangeRequest.proposal)).where(
                ChangeRequest.status == RequestStatus.ROUND_ERROR, ChangeRequest.agency_id == row().successor_id
            )
        ).all()  # fmt: skip
        forms = {one.submission_no: {each.proposal.principal_national_id for each in failed
                                     if each.submission_no == one.submission_no} for one in failed}  # fmt: skip
    assert sorted(map(len, forms.values())) == [1, 1]
    clerk = replace(desk.people.other_clerk, agency_id=row().successor_id, scope=NATION)
    mine = next(one for one in failed if one.proposal.relation is Relation.SELF)
    change_requests.correct(mine.id, actor=clerk)
    for one in failed:
        now = desk.request(one.id)
        told = (
            (RequestStatus.DRAFT, None)
            if one.submission_no == mine.submission_no
            else (RequestStatus.ROUND_ERROR, row().id)
        )
        assert (now.status, now.succession_id) == told


_ = (robot, approve)
