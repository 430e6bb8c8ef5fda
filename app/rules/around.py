"""What stands around one relation: the principal, his own rights, his other relatives, and the day that is asked about."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from app.domain.people import Sex
from app.domain.period import Period
from app.rules.relatives import Relative
from app.rules.schemes import Scheme


@dataclass(frozen=True)
class Around:
    """What the register knows around a relation; `others` are the principal's other relatives, whether they stand or wait.

    `own_scheme` is the relative's own right where the register knows one. `leans_on` is the first day of the principal's
    own right through which the relation is asked for, where he has had several; None is the newest. `told_on` is the day on
    which the facts are told: what they say has happened cannot lie after it; None where nothing new is told. `agency_id` is the
    asking agency: births that another one keeps are not compared, since the refusal would tell them. `asked_on` is the day on
    which the right was asked for, where that was before today: what ran then is given though it has ended while it waited.
    `runs_since` is the first day of his own right there that runs, where the relation leans on one to come and has no right
    until then.
    """

    today: date
    principal_sex: Sex | None
    principal_birth_date: date | None
    principal_active: tuple[Period, ...]
    others: tuple[Relative, ...] = ()
    own_scheme: Scheme | None = None
    leans_on: date | None = None
    told_on: date | None = None
    agency_id: int | None = None
    asked_on: date | None = None
    runs_since: date | None = None

    def beside(self, more: Iterable[Relative]) -> "Around":
        """The same with more relatives; of one person each relation counts once, as it stood first."""
        known = {(other.national_id, other.relation) for other in self.others}
        fresh = tuple(other for other in more if (other.national_id, other.relation) not in known)
        return replace(self, others=(*self.others, *fresh))

    def standing_on(self, day: date) -> set[str]:
        """Whose right through the principal stands on the day."""
        return {other.national_id for other in self.others if other.period is not None and other.period.contains(day)}

    def begun_after(self, day: date) -> set[str]:
        """Whose right through the principal began after the day, whether it stands by now or is over."""
        return {other.national_id for other in self.others if other.period is not None and other.period.from_on > day}

    @property
    def asked_since(self) -> date:
        """The day on which the right was asked for; today where it is only being tried."""
        return self.asked_on or self.today

    @property
    def near(self) -> tuple[Relative, ...]:
        """The other relatives whom the asking agency keeps or asks for itself."""
        if self.agency_id is None:
            return self.others
        return tuple(other for other in self.others if other.agency_id in (None, self.agency_id))

    @property
    def principal_from(self) -> date | None:
        """The first day of the own right that the relation leans on."""
        return self.leans_on or max((period.from_on for period in self.principal_active), default=None)

    @property
    def leaning(self) -> tuple[Period, ...]:
        """The own rights through which the relation may have days: the one it leans on, else any, each for itself."""
        if self.leans_on is None:
            return self.principal_active
        return tuple(p for p in self.principal_active if p.from_on == self.leans_on) or (Period(self.leans_on),)
