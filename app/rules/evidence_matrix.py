"""ตารางหลักฐานรายบุคคล: every paper that the law asks of one relation, event by event, and which is there (spec 2.7, 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.people import PersonnelType, Relation, TerminationReason
from app.rules import evidence, family_law, parameters
from app.rules.around import Around
from app.rules.decision import Clause, Slot
from app.rules.evidence import Begin, Event, Standing
from app.rules.fatherhood import Proof
from app.rules.lifecycle import Service
from app.rules.papers import MarriagePaper, Paper
from app.rules.relatives import Relative


@dataclass(frozen=True)
class Cell:
    """One slot: any one of `any_of` fills it; `filled_by` are those at hand.

    `is_nearest` marks the slots of the legal basis that comes first: only they need to be filled.
    """

    event: Event
    basis: str
    slot: Slot
    any_of: tuple[Paper, ...]
    clause: Clause
    filled_by: tuple[Paper, ...]
    is_nearest: bool

    @property
    def is_filled(self) -> bool:
        """Whether a paper is there."""
        return bool(self.filled_by)


def matrix(relative: Relative, around: Around, personnel_type: PersonnelType | None = None) -> tuple[Cell, ...]:
    """The slots of everything that was told of the relation: its beginning first.

    A complete legal basis comes first, then the one that was told, then the nearest to complete.
    """
    first = Service.APPOINTED if relative.relation is Relation.SELF else Begin.STARTED
    found = _cells(relative, first, family_law.missing_papers(relative, around, personnel_type))
    for event in _told_events(relative):
        found += _cells(relative, event, evidence.standings(relative.relation, event, relative.papers))
    return tuple(found)


def papers_due_on(submitted_on: date) -> date:
    """The last day on which papers that were promised may come."""
    return submitted_on + timedelta(days=parameters.PAPERS_DUE_DAYS.value)


def _told_basis(relative: Relative) -> str:
    """The legal basis of which was told; empty where nothing was."""
    told = relative.told
    if relative.relation is Relation.SPOUSE:
        return evidence.NIKAH if told.marriage_paper is MarriagePaper.NIKAH_CERT_TH else evidence.CIVIL
    days = ((Proof.MARRIAGE, told.marriage_date), (Proof.REGISTRATION, told.paternity_registered_date),
            (Proof.JUDGMENT, told.court_final_date))  # fmt: skip
    return next((proof for proof, day in days if day is not None), "")


def _cells(relative: Relative, event: Event, standings: Sequence[Standing]) -> list[Cell]:
    basis = _told_basis(relative)
    standings = sorted(standings, key=lambda standing: (not standing.is_complete, standing.basis != basis))
    asked = evidence.requirements_for(relative.relation, event)
    return [
        Cell(event, row.basis, row.slot, tuple(sorted(row.any_of)), row.clause,
             tuple(sorted(row.any_of & relative.papers)), place == 0)
        for place, standing in enumerate(standings)
        for row in asked
        if row.basis == standing.basis
    ]  # fmt: skip


def _told_events(relative: Relative) -> list[Event]:
    """What was told to have happened and is proven by a paper of its own."""
    told, relation = relative.told, relative.relation
    happened: list[tuple[Event, object]] = [(TerminationReason.DECEASED, told.death_date)]
    if relation is Relation.SPOUSE:
        happened += [(TerminationReason.DIVORCED, told.marriage_end_date)]
    if relation is Relation.CHILD:
        happened += [
            (Begin.DECLARED_INCOMPETENT, told.incompetent_from),
            (TerminationReason.INCOMPETENCE_LIFTED, told.incompetent_until),
            (TerminationReason.CHILD_MARRIED, told.own_marriage_date),
            (TerminationReason.ADOPTED_OUT, told.adopted_out_date),
        ]
    return [event for event, day in happened if day is not None]
