"""Judges a read roster as an agency would bring it in now: the form of its lines, the law, and who is known already."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import names
from app.domain.actor import NATION, Actor, Scope, ScopeKind, robot
from app.domain.clock import bangkok_day
from app.domain.people import OPEN_STATUSES, Relation, RequestType
from app.domain.period import Period
from app.models.agency import Agency, Title
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules.certification import PARENTS
from app.services import facts
from app.services.agencies import find_by_code
from app.services.clock import business_now
from app.services.crossings import roster_matching
from app.services.roster_fates import Desk, RowFate, fates_of, holder_of, people_in
from app.services.roster_register import own_people
from app.services.rosters.judge import KnownHolders, judge
from app.services.rosters.verdict import FamilyRow, PrincipalRow, Verdict
from app.services.rosters.workbook import Roster, read_roster
from app.services.transaction import reading


def check(content: bytes, agency_code: str) -> Verdict:
    """Judge a workbook as the agency of that code would, without saving and without matching; for the command line.

    Raises NotFound('AGENCY_NOT_FOUND'), BadInput as `read_roster`.
    """
    with reading(NATION) as session:
        agency = find_by_code(session, agency_code)
    roster = read_roster(content)
    judge_there = robot("roster-check", Scope(ScopeKind.AGENCY, agency.id))
    with reading(judge_there.scope) as session:
        holders = _known_holders(session, business_now(session))
        return judge(roster, agency_type=agency.agency_type, known_holders=holders, titles=_titles(session))


def judged(
    session: Session, roster: Roster, sha256: str, agency_id: int, actor: Actor, now: datetime, *, hash_key: str
) -> tuple[Verdict, tuple[RowFate, ...]]:
    """The verdict on a roster and the fate of every line at the business instant `now`; leaves the audit of the matching.

    Raises NotAllowed('POWER_MISSING'), ReadAuditFailed.
    """
    agency = session.get_one(Agency, agency_id)
    holders, titles = _known_holders(session, now), _titles(session)
    verdict = judge(roster, agency_type=agency.agency_type, known_holders=holders, titles=titles)
    rows: tuple[PrincipalRow | FamilyRow, ...] = (*verdict.principals, *verdict.family)
    matches = roster_matching.match(
        session,
        people_in(rows),
        with_parents={holder_of(row) for row in verdict.family if row.relation in PARENTS},
        holders={holder_of(row) for row in verdict.family},
        named=((r.national_id, names.sort_key(f"{r.first_name} {r.last_name}"), r.birth_date) for r in rows),
        roster=sha256[:16],
        actor=actor,
        hash_key=hash_key,
    )
    period, today = Period(agency.valid_from, agency.valid_until), bangkok_day(now)
    desk = Desk(agency_id, agency.agency_type, period, today, own_people(session, agency_id, today))
    return verdict, fates_of(roster, verdict, matches, desk)


def _titles(session: Session) -> list[str]:
    return list(session.scalars(sa.select(Title.name_th)))


def _known_holders(session: Session, now: datetime) -> KnownHolders:
    """Which of these people are principals of the session's agency: an own right that has not ended, or asked for."""
    standing = (
        sa.select(Person.national_id)
        .join(Entitlement, Entitlement.person_id == Person.id)
        .where(
            Entitlement.relation == Relation.SELF,
            sa.not_(Entitlement.voided),
            sa.or_(Entitlement.entitled_until.is_(None), Entitlement.entitled_until > bangkok_day(now)),
        )
    )
    asked = (
        sa.select(Proposal.national_id)
        .join(ChangeRequest, ChangeRequest.id == Proposal.request_id)
        .where(
            Proposal.relation == Relation.SELF,
            ChangeRequest.type == RequestType.CERTIFY_NEW,
            ChangeRequest.status.in_(OPEN_STATUSES),
        )
    )

    def known(people: set[str]) -> set[str]:
        found: set[str] = set()
        for some in facts.batches(sorted(people)):
            found |= set(session.scalars(standing.where(Person.national_id.in_(some))))
            found |= set(session.scalars(asked.where(Proposal.national_id.in_(some))))
        return found

    return known
