"""Gathers what the law of the family looks at: the principal, all his relatives who stand or were asked for, their papers.

Reads the nation for the law alone, as `facts` does; nothing of it leaves a verb but a refusal.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.domain.people import DocType, PersonnelType, Relation, RequestStatus, RequestType, Sex
from app.domain.period import Period
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.models.evidence import EvidenceDocument, EvidenceLink
from app.models.person import Person
from app.rules.around import Around
from app.rules.certification import PARENTS, KnownSpell
from app.rules.papers import Paper, paper_of
from app.rules.relatives import STANDS, Relative
from app.rules.schemes import Scheme
from app.rules.told import TOLD_FIELDS, Told
from app.services import sendings

ON_THE_WAY = (RequestStatus.PENDING_APPROVAL, RequestStatus.APPROVED)
_BATCH = 500
_TOLD_BY = attrgetter(*TOLD_FIELDS)


def told_of(row: Proposal | Entitlement | sa.Row[Any]) -> Told:
    """What was told of a relation, as the rules read it."""
    return Told(*_TOLD_BY(row))


def with_death(told: Told, died: date | None) -> Told:
    """The same with a death that was reported, where none was told with the entry."""
    return told if died is None or told.death_date is not None else replace(told, death_date=died)


@dataclass
class Principal:
    """Through whom rights come: sex and birth as registered, else as asked for; days of his own rights."""

    sex: Sex | None = None
    birth_date: date | None = None
    active: list[Period] = field(default_factory=list)
    reported: set[Period] = field(default_factory=set)
    """Those of his rights that a report ended: the law by itself ends no service."""

    def known_on(self, period: Period, day: date) -> Period:
        """One of his rights as his family's law sees it: what was only to end it on the day cuts their rights at the round."""
        is_announced = period.until_on is not None and period.until_on > day and period in self.reported
        return Period(period.from_on) if is_announced else period


@dataclass
class FamilyFacts:
    """The families of some principals, by the principal's national ID; papers and place in the order of asking, by request."""

    principals: dict[str, Principal] = field(default_factory=dict)
    relatives: dict[str, list[Relative]] = field(default_factory=dict)
    papers: dict[int, frozenset[Paper]] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    own_asked: dict[tuple[str, int], Proposal] = field(default_factory=dict)
    """The new own rights that are asked for, by principal and agency."""
    asked_on: dict[int, date] = field(default_factory=dict)
    """The day on which each was first sent, by request; drafts are left out."""

    def around(
        self, proposal: Proposal, spells: Sequence[KnownSpell], starts: date | None, today: date, *, has_own: bool
    ) -> Around:
        """What the law sees around one proposal; `spells` are the rights of its person anywhere.

        `starts` is the day on which the principal's right at the asking agency begins, stood or only asked for. Where none
        of his stands there (`has_own`), sex and birth are those that the agency itself has told of him.
        """
        whose = proposal.principal_national_id
        asked_on = self.asked_on.get(proposal.request_id)
        found = self.around_of(whose, proposal.national_id, spells, starts, today, asked_on)
        asked = None if has_own else self.own_asked.get((whose, proposal.agency_id))
        if asked is not None:
            found = replace(found, principal_sex=asked.sex, principal_birth_date=asked.birth_date)
        return replace(found, agency_id=proposal.agency_id, asked_on=asked_on)

    def around_of(
        self, whose: str, person: str, spells: Iterable[KnownSpell], starts: date | None, today: date,
        asked_on: date | None = None,
    ) -> Around:  # fmt: skip
        """What the law sees around one person of a principal's family, as asked `asked_on`; errors and facts as `around`."""
        principal = self.principals.get(whose, Principal())
        active = [principal.known_on(period, asked_on or today) for period in principal.active]
        if starts is not None and not any(period.contains(starts) for period in active):
            active.append(Period(starts))
        others = tuple(r for r in self.relatives.get(whose, ()) if r.national_id != person)
        return Around(
            today, principal.sex, principal.birth_date, tuple(active), others, own_scheme_of(spells, today), starts, today
        )  # fmt: skip

    def family(self, whose: str, agency_id: int, today: date) -> Around | None:
        """The principal as registered with all whose right stands there today or is to come; None without any."""
        known = (one for one in self.relatives.get(whose, ()) if one.agency_id == agency_id)
        open_ = tuple(one for one in known if one.period and (one.period.until_on or date.max) > today)
        principal = self.principals.get(whose, Principal())
        return Around(today, principal.sex, principal.birth_date, tuple(principal.active), open_) if open_ else None

    def own_family(self, proposal: Proposal, change: RequestType, today: date) -> Around | None:
        """The family that the person has here, where the change may give another sex or birth; None without any."""
        if proposal.relation is not Relation.SELF and change is not RequestType.CERTIFY_EDIT:
            return None
        return self.family(proposal.national_id, proposal.agency_id, today)

    def stood(self, proposal: Proposal) -> tuple[Relative, ...]:
        """The rights of the person through the principal that stand, in whose place the proposed one comes."""
        known = self.relatives.get(proposal.principal_national_id, ())
        mine = (one for one in known if one.national_id == proposal.national_id and one.relation is proposal.relation)
        return tuple(one for one in mine if one.place == STANDS)

    def asked_as(self, proposal: Proposal) -> tuple[tuple[Relation, int | None], ...]:
        """As what else the person was asked for through the principal before this proposal, and by which agency."""
        mine = self.places.get(proposal.request_id, 0)
        known = self.relatives.get(proposal.principal_national_id, ())
        asked = (r for r in known if r.national_id == proposal.national_id and STANDS < r.place < mine)
        return tuple((one.relation, one.agency_id) for one in asked)

    def kin_of(self, whose: str, spells: Iterable[KnownSpell]) -> frozenset[str]:
        """The parents and children of a principal in the register, by national ID; `spells` are the rights of his own."""
        near = (*PARENTS, Relation.CHILD)
        by_others = {one.principal_national_id for one in spells if one.relation in near}
        return frozenset(
            by_others
            | {r.national_id for r in self.relatives.get(whose, ()) if r.relation in near and r.place == STANDS}
        )


def own_scheme_of(spells: Iterable[KnownSpell], today: date) -> Scheme | None:
    """The scheme of an own right in this register that runs or is to come."""
    for spell in spells:
        if spell.relation is Relation.SELF and (spell.period.until_on is None or spell.period.until_on > today):
            return Scheme.LGO_PENSION if spell.personnel_type is PersonnelType.PENSIONER else Scheme.LGO
    return None


def load(
    wide: Session, proposals: Sequence[Proposal], continued: Mapping[int, Sequence[int]] = MappingProxyType({})
) -> FamilyFacts:
    """The families around these proposals, themselves included; some queries per 500 principals; `wide` sees the nation.

    `continued` names, by request id, the requests behind the right in whose place a proposed one comes: their papers count,
    and the person stands in the family already.
    """
    again = (p for p in proposals if p.request_id in continued)
    edited = {p.national_id for p in again if p.request.type is RequestType.CERTIFY_EDIT}
    whose = edited | {p.principal_national_id for p in proposals if p.relation is not Relation.SELF}
    return load_families(wide, whose, proposals, continued)


def load_families(
    wide: Session,
    principals_ids: Iterable[str],
    proposals: Sequence[Proposal] = (),
    continued: Mapping[int, Sequence[int]] = MappingProxyType({}),
) -> FamilyFacts:
    """The families of these principals, by national ID, with these proposals beside what stands and waits."""
    whose = sorted(set(principals_ids))
    waiting = _waiting(wide, whose)
    asked = {p.request_id: p for p in [*waiting, *proposals] if p.request_id is not None}
    relations = {key: p.relation for key, p in asked.items()}
    relations |= {source: p.relation for key, p in asked.items() for source in continued.get(key, ())}
    papers = papers_filed(wide, relations)
    for key, sources in continued.items():
        papers[key] = papers.get(key, frozenset()).union(*(papers.get(source, frozenset()) for source in sources))
    principals, relatives = standing(wide, whose)
    sent = sendings.sent(wide, list(asked))
    places = sendings.places(sent)
    own_asked: dict[tuple[str, int], Proposal] = {}
    for number, proposal in sorted(asked.items()):
        if proposal.relation is Relation.SELF:
            if number not in continued:
                own_asked[proposal.national_id, proposal.agency_id] = proposal
            principal = principals[proposal.national_id]
            principal.sex = principal.sex or proposal.sex
            principal.birth_date = principal.birth_date or proposal.birth_date
        elif number not in continued:
            relatives[proposal.principal_national_id].append(
                relative_of(proposal, papers.get(number, frozenset()), places[number])
            )
    return FamilyFacts(principals, relatives, papers, places, own_asked, sendings.days(sent))


def relative_of(proposal: Proposal, papers: frozenset[Paper], place: int) -> Relative:
    """A relation that was asked for."""
    return Relative(
        proposal.national_id, proposal.relation, proposal.birth_date, proposal.sex, told_of(proposal), papers,
        proposal.birth_order, proposal.seq_in_delivery, place, agency_id=proposal.agency_id,
    )  # fmt: skip


def _waiting(wide: Session, whose: Sequence[str]) -> list[Proposal]:
    found: list[Proposal] = []
    for some in _batches(whose):
        query = (
            sa.select(Proposal)
            .join(ChangeRequest, ChangeRequest.id == Proposal.request_id)
            .where(
                Proposal.principal_national_id.in_(some),
                ChangeRequest.type == RequestType.CERTIFY_NEW,
                ChangeRequest.status.in_(ON_THE_WAY),
            )
        )
        found += wide.scalars(query)
    return found


def papers_filed(wide: Session, relations: Mapping[int, Relation]) -> dict[int, frozenset[Paper]]:
    """The papers that were filed with these requests and are not refused, by request id; each one's relation is given."""
    kinds: dict[int, set[DocType]] = defaultdict(set)
    for some in _batches(sorted(relations)):
        query = (
            sa.select(EvidenceLink.request_id, EvidenceDocument.doc_type)
            .join(EvidenceDocument, EvidenceDocument.id == EvidenceLink.evidence_id)
            .where(EvidenceLink.request_id.in_(some), EvidenceLink.fault.is_(None))
        )
        for request_id, doc_type in wide.execute(query):
            kinds[request_id].add(doc_type)
    return {key: papers_of(found, relations[key]) for key, found in kinds.items()}


def papers_of(doc_types: Iterable[DocType], relation: Relation) -> frozenset[Paper]:
    """What documents of these kinds are, filed for a right of this relation."""
    return frozenset(paper for kind in doc_types if (paper := paper_of(kind, relation)) is not None)


_person, _principal = aliased(Person), aliased(Person)


@cache
def _rights() -> sa.Select[Any]:
    """The rights that stand, column by column: whole entities cost more than the law that looks at them."""
    names = (
        "relation",
        "entitled_from",
        "entitled_until",
        "birth_order",
        "seq_in_delivery",
        "legitimate_from",
        "agency_id",
        "ended_by_request_id",
    )
    whose = (
        _person.national_id.label("number"), _person.birth_date.label("born"), _person.sex.label("sex"),
        _person.death_date.label("died"),
    )  # fmt: skip
    return (
        sa.select(
            *(getattr(Entitlement, name) for name in (*names, *TOLD_FIELDS)), *whose, _principal.national_id.label("of")
        )
        .join(_person, _person.id == Entitlement.person_id)
        .join(_principal, _principal.id == Entitlement.principal_id)
        .where(sa.not_(Entitlement.voided))
        .order_by(Entitlement.entitled_from, Entitlement.id)
    )


def standing(
    session: Session, whose: Sequence[str]
) -> tuple[defaultdict[str, Principal], defaultdict[str, list[Relative]]]:
    """These principals and their relatives with rights that stand (voided ones left out), as far as the session sees."""
    principals: defaultdict[str, Principal] = defaultdict(Principal)
    relatives: defaultdict[str, list[Relative]] = defaultdict(list)
    for some in _batches(whose):
        for right in session.execute(_rights().where(_principal.national_id.in_(some))):
            number, born, sex, of = right.number, right.born, right.sex, right.of
            period = Period(right.entitled_from, right.entitled_until)
            if right.relation is Relation.SELF:
                principals[of].sex, principals[of].birth_date = sex, born
                principals[of].active.append(period)
                if right.ended_by_request_id is not None:
                    principals[of].reported.add(period)
                continue
            relatives[of].append(
                Relative(
                    number, right.relation, born, sex, with_death(told_of(right), right.died), frozenset(), right.birth_order,
                    right.seq_in_delivery, period=period, legitimate_from=right.legitimate_from,
                    agency_id=right.agency_id,
                )
            )  # fmt: skip
    return principals, relatives


def _batches(items: Sequence[str] | Sequence[int]) -> Iterable[Sequence[str] | Sequence[int]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
