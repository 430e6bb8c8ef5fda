"""What the look-ahead foresees, drafted as its line says, and who stood by: a real ticker, queue and worker carry both."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.domain.actor import NATION
from app.domain.people import (
    EntitlementState,
    Relation,
    RequestStatus,
    RoundStatus,
    Sex,
    TerminationReason,
    ToFollow,
)
from app.models import ChangeRequest, Entitlement, ProcessingRound
from app.reports.look_ahead import ComingFilters
from app.rules.coming import Coming
from app.rules.papers import MarriagePaper
from app.rules.told import Told
from app.services import change_requests, endings, look_ahead
from app.services.clock import business_now
from app.services.endings import EndForm
from app.services.transaction import reading
from tests.builders import clock
from tests.jobs.harness import LivePortal, wait_until
from tests.services.carried_families import approve
from tests.services.conftest import family, nid, official, people, relative  # noqa: F401 - a fixture

HUSBAND, WIFE = nid(1), nid(2)
WEDDED = Told(marriage_paper=MarriagePaper.MARRIAGE_CERT_TH, marriage_date=date(2005, 5, 1), to_follow=ToFollow.PAPERS)


def carried(*ids: int) -> bool:
    """Whether these are in effect, and every round that fell due has ended."""
    with reading(NATION) as session:
        due = sa.select(ProcessingRound.status).where(ProcessingRound.scheduled_at <= business_now(session))
        asked = sa.select(ChangeRequest.status).where(ChangeRequest.id.in_(ids))
        is_done = set(session.scalars(due)) == {RoundStatus.DONE}
        return is_done and set(session.scalars(asked)) == {RequestStatus.EFFECTIVE}


def rights(number: str) -> dict[Relation, tuple[EntitlementState, date | None, date | None]]:
    with reading(NATION) as session:
        now = business_now(session)
        found = session.scalars(sa.select(Entitlement).options(joinedload(Entitlement.person))).all()
        mine = [one for one in found if one.person.national_id == number]
        return {one.relation: (one.state_on(now.date(), now), one.entitled_until, one.standby_since) for one in mine}


@pytest.fixture
def office(portal: LivePortal, people):  # noqa: F811 - a fixture
    """An official and his wife, who is one too and retires on 1 October 2028; a round has carried them."""
    clock("2028-07-14 10:00")
    wife = {"birth_date": date(1968, 3, 1), "first_name_th": "สมศรี", "sex": Sex.F}
    forms = (
        family(official(HUSBAND, sex=Sex.M), relative(Relation.SPOUSE, WIFE, told=WEDDED, **wife)),
        family(official(WIFE, title_th="นาง", service_start_date=date(2000, 10, 2), **wife)),
    )
    ids = [
        request
        for form in forms
        for request in change_requests.record(form, actor=people.clerk, submit=True).request_ids
    ]
    approve(ids, people.registrar, note="ตรวจสอบแล้ว")
    portal.start_worker()
    portal.start_ticker()
    clock("2028-07-14 10:59:59")
    wait_until(lambda: carried(*ids), "the round has carried them")
    return people


def test_what_is_foreseen_is_drafted_as_its_line_says_and_the_round_after_it_brings_back_who_stood_by(office):
    own, through = rights(WIFE)[Relation.SELF], rights(WIFE)[Relation.SPOUSE]
    assert own[0] is EntitlementState.ACTIVE and through[0] is EntitlementState.STANDBY
    clock("2028-07-15 09:00")
    lines = {line.row.kind: line for line in look_ahead.coming(ComingFilters(90), actor=office.clerk).lines}
    retires = lines[Coming.RETIRES]
    assert (retires.reason, retires.first_day_without) == (TerminationReason.RETIRED_LUMP_SUM, date(2028, 10, 1))
    assert not look_ahead.coming(ComingFilters(60, Coming.RETIRES), actor=office.clerk).lines
    drafted = endings.report_end(
        EndForm(retires.entitlement_id, retires.reason, retires.first_day_without), actor=office.clerk
    ).request_ids
    approve(drafted, office.registrar, note="ตรวจสอบแล้ว")
    clock("2028-07-15 10:59:59")
    wait_until(lambda: carried(*drafted), "the round has carried the end to come")
    assert rights(WIFE)[Relation.SELF][:2] == (EntitlementState.ACTIVE, date(2028, 10, 1))
    assert rights(WIFE)[Relation.SPOUSE][0] is EntitlementState.STANDBY
    clock("2028-10-01 10:59:59")
    wait_until(lambda: rights(WIFE)[Relation.SPOUSE][0] is EntitlementState.ACTIVE, "her husband's right is back")
    assert rights(WIFE)[Relation.SPOUSE][1:] == (None, None)
    assert rights(WIFE)[Relation.SELF][0] is EntitlementState.ENDED
