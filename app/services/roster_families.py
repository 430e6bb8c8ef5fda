"""The families of a roster as the law sees them: its own lines beside the relatives who stand or wait already."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from app.domain.people import Relation, Sex, ToFollow
from app.rules.around import Around
from app.rules.certification import KnownSpell
from app.rules.relatives import Relative
from app.rules.told import Told
from app.services.family_facts import FamilyFacts, Principal, papers_of
from app.services.rosters.verdict import FamilyRow, PrincipalRow

TOLD = Told(to_follow=ToFollow.FACTS)
"""What a list tells of a relation: it names papers, but not the events that they prove."""
_AFTER_ALL_REQUESTS = 2**62


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
        self._relatives: dict[str, list[Relative]] = defaultdict(list)
        for line, row in enumerate(family):
            papers = papers_of([row.doc_type], row.relation)
            self._relatives[row.holder_national_id].append(
                Relative(
                    row.national_id, row.relation, row.birth_date, sex_of(row), TOLD, papers, row.birth_order,
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
        lines = [one for one in self._relatives[principal] if one.national_id != relative.national_id]
        return replace(found.beside(lines), agency_id=self._agency_id)
