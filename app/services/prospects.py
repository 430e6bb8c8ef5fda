"""What approving a family form would give each person on it, told while the form is still being typed.

Looks at the form and the asking agency's own rows alone: what stands elsewhere is told by the audited duplicate check.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import PortalError
from app.domain.people import DocType, PersonnelType, Relation, RequestType, Sex
from app.domain.period import Period
from app.domain.powers import Power
from app.models.agency import Agency
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules import certification, evidence_matrix, family_law, relations
from app.rules.around import Around
from app.rules.certification import Candidate, Known
from app.rules.decision import Clause
from app.rules.evidence import Standing
from app.rules.evidence_matrix import Cell
from app.rules.family_law import RelativeDecision
from app.rules.papers import Paper
from app.rules.principals import sub_scheme_code
from app.rules.relatives import Relative
from app.services import family_facts
from app.services.clock import business_now
from app.services.facts import standing_spells
from app.services.family_facts import ON_THE_WAY
from app.services.family_forms import Member, field_of
from app.services.transaction import reading

_Families = tuple[defaultdict[str, family_facts.Principal], defaultdict[str, list[Relative]]]


@dataclass(frozen=True)
class Prospect:
    """One person of the form: the right's first and last day (None: open) and code, or what the law says against it.

    `from_on` is None while the dates that it hangs on are missing. `law` is the decision on a family member, `papers` how
    what is filed proves each open legal basis, the nearest to complete first, `matrix` the same slot by slot; `doubts` is
    what the registrar will have to look at.
    """

    position: int
    from_on: date | None
    last_day: date | None
    sub_inscl: str
    refusals: tuple[PortalError, ...]
    law: RelativeDecision | None = None
    papers: tuple[Standing, ...] = ()
    matrix: tuple[Cell, ...] = ()
    doubts: tuple[Clause, ...] = ()


@dataclass(frozen=True)
class _Principal:
    """Through whom the right would come: since when, as what; sex and birth where only a request tells them."""

    national_id: str
    from_on: date | None
    kind: PersonnelType | None
    sex: Sex | None = None
    birth_date: date | None = None


def prospects(
    members: Sequence[Member],
    *,
    principal_national_id: str | None,
    actor: Actor,
    filed: Sequence[frozenset[DocType]] = (),
) -> list[Prospect]:
    """What approval would bring, in the order of the members; half-filled ones are judged by what they have.

    `principal_national_id` is that of a principal who is not on the form; `filed` are the kinds of documents that stand
    beside each member, attached or about to be. Writes nothing.
    """
    actor.require(Power.RECORD_REQUEST)
    with reading(actor.scope) as session:
        agency = session.get(Agency, actor.agency_id)
        if agency is None:
            return []
        today = bangkok_day(business_now(session))
        own = next((member for member in members if member.relation is Relation.SELF), None)
        if own is not None:
            principal = _Principal(own.national_id, own.service_start_date, own.personnel_type)
        else:
            principal = _standing(session, principal_national_id or "", agency.id)
        period = Period(agency.valid_from, agency.valid_until)
        known = Known(today, agency.agency_type, period, principal_from=principal.from_on)
        standing = family_facts.standing(session, [principal.national_id])
        # Of the agency's own entries alone: what another one keeps is told when the form is sent, and counted there.
        numbers = {m.national_id for m in members if m.relation is not Relation.SELF} - {""}
        recorded = standing_spells(session, numbers)
    papers = [family_facts.papers_of(kinds, m.relation) for kinds, m in zip(filed, members, strict=False)]
    papers += [frozenset()] * (len(members) - len(papers))
    candidates = [_candidate(*each, principal) for each in zip(range(len(members)), members, papers, strict=True)]
    around = _around(candidates, own, principal, standing, today)
    found = [
        _prospect(m, c, replace(known, around=around(c)), principal) for m, c in zip(members, candidates, strict=True)
    ]
    return [
        _with_other_relations(one, c, around(c), recorded.get(c.national_id, ()), actor.agency_id)
        for one, c in zip(found, candidates, strict=True)
    ]


def _with_other_relations(
    found: Prospect,
    candidate: Candidate,
    around: Around | None,
    recorded: Sequence[certification.KnownSpell],
    agency_id: int | None,
) -> Prospect:
    """With what else the agency has this person as: of the same principal, or as another man's or woman's child."""
    if around is None or not recorded:
        return found
    whose, relation = candidate.principal_national_id, candidate.relation
    refusals = relations.another(whose, relation, recorded, (), agency_id)
    for error in refusals:
        error.field = field_of(found.position, error.field or "national_id")
    doubts = relations.doubts(whose, relation, around.principal_sex, recorded)
    return replace(found, refusals=(*found.refusals, *refusals), doubts=(*found.doubts, *doubts))


def _candidate(position: int, member: Member, papers: frozenset[Paper], principal: _Principal) -> Candidate:
    return Candidate(
        member.national_id, principal.national_id, member.relation, member.birth_date, member.personnel_type,
        member.service_start_date, member.entitled_from, None, sex=member.sex, told=member.told, papers=papers,
        birth_order=member.birth_order, seq_in_delivery=member.seq_in_delivery, place=position + 1,
    )  # fmt: skip


def _around(
    candidates: Sequence[Candidate], own: Member | None, principal: _Principal, standing: _Families, today: date
) -> Callable[[Candidate], Around | None]:
    """What the law sees around each candidate: the others on the form, and the family that stands."""
    found = standing[0][principal.national_id]
    sex, born = (
        (own.sex, own.birth_date)
        if own is not None
        else (found.sex or principal.sex, found.birth_date or principal.birth_date)
    )
    active = [] if own is not None else [found.known_on(period, today) for period in found.active]
    if principal.from_on is not None and not any(period.contains(principal.from_on) for period in active):
        active.append(Period(principal.from_on))
    family = standing[1][principal.national_id] + [c.relative for c in candidates if c.relation is not Relation.SELF]

    def around(candidate: Candidate) -> Around | None:
        if candidate.relation is Relation.SELF:
            return None
        others = tuple(
            r for r in family if r.national_id != candidate.national_id or r.place not in (0, candidate.place)
        )
        return Around(today, sex, born, tuple(active), others, leans_on=principal.from_on, told_on=today)

    return around


def _prospect(member: Member, candidate: Candidate, known: Known, principal: _Principal) -> Prospect:
    position = candidate.place - 1
    judgement = certification.judge(candidate, known)
    refusals = [error for error in judgement.refusals if error.code != "REQUIRED"]
    for error in refusals:
        error.field = field_of(position, error.field or "national_id")
    dates, doubts = judgement.dates if member.birth_date is not None else None, tuple(judgement.doubts)
    around = known.around or Around(known.today, member.sex, member.birth_date, ())
    papers = family_law.missing_papers(candidate.relative, around, member.personnel_type)
    cells = evidence_matrix.matrix(candidate.relative, around, member.personnel_type)
    if dates is None:
        return Prospect(position, None, None, "", tuple(refusals), judgement.law, papers, cells, doubts)
    last_day = None
    if dates.entitled_until is not None and dates.entitled_until > dates.entitled_from:
        last_day = Period(dates.entitled_from, dates.entitled_until).last_day
    code = sub_scheme_code(principal.kind, member.relation) if principal.kind is not None else ""
    return Prospect(
        position, dates.entitled_from, last_day, code, tuple(refusals), judgement.law, papers, cells, doubts
    )


def _standing(session: Session, national_id: str, agency_id: int) -> _Principal:
    """The principal by the agency's own register, else by its own open request."""
    standing = (
        sa.select(Entitlement)
        .join(Person, Person.id == Entitlement.person_id)
        .where(Person.national_id == national_id, Entitlement.relation == Relation.SELF, sa.not_(Entitlement.voided))
        .where(Entitlement.agency_id == agency_id)
        .order_by(Entitlement.entitled_from.desc())
    )
    if (right := session.scalars(standing).first()) is not None:
        return _Principal(national_id, right.entitled_from, right.personnel_type)
    asked = (
        sa.select(Proposal)
        .join(ChangeRequest, ChangeRequest.id == Proposal.request_id)
        .where(Proposal.national_id == national_id, Proposal.relation == Relation.SELF)
        .where(ChangeRequest.status.in_(ON_THE_WAY), ChangeRequest.type == RequestType.CERTIFY_NEW)
        .where(ChangeRequest.agency_id == agency_id)
        .order_by(ChangeRequest.id.desc())
    )
    if (proposal := session.scalars(asked).first()) is not None:
        start, kind = proposal.service_start_date, proposal.personnel_type
        return _Principal(national_id, start, kind, proposal.sex, proposal.birth_date)
    return _Principal(national_id, None, None)
