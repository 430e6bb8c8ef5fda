"""บรรลุนิติภาวะ: the first day on which a child is of age (ป.พ.พ. มาตรา 16, 19; spec 3.6).

Age counts from the birth day itself, so the 20th birthday is the first day without the right.
"""

from datetime import date

from app.domain.thai_calendar import add_years

CITATION = "ป.พ.พ. มาตรา 19"
AGE_OF_MAJORITY = 20


def majority_date(birth_date: date) -> date:
    """The 20th birthday; born on 29 February it is 1 March where that year has none."""
    return add_years(birth_date, AGE_OF_MAJORITY)
