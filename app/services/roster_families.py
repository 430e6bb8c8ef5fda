"""The families of a roster as the law sees them: its own lines beside the relatives who stand or wait already."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from app.domain.people import DocType, Relation, Sex, ToFollow
from app.rules.around import Around
from app.rules.certification import KnownSpell
from app.rules.papers import MarriagePaper
from app.rules.relatives import Relative
from app.rules.told import Told
from app.services.family_facts import FamilyFacts, Principal, papers_of
from app.services.roster_remarks import end_told
from app.services.rosters.verdict import FamilyRow, PrincipalRow

_TOLD = Told(to_follow=ToFollow.FACTS)
_MARRIED = replace(_TOLD, marriage_paper=MarriagePaper.MARRIAGE_CERT_TH)
_AFTER_ALL_REQUESTS = 2**62


def told_of(row: FamilyRow) -> Told:
    """What a line tells of the relation: it names a paper and its day, but mostly not the event that the paper proves.

    A Thai marriage is registered and certified on one day, and who is registered as adopted is so. Of other papers the day may
    be that of a copy or of an extract: what they prove is told later.
    """
    if row.relation is Relation.SPOUSE and row.doc_type is DocType.MARRIAGE_CERT_TH:
        return replace(_MARRIED, marriage_date=row.issue_date)
    if row.relation is Relation.CHILD and row.doc_type is DocType.ADOPTION_REG:
        return replace(_TOLD, is_adopted=True)
    return _TOLD


class RosterFamilies:
    """Gives, for each family line, what stands around it; lines of the file come after all that was asked for before."""

    def __init__(
        self,
        principals: Iterable[PrincipalRow],
        family: Iterable[FamilyRow],
        known: FamilyFacts,
        sex_of: Callable[[FamilyRow], Sex | None],
        agency_id: int,
    ) -> None:
        self._agency_id = agency_id
        self._known = known
        self._in_file = {row.national_id: Principal(row.sex, row.birth_date) for row in principals}
        self.lines = tuple(replace(row, holder_sex=self._sure_sex(row.holder_national_id)) for row in family)
        """The family lines with what is known of their holders: what is judged here is told at sending in the same way."""
        self._staying_out = {_AFTER_ALL_REQUESTS + line for line, row in enumerate(self.lines) if end_told(row)}
        self._relatives: dict[str, list[Relative]] = defaultdict(list)
        for line, row in enumerate(self.lines):
            papers = papers_of([row.doc_type], row.relation)
            self._relatives[row.holder_national_id].append(
                Relative(
                    row.national_id, row.relation, row.birth_date, sex_of(row), told_of(row), papers, row.birth_order,
                    place=_AFTER_ALL_REQUESTS + line,
                )
            )  # fmt: skip

    def relative(self, row: FamilyRow) -> Relative:
        """The line as the law sees it."""
        return next(
            one
            for one in self._relatives[row.holder_national_id]
            if (one.national_id, one.relation) == (row.national_id, row.relation)
        )

    def sex_of_principal(self, national_id: str) -> Sex | None:
        """As the file or the register has it."""
        found = self._in_file.get(national_id) or self._known.principals.get(national_id)
        return None if found is None else found.sex

    def _sure_sex(self, national_id: str) -> Sex | None:
        """What all who tell of this principal's sex, the file and the register, say of it."""
        told = {known[national_id].sex for known in (self._in_file, self._known.principals) if national_id in known}
        return told.pop() if len(told) == 1 else None

    def around(
        self, principal: str, relative: Relative, spells: Iterable[KnownSpell], starts: date | None, today: date
    ) -> Around | None:
        """What the law sees around a line; None for a principal."""
        if relative.relation is Relation.SELF:
            return None
        in_file = self._in_file.get(principal)
        if in_file is not None and principal not in self._known.principals:
            self._known.principals[principal] = in_file
        found = self._known.around_of(principal, relative.national_id, spells, starts, today)
        beside = (one for one in self._relatives[principal] if one.national_id != relative.national_id)
        # Who stays out is nobody's sibling or other spouse once the rest is sent.
        lines = [one for one in beside if not one.told.is_adopted and one.place not in self._staying_out]
        return replace(found.beside(lines), agency_id=self._agency_id)
