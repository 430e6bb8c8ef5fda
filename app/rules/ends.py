"""การหมดสิทธิ: which reasons end whose right, and the first day without it (spec 2.6, 3, 3.8; seed 001, since 2018).

The date in an order, divorce, adoption, term end, transfer or majority event is the first day without right; the day of
death still counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.people import PersonnelType, Relation, TerminationReason
from app.rules import citations
from app.rules.citations import Citation
from app.rules.decision import Clause

_SELF = frozenset({Relation.SELF})
_CHILD = frozenset({Relation.CHILD})
_FAMILY = frozenset(Relation) - _SELF
_OFFICIALS = frozenset(PersonnelType) - {PersonnelType.POLITICAL_EXECUTIVE, PersonnelType.PENSIONER}


@dataclass(frozen=True)
class End:
    """One way to lose a right: whose, as which personnel types (a principal only; all where empty), by which clause."""

    reason: TerminationReason
    relations: frozenset[Relation]
    clause: Clause
    personnel_types: frozenset[PersonnelType] = frozenset()
    last_day_counts: bool = False


def _clause(code: str, says: str, source: Citation = citations.NHSO_START_AND_END) -> Clause:
    return Clause(f"END_{code}", says, source)


TABLE = (
    End(TerminationReason.RETIRED_LUMP_SUM, _SELF,
        _clause("RETIRED_LUMP_SUM", "Retirement with a lump sum ends the right; with a pension it goes on."), _OFFICIALS),
    End(TerminationReason.RESIGNED_NO_PENSION, _SELF,
        _clause("RESIGNED_NO_PENSION", "Resignation without a pension ends the right."),
        _OFFICIALS | {PersonnelType.POLITICAL_EXECUTIVE}),
    End(TerminationReason.DISMISSED, _SELF, _clause("DISMISSED", "Dismissal ends the right."),
        _OFFICIALS | {PersonnelType.POLITICAL_EXECUTIVE}),
    End(TerminationReason.TERM_ENDED, _SELF, _clause("TERM_ENDED", "The end of the term ends an executive's right."),
        frozenset({PersonnelType.POLITICAL_EXECUTIVE})),
    End(TerminationReason.MOVED_OUT_OF_SCHEME, _SELF,
        _clause("MOVED_OUT_OF_SCHEME", "A move to an employer outside the scheme ends the right."), _OFFICIALS),
    End(TerminationReason.TRANSFERRED_LGO, frozenset(Relation),
        _clause("TRANSFERRED_LGO", "A transfer ends the right at the old agency, and starts it at the new one.",
                citations.REGISTER_LIFECYCLE), _OFFICIALS),
    End(TerminationReason.DECEASED, frozenset(Relation),
        _clause("DECEASED", "The right lasts through the day of death."), last_day_counts=True),
    End(TerminationReason.DIVORCED, frozenset({Relation.SPOUSE}), _clause("DIVORCED", "Divorce ends the spouse's right.")),
    End(TerminationReason.AGE_OF_MAJORITY, _CHILD,
        _clause("AGE_OF_MAJORITY", "A child's right ends on the 20th birthday.", citations.AGE_OF_MAJORITY)),
    End(TerminationReason.CHILD_MARRIED, _CHILD,
        _clause("CHILD_MARRIED", "A child's registered marriage ends its right.", citations.MAJORITY_BY_MARRIAGE)),
    End(TerminationReason.ADOPTED_OUT, _CHILD,
        _clause("ADOPTED_OUT", "Adoption by somebody else ends a child's right.", citations.REGISTER_CHILDREN)),
    End(TerminationReason.INCOMPETENCE_LIFTED, _CHILD,
        _clause("INCOMPETENCE_LIFTED", "When the court lifts the order, an adult child's right ends.",
                citations.REGISTER_INCOMPETENT)),
    End(TerminationReason.PRINCIPAL_ENDED, _FAMILY,
        _clause("PRINCIPAL_ENDED", "The family's rights end with the principal's.")),
    End(TerminationReason.RECORDED_IN_ERROR, frozenset(Relation),
        _clause("RECORDED_IN_ERROR", "What was recorded in error never was a right.", citations.REGISTER_LIFECYCLE)),
    End(TerminationReason.OTHER, frozenset(Relation),
        _clause("OTHER", "Another reason, told in words.", citations.REGISTER_LIFECYCLE)),
)  # fmt: skip
_BY_REASON = {end.reason: end for end in TABLE}
# What no clerk reports: the system itself records these.
SYSTEM_REASONS = frozenset(
    {TerminationReason.TRANSFERRED_LGO, TerminationReason.PRINCIPAL_ENDED, TerminationReason.RECORDED_IN_ERROR}
)


def end_by(reason: TerminationReason) -> End:
    """The row of the table for a reason."""
    return _BY_REASON[reason]


def reasons_for(relation: Relation, personnel_type: PersonnelType | None = None) -> tuple[TerminationReason, ...]:
    """The reasons that a clerk may report for a right, in the order of the table; of a principal also by his type."""
    return tuple(
        end.reason for end in _reportable(relation) if not end.personnel_types or personnel_type in end.personnel_types
    )


def first_day_without(reason: TerminationReason, event_date: date) -> date:
    """The first day without the right after an event of that date."""
    return event_date + timedelta(days=1) if end_by(reason).last_day_counts else event_date


def _reportable(relation: Relation) -> Iterable[End]:
    return (end for end in TABLE if relation in end.relations and end.reason not in SYSTEM_REASONS)
