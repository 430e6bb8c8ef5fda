"""ย้าย รับบำนาญ กลับเข้าปฏิบัติหน้าที่: when a right goes on in a new one, and what proves it (spec 3.8, 5.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.domain.errors import BadInput, PortalError, Refused
from app.domain.people import PersonnelType, Relation, RequestType, TerminationReason
from app.rules import citations, evidence
from app.rules.decision import Clause, Flag, Need
from app.rules.endings import PAPER_MISSING, StandingRight
from app.rules.lifecycle import Service
from app.rules.papers import Paper

EVENTS = {
    RequestType.TRANSFER_IN: Service.TRANSFERRED,
    RequestType.PENSION: Service.PENSIONED,
    RequestType.REINSTATE: Service.REINSTATED,
}
_CITED = citations.REGISTER_LIFECYCLE.text
END_TOLD_THERE = Clause(
    "END_TOLD_THERE",
    "The agency that is left has reported an end of this entitlement, on which nobody has decided yet; the transfer cancels "
    "that report. Ask the agency first, and report the end yourself where it is true.",
    citations.REGISTER_LIFECYCLE,
    Flag.NEEDS_REGISTRAR_CONFIRMATION,
)
DEATH_TOLD_THERE = Clause(
    "DEATH_TOLD_THERE",
    "The agency that is left has reported that this person has died; nobody has decided on it yet, and the transfer cancels "
    "that report. Approve only if you are sure that the person lives.",
    citations.REGISTER_LIFECYCLE,
    Flag.NEEDS_REGISTRAR_CONFIRMATION,
)


@dataclass(frozen=True)
class Move:
    """What goes on: how, from which day, as which personnel type; `is_elsewhere` tells of another agency's right."""

    type: RequestType
    starts_on: date | None
    personnel_type: PersonnelType | None
    is_elsewhere: bool
    papers: frozenset[Paper] = frozenset()


@dataclass(frozen=True)
class EndThere:
    """An end or, without reason, a suspension that the agency that is left has reported; `is_approved` tells of its round."""

    reason: TerminationReason | None
    is_approved: bool


def refusals(move: Move, right: StandingRight) -> list[PortalError]:
    """What forbids that `right` goes on so, each at its field; who leans on a principal goes with him."""
    if move.starts_on is None:
        return [BadInput("REQUIRED", field="service_start_date")]
    found: list[PortalError] = []
    began = right.entitled_from
    if move.starts_on < began or (move.starts_on == began and right.relation is Relation.SELF):
        found.append(_refused("MOVE_BEFORE_START", since=began))
    if (move.type is RequestType.TRANSFER_IN) != move.is_elsewhere:
        found.append(Refused("MOVE_WITHIN_AGENCY", citation=_CITED, field="national_id"))
    if move.type is RequestType.REINSTATE:
        found += _no_return(move.starts_on, right)
    else:
        found += _over(move, move.starts_on, right)
    if right.relation is Relation.SELF:
        found += _wrong_type(move, right)
    return found


def missing_papers(move: Move, relation: Relation) -> tuple[Need, ...]:
    """The order that would prove the move of a principal and is not there; nothing is asked of the family."""
    found = evidence.standings(relation, EVENTS[move.type], move.papers)
    return found[0].missing if found else ()


def doubts(move: Move, relation: Relation) -> list[Clause]:
    """What the registrar has to look at before he approves."""
    return [PAPER_MISSING] if missing_papers(move, relation) else []


def refused_there(told: Iterable[EndThere], relation: Relation) -> list[PortalError]:
    """What was approved there comes first and stands against the official's move; who ends of the family stays behind."""
    if relation is Relation.SELF and any(end.is_approved for end in told):
        return [Refused("END_APPROVED_THERE", citation=_CITED, field="national_id")]
    return []


def doubts_there(told: Iterable[EndThere]) -> list[Clause]:
    """What the move would cancel without anybody having decided on it."""
    waiting = {end.reason for end in told if not end.is_approved}
    dies = TerminationReason.DECEASED in waiting
    return [*([DEATH_TOLD_THERE] if dies else []), *([END_TOLD_THERE] if len(waiting) > dies else [])]


def _no_return(starts_on: date, right: StandingRight) -> list[PortalError]:
    """Who is suspended comes back on a later day, and before an end that was known when he was suspended."""
    if not right.is_suspended:
        gone_on = right.suspended_until if right.until_before_end == right.entitled_until else None
        if gone_on is not None and starts_on < gone_on:  # by an end that came over the suspension
            return [Refused("ENDED_SUSPENDED", citation=_CITED, field="national_id")]
        return [Refused("NOT_SUSPENDED", citation=_CITED, field="national_id")]
    if right.entitled_until is not None and starts_on < right.entitled_until:
        return [_refused("MOVE_BEFORE_START", since=right.entitled_until)]
    known = right.until_before_end
    if right.termination_reason is not None and known is not None and known <= starts_on:
        return [Refused("ENDED_WHILE_SUSPENDED", citation=_CITED, field="service_start_date", until=known)]
    return []


def _over(move: Move, starts_on: date, right: StandingRight) -> list[PortalError]:
    """A right that is over does not go on; a pension that comes late takes up an end of the very day."""
    if right.is_suspended and move.type is RequestType.TRANSFER_IN:
        return [Refused("SUSPENDED_THERE", citation=_CITED, field="national_id")]
    if right.entitled_until is None or right.entitled_until > starts_on:
        gone = right.termination_reason is not None and right.relation is Relation.SELF
        ended = gone and (move.type is RequestType.TRANSFER_IN or not _may_become_a_pension(right))
        return [_ended(right)] if ended else []
    if move.type is RequestType.PENSION and right.entitled_until == starts_on and _may_become_a_pension(right):
        return []
    if right.is_suspended:
        return [Refused("SUSPENDED_HERE", citation=_CITED, field="service_start_date", since=right.entitled_until)]
    return [_ended(right)]


def _ended(right: StandingRight) -> Refused:
    return Refused("ENDED_THERE", citation=_CITED, field="national_id", until=right.entitled_until)


def _may_become_a_pension(right: StandingRight) -> bool:
    """Who died or was dismissed draws no pension; the family's rights ended with his."""
    return right.termination_reason not in (TerminationReason.DECEASED, TerminationReason.DISMISSED)


def _wrong_type(move: Move, right: StandingRight) -> list[PortalError]:
    if move.personnel_type is None:
        return [BadInput("REQUIRED", field="personnel_type")]
    is_pension = move.personnel_type is PersonnelType.PENSIONER
    if move.type is RequestType.PENSION and (not is_pension or right.personnel_type is PersonnelType.PENSIONER):
        return [Refused("ALREADY_PENSIONER", citation=_CITED, field="personnel_type")]
    political = PersonnelType.POLITICAL_EXECUTIVE
    if move.type is RequestType.PENSION and right.personnel_type is political:
        return [Refused("NO_PENSION", citation=_CITED, field="personnel_type")]
    if move.type is RequestType.TRANSFER_IN and (
        is_pension or political in (move.personnel_type, right.personnel_type)
    ):
        return [Refused("NOT_TRANSFERABLE", citation=_CITED, field="personnel_type")]
    return []


def _refused(code: str, since: date) -> Refused:
    return Refused(code, citation=_CITED, field="service_start_date", since=since)
