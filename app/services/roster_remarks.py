"""What a clerk should know of a line that can be sent all the same: a paper or title that does not fit, a right that is over."""

from datetime import date

from app.domain.errors import BadInput
from app.domain.people import DocType, Relation, Sex
from app.rules.certification import Candidate, Dates
from app.rules.evidence import Begin, bases_of_child, requirements_for
from app.services.rosters.titles import sex_of_title
from app.services.rosters.verdict import FamilyRow


def end_told(row: FamilyRow) -> BadInput | None:
    """What is wrong with a line whose declared paper tells a death or a divorce: such a paper proves no right, but that none is
    left. Whose death it is the line does not say, so a clerk looks at it."""
    if row.doc_type is DocType.DEATH_CERT:
        return BadInput("PAPER_OF_A_DEATH", field="doc_type")
    if row.relation is Relation.SPOUSE and row.doc_type is DocType.DIVORCE_CERT:
        return BadInput("PAPER_OF_A_DIVORCE", field="doc_type")
    return None


def remarks_of_known(row: FamilyRow) -> list[str]:
    """The code of what stands beside a line whose right stands or is asked for here already."""
    is_adopted = row.relation is Relation.CHILD and row.doc_type is DocType.ADOPTION_REG
    return ["END_TO_REPORT"] if is_adopted or end_told(row) is not None else []


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
    elif row.relation is Relation.SPOUSE:
        found += _of_marriage(asked, dates)
    if dates is not None and dates.entitled_until is not None and dates.entitled_until <= today:
        found.append("RIGHT_OVER")
    return found


def _of_marriage(asked: Candidate, dates: Dates | None) -> list[str]:
    """Whether the day of the paper was taken for the day of the marriage, where that makes a difference."""
    day = asked.told.marriage_date
    if day is None:
        return ["MARRIAGE_DAY_NOT_TOLD"]
    return ["RIGHT_FROM_THE_PAPERS_DAY"] if dates is not None and dates.entitled_from == day else []


def _proves_something(asked: Candidate, principal_sex: Sex | None) -> bool:
    rows = requirements_for(asked.relation, Begin.STARTED)
    if asked.relation is Relation.CHILD and principal_sex is not None:
        bases = bases_of_child(principal_sex)
        rows = tuple(row for row in rows if row.basis in bases)
    return any(row.any_of & asked.papers for row in rows)
