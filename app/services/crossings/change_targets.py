"""The rights that requests are about, wherever they stand: a transfer's target belongs to another agency (decisions 8).

Read for the law and for the destination's own proposal; the agency that is left learns of it by a notice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain.clock import bangkok_day
from app.domain.people import CONTINUING_TYPES, ENDING_TYPES, Relation, RequestStatus, RequestType, TerminationReason
from app.domain.period import Period
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.models.notice import ReplacedEnd
from app.rules.certification import KnownSpell
from app.rules.endings import StandingRight
from app.rules.moves import EndThere
from app.rules.papers import Paper
from app.services.family_facts import ON_THE_WAY, papers_filed
from app.services.transaction import widened

_BATCH = 500
_TOLD = (*ON_THE_WAY, RequestStatus.RETURNED)
_REPLACING = (*CONTINUING_TYPES, RequestType.CERTIFY_EDIT)


@dataclass(frozen=True)
class Replaced:
    """The right in whose place a proposed one comes: how, which one, and from which requests its papers come.

    `ended_on` is the day on which a report ended it, or is to end it.
    """

    type: RequestType
    entitlement_id: int
    request_ids: tuple[int, ...]
    ended_on: date | None = None

    def others(self, proposal: Proposal, spells: Sequence[KnownSpell]) -> list[KnownSpell]:
        """What stands of the person beside the right that makes room, which is cut where the new one begins."""
        if self.type is RequestType.CERTIFY_EDIT:  # the person's own particulars are what changes
            before = self.ended_on or date.max  # what follows this right goes on from it, and stands in no way of it
            others = (
                one for one in spells if one.entitlement_id != self.entitlement_id and one.period.from_on < before
            )
            return [replace(spell, full_name="", birth_date=None, sex=None) for spell in others]
        start = starts_on(proposal)
        kept = [self._cut(spell, start) if spell.entitlement_id == self.entitlement_id else spell for spell in spells]
        return [spell for spell in kept if spell is not None]

    @staticmethod
    def _cut(spell: KnownSpell, start: date | None) -> KnownSpell | None:
        known = spell.period
        if start is None or (known.until_on is not None and known.until_on <= start):
            return spell
        return replace(spell, period=Period(known.from_on, start)) if known.from_on < start else None


def starts_on(proposal: Proposal) -> date | None:
    """The first day of a right that goes on: of the principal his new service or pension, of the family the same day."""
    return proposal.service_start_date if proposal.relation is Relation.SELF else proposal.requested_from


def replaced(wide: Session, proposals: Sequence[Proposal]) -> dict[int, Replaced]:
    """The rights that these proposals replace, by request id; those that replace none are left out."""
    found: dict[int, Replaced] = {}
    ids = [p.request_id for p in proposals if p.request_id is not None]
    ended_on = sa.case((Entitlement.ended_by_request_id.is_not(None), Entitlement.entitled_until))
    for start in range(0, len(ids), _BATCH):
        query = (
            sa.select(ChangeRequest.id, ChangeRequest.type, Entitlement.id, Entitlement.request_id, ended_on)
            .join(Entitlement, Entitlement.id == ChangeRequest.target_entitlement_id)
            .where(ChangeRequest.id.in_(ids[start : start + _BATCH]), ChangeRequest.type.in_(_REPLACING))
        )
        rows = wide.execute(query).all()
        edits = _edits_of(wide, [right for _, _, right, *_ in rows])
        found |= {
            request_id: Replaced(kind, right, (source, *edits.get(right, ())), until)
            for request_id, kind, right, source, until in rows
        }
    return found


def _edits_of(wide: Session, entitlement_ids: Sequence[int]) -> dict[int, list[int]]:
    """The changes of these rights that took effect: their papers count as well."""
    found: dict[int, list[int]] = {}
    query = sa.select(ChangeRequest.target_entitlement_id, ChangeRequest.id).where(
        ChangeRequest.target_entitlement_id.in_(entitlement_ids),
        ChangeRequest.type == RequestType.CERTIFY_EDIT,
        ChangeRequest.status == RequestStatus.EFFECTIVE,
    )
    for right, request_id in wide.execute(query):
        found.setdefault(right or 0, []).append(request_id)
    return found


def targets(wide: Session, entitlement_ids: Sequence[int]) -> dict[int, Entitlement]:
    """These rights with person, principal and agency, by id."""
    found: dict[int, Entitlement] = {}
    wanted = sorted(set(entitlement_ids))
    for start in range(0, len(wanted), _BATCH):
        query = sa.select(Entitlement).where(Entitlement.id.in_(wanted[start : start + _BATCH]))
        query = query.options(
            joinedload(Entitlement.person), joinedload(Entitlement.principal), joinedload(Entitlement.agency)
        )
        found |= {right.id: right for right in wide.scalars(query)}
    return found


def ends_told_there(session: Session, requests: Sequence[ChangeRequest]) -> dict[int, list[EndThere]]:
    """For transfers, by target: what the agency that keeps the right has sent or approved to end it, and no round has carried.

    A report that was sent back for a better paper still waits.
    """
    moving = sorted({r.target_entitlement_id or 0 for r in requests if r.type is RequestType.TRANSFER_IN})
    found: dict[int, list[EndThere]] = {}
    with widened(session) as wide:
        for start in range(0, len(moving), _BATCH):
            query = (
                sa.select(ChangeRequest.target_entitlement_id, Proposal.termination_reason, ChangeRequest.status)
                .join(Proposal, Proposal.request_id == ChangeRequest.id)
                .where(ChangeRequest.target_entitlement_id.in_(moving[start : start + _BATCH]))
                .where(ChangeRequest.type.in_(ENDING_TYPES), ChangeRequest.status.in_(_TOLD))
                .order_by(ChangeRequest.id)
            )
            for target, reason, status in wide.execute(query):
                found.setdefault(target or 0, []).append(EndThere(reason, status is RequestStatus.APPROVED))
    return found


def own_ends(session: Session, rights: Iterable[Entitlement]) -> dict[int, date | None]:
    """Of the family's rights that the principal's end or suspension stopped, by right: the end that each had of its own."""
    stopped = [right for right in rights if _by_principal(right)]
    taken: dict[tuple[int, int | None], ReplacedEnd] = {}
    for start in range(0, len(stopped), _BATCH):
        ids = [right.id for right in stopped[start : start + _BATCH]]
        replaced = session.scalars(sa.select(ReplacedEnd).where(ReplacedEnd.entitlement_id.in_(ids)))
        taken |= {(one.entitlement_id, one.request_id): one for one in replaced}
    found = {}
    for right in stopped:
        end: Entitlement | ReplacedEnd | None = right
        while end is not None and _by_principal(end):
            found[right.id] = end.until_before_end
            end = taken.get((right.id, end.ended_by_request_id))
    return found


def _by_principal(end: Entitlement | ReplacedEnd) -> bool:
    return end.suspended or end.termination_reason is TerminationReason.PRINCIPAL_ENDED


def looked_up(
    session: Session, requests: Sequence[ChangeRequest]
) -> tuple[dict[int, Entitlement], dict[int, frozenset[Paper]]]:
    """For the law: the targets of these requests by entitlement id, and their papers by request id."""
    with widened(session) as wide:
        found = targets(wide, [r.target_entitlement_id for r in requests if r.target_entitlement_id is not None])
        papers = papers_filed(wide, {request.id: request.proposal.relation for request in requests})
        for right in found.values():
            wide.expunge(right)
        return found, papers


def family_of(wide: Session, own: Entitlement, on: date) -> list[Entitlement]:
    """The family's rights that lean on this own right and last beyond the day `on`, as a family is listed."""
    query = (
        sa.select(Entitlement)
        .where(
            Entitlement.principal_id == own.person_id,
            Entitlement.relation != Relation.SELF,
            Entitlement.agency_id == own.agency_id,
            sa.not_(Entitlement.voided),
            sa.or_(Entitlement.entitled_until.is_(None), Entitlement.entitled_until > on),
        )
        .options(joinedload(Entitlement.person), joinedload(Entitlement.principal), joinedload(Entitlement.agency))
        .order_by(Entitlement.relation, Entitlement.entitled_from, Entitlement.id)
    )
    return list(wide.scalars(query))


def standing_right(right: Entitlement) -> StandingRight:
    """The right as the rules of ends and moves see it."""
    return StandingRight(
        relation=right.relation,
        personnel_type=right.personnel_type,
        entitled_from=right.entitled_from,
        entitled_until=right.entitled_until,
        termination_reason=right.termination_reason,
        is_suspended=right.suspended and right.suspended_until is None,
        birth_date=right.person.birth_date,
        until_before_end=right.until_before_end,
        was_suspended=right.suspended,
        suspended_until=right.suspended_until,
        marriage_court_permitted=bool(right.marriage_court_permitted),
        incompetent_from=right.incompetent_from,
    )


def promised_since(session: Session, entitlement_id: int) -> date | None:
    """The day on which the papers that follow were promised of this right, wherever it stands; None where it does not."""
    query = (
        sa.select(Entitlement.promised_on, ChangeRequest.submitted_at)
        .join(ChangeRequest, ChangeRequest.id == Entitlement.request_id)
        .where(Entitlement.id == entitlement_id)
    )
    with widened(session) as wide:
        promised_on, sent_at = wide.execute(query).one_or_none() or (None, None)
    return promised_on or (bangkok_day(sent_at) if sent_at is not None else None)
