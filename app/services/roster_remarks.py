"""What a clerk should know of a line that can be sent all the same: a paper or title that does not fit, a right that is over."""

from datetime import date

from app.domain.people import Relation, Sex
from app.rules.certification import Candidate, Dates
from app.rules.evidence import Begin, bases_of_child, requirements_for
from app.services.rosters.verdict import FamilyRow
from app.services.rosters.words import sex_of_title


def remarks_of(
    row: FamilyRow, asked: Candidate, principal_sex: Sex | None, dates: Dates | None, today: date
) -> list[str]:
    """The codes of what stands beside the line; the registrar is shown what is missing all the same.

    `dates` are those that the law would give, None where nothing is asked of it. Of a paper that proves nothing of the relation
    the code ends in the relation, since what is needed differs.
    """
    found = []
    if row.relation in (Relation.FATHER, Relation.MOTHER) and sex_of_title(row.title) not in (None, asked.sex):
        found.append("TITLE_OF_THE_OTHER_SEX")
    if not _proves_something(asked, principal_sex):
        found.append(f"PAPER_NOT_OF_{row.relation}")
    elif row.relation is Relation.SPOUSE and asked.told.marriage_date is None:
        found.append("MARRIAGE_DAY_NOT_TOLD")
    if dates is not None and dates.entitled_until is not None and dates.entitled_until <= today:
        found.append("RIGHT_OVER")
    return found


def _proves_something(asked: Candidate, principal_sex: Sex | None) -> bool:
    rows = requirements_for(asked.relation, Begin.STARTED)
    if asked.relation is Relation.CHILD and principal_sex is not None:
        bases = bases_of_child(principal_sex)
        rows = tuple(row for row in rows if row.basis in bases)
    return any(row.any_of & asked.papers for row in rows)
