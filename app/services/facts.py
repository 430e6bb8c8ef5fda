"""Gathers what the rules need to know around requests: standing rights anywhere, the agency, the principal's start.

Rights of other agencies are read here for the law alone; what leaves a verb is a refusal with the least that explains it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.clock import bangkok_day
from app.domain.people import STARTING_TYPES, Relation, RequestType, TerminationReason
from app.domain.period import Period
from app.models.agency import Agency
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules import certification
from app.rules.around import Around
from app.rules.certification import PARENTS, Candidate, Judgement, Known, KnownParent, KnownSpell
from app.rules.executives import Executive
from app.rules.papers import Paper
from app.services import executives, family_facts
from app.services.crossings.change_targets import Replaced, replaced
from app.services.family_facts import ON_THE_WAY, FamilyFacts
from app.services.transaction import widened

_BATCH = 500
_Key = TypeVar("_Key", int, str)


def judge(proposal: Proposal, known: Known) -> Judgement:
    """What the rules say of a proposal, with what is known around it."""
    return certification.judge(candidate_of(proposal, known), known)


def candidate_of(proposal: Proposal, known: Known) -> Candidate:
    """The rules' view of a proposal; its papers are among what is known around it."""
    return _candidate(proposal, known.papers, known.place)


def _candidate(proposal: Proposal, papers: frozenset[Paper] = frozenset(), place: int = 0) -> Candidate:
    return Candidate(
        national_id=proposal.national_id,
        principal_national_id=proposal.principal_national_id,
        relation=proposal.relation,
        birth_date=proposal.birth_date,
        personnel_type=proposal.personnel_type,
        service_start_date=proposal.service_start_date,
        entitled_from=proposal.requested_from,
        entitled_until=None,
        full_name=_plain_name(proposal),
        sex=proposal.sex,
        told=family_facts.told_of(proposal),
        papers=papers,
        birth_order=proposal.birth_order,
        seq_in_delivery=proposal.seq_in_delivery,
        place=place,
    )


def _plain_name(person: Proposal | Person) -> str:
    return " ".join(filter(None, (person.first_name_th, person.middle_name_th, person.last_name_th)))


def load(session: Session, proposals: Sequence[Proposal], now: datetime) -> dict[int, Known]:
    """What is known around each proposal, by request id, as of the business instant `now`; a few queries per 500."""
    with widened(session) as wide:
        agencies = {a.id: a for a in _agencies(wide, {p.agency_id for p in proposals})}
        spells = standing_spells(
            wide, {p.national_id for p in proposals} | {p.principal_national_id for p in proposals}
        )
        parents = standing_parents(wide, {p.principal_national_id for p in proposals if p.relation in PARENTS})
        planned = _planned_starts(wide, proposals)
        replacing = replaced(wide, proposals)
        ids = {one.entitlement_id: request_id for request_id, one in replacing.items()}
        kinds = {ids[s.entitlement_id]: s.personnel_type for m in spells.values() for s in m if s.entitlement_id in ids}
        heads = executives.beside(wide, proposals, kinds)
        families = family_facts.load(wide, proposals, {key: one.request_ids for key, one in replacing.items()})
    today = bangkok_day(now)
    return {
        p.request_id: _known(
            p, agencies[p.agency_id], spells, planned, today, parents.get(p.principal_national_id, []), families,
            replacing.get(p.request_id), heads.get(p.request_id, ()),
        )
        for p in proposals
    }  # fmt: skip


def _known(
    proposal: Proposal,
    agency: Agency,
    spells: dict[str, list[KnownSpell]],
    planned: dict[tuple[str, int], date],
    today: date,
    parents: list[KnownParent],
    families: FamilyFacts,
    instead_of: Replaced | None,
    heads: Sequence[Executive],
) -> Known:
    own = _own_periods(proposal, spells, today, families.asked_on.get(proposal.request_id, today))  # the open ones here
    goes_on = None
    if instead_of is not None and instead_of.type is not RequestType.CERTIFY_EDIT:
        goes_on = planned.get((proposal.principal_national_id, proposal.agency_id))
    starts = goes_on or _starts(proposal, own, spells, planned, families)
    mine = spells.get(proposal.national_id, [])
    mine = mine if instead_of is None else instead_of.others(proposal, mine)
    around = None
    if proposal.relation is not Relation.SELF:
        around = families.around(proposal, mine, starts, today, has_own=bool(own))
        around = _beside_running(around, own, [one.period for one in mine if _is_same_right(proposal, one)])
        if instead_of is not None and instead_of.type is not RequestType.CERTIFY_EDIT:
            # Who goes on comes with the whole family, and leans on what the principal's right becomes, whatever was to end it.
            active = around.principal_active if goes_on is None else (*around.principal_active, Period(goes_on))
            around = replace(around, agency_id=None, principal_active=active)
    return Known(
        today=today, agency_type=agency.agency_type, agency_period=Period(agency.valid_from, agency.valid_until),
        spells=tuple(mine), principal_from=starts, parents=tuple(parents), around=around,
        family=None if instead_of is None else families.own_family(proposal, instead_of.type, today),
        papers=families.papers.get(proposal.request_id, frozenset()),
        place=families.places.get(proposal.request_id, 0),
        stood=() if instead_of is None else families.stood(proposal),
        is_new=instead_of is None, agency_id=proposal.agency_id,
        heads=tuple(heads), asked_as=families.asked_as(proposal),
        kin=families.kin_of(proposal.principal_national_id, spells.get(proposal.principal_national_id, ())),
    )  # fmt: skip


def _is_same_right(proposal: Proposal, spell: KnownSpell) -> bool:
    return spell.relation is proposal.relation and spell.principal_national_id == proposal.principal_national_id


def _beside_running(around: Around, own: Sequence[Period], same: Sequence[Period]) -> Around:
    """With the principal's right here that runs today, where the relation leans on one to come and has no days until then."""
    if around.leans_on is None or around.leans_on <= around.today:
        return around
    if any(period.contains(around.leans_on - timedelta(days=1)) for period in same):
        return around
    return replace(around, runs_since=max((one.from_on for one in own if one.contains(around.today)), default=None))


def _starts(
    proposal: Proposal,
    own: list[Period],
    spells: dict[str, list[KnownSpell]],
    planned: dict[tuple[str, int], date],
    families: FamilyFacts,
) -> date | None:
    """When the principal's own right begins: of several the one in which this right was to begin, else the newest.

    Before it may begin nothing is said of his family, which another agency keeps: then None.
    """
    if own:
        begins = proposal.entitled_from or proposal.requested_from
        meant = [period.from_on for period in own if begins is not None and period.contains(begins)]
        return max(meant or [period.from_on for period in own])
    principal = proposal.principal_national_id
    asked = families.own_asked.get((principal, proposal.agency_id))
    barred = asked and certification.is_refused_as_principal(_candidate(asked), spells.get(principal, ()))
    if barred and proposal.relation is not Relation.SELF:
        return None
    return planned.get((principal, proposal.agency_id))


def _own_periods(proposal: Proposal, spells: dict[str, list[KnownSpell]], today: date, asked_on: date) -> list[Period]:
    """The principal's own rights here that run or are to come, and what has ended since this was asked as was known then."""
    return [
        spell.period
        for spell in spells.get(proposal.principal_national_id, ())
        if spell.relation is Relation.SELF
        and spell.agency_id == proposal.agency_id
        and _open_on(spell, asked_on if (spell.end_known_on or date.max) <= asked_on else today)
    ]


def _open_on(spell: KnownSpell, today: date) -> bool:
    return spell.period.until_on is None or spell.period.until_on > today


_person, _principal = aliased(Person), aliased(Person)
_BY_ITS_END = sa.case((Entitlement.termination_reason == TerminationReason.CHILD_MARRIED, Entitlement.entitled_until))
_TOLD_MARRIAGE = sa.func.coalesce(Entitlement.own_marriage_date, _BY_ITS_END)


@cache  # putting a query together takes longer than asking it
def _spells_by_person() -> sa.Select[Any]:
    person, principal = _person, _principal
    return (
        sa.select(
            person.national_id, principal.national_id, Entitlement.relation, Entitlement.entitled_from,
            Entitlement.entitled_until, Entitlement.agency_id, Agency.name_th, Entitlement.id,
            Entitlement.personnel_type,
            person.first_name_th, person.middle_name_th, person.last_name_th, person.birth_date, person.sex,
            person.death_date, Entitlement.death_date, _TOLD_MARRIAGE, principal.sex, Entitlement.ended_effective_at,
        )
        .join(person, person.id == Entitlement.person_id)
        .join(principal, principal.id == Entitlement.principal_id)
        .join(Agency, Agency.id == Entitlement.agency_id)
        .where(sa.not_(Entitlement.voided))
        .order_by(Entitlement.id)
    )  # fmt: skip


def standing_spells(wide: Session, national_ids: Iterable[str]) -> dict[str, list[KnownSpell]]:
    """Rights that stand anywhere (voided ones left out) of these people, by national ID; `wide` sees the nation."""
    found: dict[str, list[KnownSpell]] = defaultdict(list)
    for batch in batches(sorted(set(national_ids))):
        for row in wide.execute(_spells_by_person().where(_person.national_id.in_(batch))):
            nid, principal_nid, relation, start, until, agency_id, agency_name, spell_id, kind, *more = row
            *names, born, sex, died, told, married, principal_sex, ended_at = more
            found[nid].append(
                KnownSpell(
                    Period(start, until), principal_nid, relation, agency_id, agency_name, spell_id,
                    " ".join(filter(None, names)), born, sex, kind, died, told, married,
                    principal_sex, bangkok_day(ended_at) if ended_at is not None else None,
                )
            )  # fmt: skip
    return found


def own_rights_elsewhere(session: Session, national_ids: Iterable[str], agency_id: int, today: date) -> dict[str, str]:
    """By national ID the name of another agency that keeps the person's own right, which runs or is to come."""
    with widened(session) as wide:
        return {
            number: spell.agency_name
            for number, spells in standing_spells(wide, national_ids).items()
            for spell in spells
            if spell.relation is Relation.SELF and spell.agency_id != agency_id and _open_on(spell, today)
        }


def goes_on_elsewhere(session: Session, right: Entitlement) -> str | None:
    """The agency where the same right stands past its end here, also one that has ended there since."""
    number, principal, since = right.person.national_id, right.principal.national_id, right.entitled_until or date.max
    with widened(session) as wide:
        for spell in standing_spells(wide, [number]).get(number, ()):
            same = (spell.relation, spell.principal_national_id) == (right.relation, principal)
            if same and spell.agency_id != right.agency_id and _open_on(spell, since):
                return spell.agency_name
    return None


def standing_parents(wide: Session, principals: Iterable[str]) -> dict[str, list[KnownParent]]:
    """The fathers and mothers who have rights through these principals (voided ones left out), by the principal's ID."""
    person, principal = _person, _principal
    query = (
        sa.select(
            principal.national_id, person.national_id, Entitlement.relation, Entitlement.entitled_from,
            Entitlement.entitled_until,
        )
        .join(person, person.id == Entitlement.person_id)
        .join(principal, principal.id == Entitlement.principal_id)
        .where(Entitlement.relation.in_(PARENTS), sa.not_(Entitlement.voided))
    )  # fmt: skip
    found: dict[str, list[KnownParent]] = defaultdict(list)
    for batch in batches(sorted(set(principals))):
        for whose, nid, relation, start, until in wide.execute(query.where(principal.national_id.in_(batch))):
            found[whose].append(KnownParent(nid, relation, Period(start, until)))
    return found


def _agencies(wide: Session, ids: set[int]) -> Sequence[Agency]:
    return wide.execute(sa.select(Agency).where(Agency.id.in_(ids))).scalars().all()


def _planned_starts(wide: Session, proposals: Sequence[Proposal]) -> dict[tuple[str, int], date]:
    """Where a principal's own right is asked for, before or together with these: its start, by (principal, agency)."""
    together = {
        (p.national_id, p.agency_id): p.service_start_date
        for p in proposals
        if p.relation is Relation.SELF and p.service_start_date is not None
    }
    wanted = sorted({p.principal_national_id for p in proposals if p.relation is not Relation.SELF})
    found: dict[tuple[str, int], date] = {}
    for batch in batches(wanted):
        rows = wide.execute(
            sa.select(Proposal.national_id, Proposal.agency_id, Proposal.service_start_date)
            .join(ChangeRequest, ChangeRequest.id == Proposal.request_id)
            .where(
                Proposal.national_id.in_(batch),
                Proposal.relation == Relation.SELF,
                ChangeRequest.type.in_(STARTING_TYPES),
                ChangeRequest.status.in_(ON_THE_WAY),
                Proposal.service_start_date.is_not(None),
            )
        )
        found |= {(nid, agency_id): start for nid, agency_id, start in rows}
    return found | together


def batches(items: Sequence[_Key]) -> Iterable[Sequence[_Key]]:
    """Runs of at most 500, below every database's limit of bound values."""
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
