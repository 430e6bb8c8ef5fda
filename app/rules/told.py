"""What a clerk tells about a relation for the law to decide on: plain facts, None where nobody told (spec 3.2-3.7)."""

from dataclasses import dataclass, fields
from datetime import date

from app.domain.people import ToFollow
from app.domain.period import Period
from app.rules.fatherhood import Parentage
from app.rules.incompetence import order_period
from app.rules.papers import MarriagePaper
from app.rules.parents import Kinship
from app.rules.schemes import Scheme


@dataclass(frozen=True)
class Told:
    """The facts of one relation.

    `marriage_date` to `court_final_date` are about the father and the mother of whoever is the child in the relation: the
    principal himself for a FATHER, the CHILD for a child; for a SPOUSE the marriage is his own. `marriage_paper` is the
    kind of marriage of a SPOUSE, `home_province_code` and `is_muslim` are the principal's on the day of recording.
    `elder_minor_deaths` counts elder children, not in the register, who died before majority.
    """

    to_follow: ToFollow | None = None
    kinship: Kinship | None = None
    marriage_paper: MarriagePaper | None = None
    marriage_date: date | None = None
    marriage_end_date: date | None = None
    paternity_registered_date: date | None = None
    court_final_date: date | None = None
    is_muslim: bool | None = None
    home_province_code: str | None = None
    is_adopted: bool | None = None
    adopted_out_date: date | None = None
    own_marriage_date: date | None = None
    marriage_court_permitted: bool | None = None
    nikah_date: date | None = None
    incompetent_from: date | None = None
    incompetent_until: date | None = None
    in_care: bool | None = None
    elder_minor_deaths: int | None = None
    declared_scheme: Scheme | None = None
    death_date: date | None = None

    def parentage_of(self, birth_date: date) -> Parentage:
        """What made somebody born on that day the lawful child of the father."""
        return Parentage(
            birth_date,
            self.marriage_date,
            self.marriage_end_date,
            self.paternity_registered_date,
            self.court_final_date,
        )

    @property
    def incompetent(self) -> tuple[Period, ...]:
        """The days of the court order of an incompetent child."""
        return order_period(self.incompetent_from, self.incompetent_until)


NOTHING = Told()
TOLD_FIELDS = tuple(field.name for field in fields(Told))
