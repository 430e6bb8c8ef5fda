"""เกษียณอายุ: the first day without service by age (spec 3.8; พ.ร.บ.บำเหน็จบำนาญข้าราชการส่วนท้องถิ่น พ.ศ. 2500)."""

from datetime import date, timedelta

from app.domain.people import PersonnelType
from app.domain.thai_calendar import FISCAL_YEAR_FIRST_MONTH, add_years
from app.rules import citations, parameters
from app.rules.decision import Clause

RETIREMENT_BY_AGE = Clause(
    "RETIREMENT_BY_AGE",
    "An official retires on 1 October after the fiscal year in which 60 years are completed.",
    citations.RETIREMENT,
)
NEVER_BY_AGE = frozenset({PersonnelType.POLITICAL_EXECUTIVE, PersonnelType.PENSIONER})


def retirement_date(birth_date: date) -> date:
    """1 October after the fiscal year in which the 60th year is completed: on the eve of the 60th birthday (CCC s.16)."""
    completed = add_years(birth_date, parameters.RETIREMENT_AGE.value) - timedelta(days=1)
    year = completed.year + (completed.month >= FISCAL_YEAR_FIRST_MONTH)
    return date(year, FISCAL_YEAR_FIRST_MONTH, 1)


def retires_by_age(personnel_type: PersonnelType) -> bool:
    """Whether officials of this type leave by age: executives serve a term, and pensioners have left."""
    return personnel_type not in NEVER_BY_AGE
