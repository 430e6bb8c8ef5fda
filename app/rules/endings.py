"""แจ้งผู้หมดสิทธิ: what speaks against a reported end or suspension of a right, and from which day on (spec 2.6, 3.8, 5.1)."""

from dataclasses import dataclass
from datetime import date

from app.domain.errors import BadInput, PortalError, Refused
from app.domain.people import PersonnelType, Relation, TerminationReason
from app.rules import citations, evidence, majority
from app.rules.decision import Clause, Flag, Need
from app.rules.ends import end_by, first_day_without, reasons_for
from app.rules.evidence import Event
from app.rules.lifecycle import Service
from app.rules.papers import Paper
from app.rules.plain_dates import FARTHEST

PAPER_MISSING = Clause(
    "CHANGE_PAPER_MISSING",
    "The paper that proves what happened is not there yet; the registrar has to be sure of it in another way.",
    citations.REGISTER_LIFECYCLE,
    Flag.NEEDS_REGISTRAR_CONFIRMATION,
)
NO_ORDER_KNOWN = Clause(
    "NO_ORDER_KNOWN",
    "The entry tells of no order of incompetence that could be lifted; the registrar has to be sure that there was one.",
    citations.REGISTER_INCOMPETENT,
    Flag.NEEDS_REGISTRAR_CONFIRMATION,
)
# What a calendar or an order can foretell; the rest is known only once it has happened.
_FORESEEN = frozenset(
    {
        TerminationReason.RETIRED_LUMP_SUM, TerminationReason.RESIGNED_NO_PENSION, TerminationReason.DISMISSED,
        TerminationReason.TERM_ENDED, TerminationReason.MOVED_OUT_OF_SCHEME, TerminationReason.AGE_OF_MAJORITY,
        TerminationReason.OTHER,
    }
)  # fmt: skip


@dataclass(frozen=True)
class StandingRight:
    """The right as it stands; `is_suspended` tells that a suspension stopped it and that nobody has come back since.

    `was_suspended` tells that one stopped it also before an end for good or a return;
    `until_before_end` is the end that it would have without what stopped it.
    """

    relation: Relation
    personnel_type: PersonnelType | None
    entitled_from: date
    entitled_until: date | None
    termination_reason: TerminationReason | None = None
    is_suspended: bool = False
    birth_date: date | None = None
    until_before_end: date | None = None
    was_suspended: bool = False
    suspended_until: date | None = None
    marriage_court_permitted: bool = False
    incompetent_from: date | None = None


@dataclass(frozen=True)
class ReportedEnd:
    """What is reported: `reason` is None for a suspension; of a death `event_date` is the day of death."""

    reason: TerminationReason | None
    event_date: date | None
    text: str = ""
    papers: frozenset[Paper] = frozenset()

    @property
    def event(self) -> Event:
        """The event that papers have to prove."""
        return Service.SUSPENDED if self.reason is None else self.reason

    @property
    def stops_on(self) -> date | None:
        """The first day without the right."""
        if self.event_date is None or self.reason is None:
            return self.event_date
        return first_day_without(self.reason, self.event_date)


def refusals(reported: ReportedEnd, right: StandingRight, today: date) -> list[PortalError]:
    """What forbids the end, each at its field: wrong reason, impossible day, or a right that is over already."""
    found = _wrong_reason(reported, right)
    if reported.reason is None and (
        right.is_suspended or right.was_suspended
    ):  # another day of it: the suspension is taken back and reported anew
        found.append(Refused("ALREADY_SUSPENDED", citation=citations.REGISTER_LIFECYCLE.text, field="reason"))
    if reported.reason is TerminationReason.OTHER and not reported.text.strip():
        found.append(BadInput("REQUIRED", field="text"))
    stops_on = reported.stops_on
    if reported.event_date is None or stops_on is None:
        return [*found, BadInput("REQUIRED", field="event_date")]
    found += _impossible_day(reported, reported.event_date, today)
    if stops_on <= right.entitled_from:
        cited = citations.REGISTER_LIFECYCLE.text
        found.append(Refused("END_BEFORE_START", citation=cited, field="event_date", since=right.entitled_from))
    if _is_over(right, stops_on, reported.reason):
        cited = citations.REGISTER_LIFECYCLE.text
        code = "ENDED_BY_MOVE" if right.termination_reason is TerminationReason.TRANSFERRED_LGO else "ALREADY_ENDED"
        found.append(Refused(code, citation=cited, field="event_date", until=right.entitled_until))
    return found + _not_the_birthday(reported, right) + _still_a_minor(reported, right, reported.event_date)


def missing_papers(reported: ReportedEnd, relation: Relation) -> tuple[Need, ...]:
    """What would prove the end and is not there; empty where something does, or nothing is asked for."""
    found = evidence.standings(relation, reported.event, reported.papers)
    return found[0].missing if found else ()


def doubts(reported: ReportedEnd, right: StandingRight) -> list[Clause]:
    """What the registrar has to look at before he approves."""
    unknown = reported.reason is TerminationReason.INCOMPETENCE_LIFTED and right.incompetent_from is None
    missing = [PAPER_MISSING] if missing_papers(reported, right.relation) else []
    return [*missing, *([NO_ORDER_KNOWN] if unknown else [])]


def _wrong_reason(reported: ReportedEnd, right: StandingRight) -> list[PortalError]:
    if reported.reason is None:
        if right.relation is Relation.SELF and right.personnel_type is not PersonnelType.PENSIONER:
            return []
        cited = citations.REGISTER_LIFECYCLE.text
        return [Refused("ONLY_IN_SERVICE", citation=cited, field="reason")]
    if reported.reason in reasons_for(right.relation, right.personnel_type):
        return []
    cited = end_by(reported.reason).clause.citation
    return [Refused("REASON_NOT_FOR_RIGHT", citation=cited, field="reason", reason=reported.reason)]


def _impossible_day(reported: ReportedEnd, day: date, today: date) -> list[PortalError]:
    if day > today and reported.reason is not None and reported.reason not in _FORESEEN:
        return [BadInput("DATE_IN_FUTURE", field="event_date", date=day)]
    return [BadInput("DATE_TOO_FAR", field="event_date", date=day)] if day > today + FARTHEST else []


def _is_over(right: StandingRight, stops_on: date, reason: TerminationReason | None) -> bool:
    """Whether the right is over by then for a reason that is known; a suspended one still waits for its end."""
    is_dead = reason is TerminationReason.DECEASED
    if right.termination_reason is TerminationReason.TRANSFERRED_LGO and not is_dead:
        return True  # the new agency's right goes on from there, unless its person died before
    if right.entitled_until is None or right.is_suspended or right.entitled_until > stops_on:
        return False
    if right.suspended_until is not None and _comes_before(right, right.suspended_until, stops_on):
        return False
    if (
        right.termination_reason is TerminationReason.TRANSFERRED_LGO
    ):  # dead on its last day: the next one was never his
        return right.entitled_until < stops_on
    return right.entitled_until < stops_on or right.termination_reason is not None


def _comes_before(right: StandingRight, closed_on: date, stops_on: date) -> bool:
    """Whether the end lies before what is known to close a suspension.

    What begins on the day of a return never does then, also where the end is of that very day.
    """
    is_closed_by_end = right.until_before_end == right.entitled_until
    return closed_on > stops_on if is_closed_by_end else closed_on >= stops_on


def _not_the_birthday(reported: ReportedEnd, right: StandingRight) -> list[PortalError]:
    if reported.reason is not TerminationReason.AGE_OF_MAJORITY or right.birth_date is None:
        return []
    day = majority.majority_date(right.birth_date)
    if day == reported.event_date:
        return []
    return [Refused("NOT_THE_BIRTHDAY", citation=citations.AGE_OF_MAJORITY.text, field="event_date", date=day)]


def _still_a_minor(reported: ReportedEnd, right: StandingRight, day: date) -> list[PortalError]:
    """A marriage that brings no majority ends nothing (spec 3.6), nor does an order that is lifted before the child is of age."""
    if right.birth_date is None or day >= (of_age := majority.majority_date(right.birth_date)):
        return []
    if reported.reason is TerminationReason.INCOMPETENCE_LIFTED:
        cited = citations.AGE_OF_MAJORITY.text
        return [Refused("STILL_A_MINOR", citation=cited, field="reason", date=of_age)]
    if reported.reason is not TerminationReason.CHILD_MARRIED:
        return []
    facts = majority.MajorityFacts(right.birth_date, day, day, right.marriage_court_permitted)
    if (found := majority.decide(facts)).code == majority.MARRIAGE:
        return []
    return [Refused("MARRIED_TOO_YOUNG", citation=found.clauses[0].citation, field="reason", date=of_age)]
