"""Makes up people: names that fit their generation, numbers of office 9901 whose check digit is right."""

from datetime import date, timedelta
from functools import lru_cache
from random import Random

from app.domain import names
from app.domain.national_id import check_digit
from app.domain.people import Sex
from app.services.demo.nation import words
from app.services.demo.nation.records import Resident

SOUTH = frozenset({"91", "94", "95", "96"})  # where a Muslim man may record several wives (spec 3.3)
_SINCE_1984 = date(1984, 1, 1)


_BETWEEN_WORDS = names.sort_key("ก ก")[1:-1]


@lru_cache(maxsize=10_000)
def _key(name: str) -> str:
    return names.sort_key(name)


class Residents:
    """Hands out people of one household after the other; serials rise, so that nobody has another's number."""

    def __init__(self, chance: Random, first_serial: int, today: date) -> None:
        self.chance, self.today, self.serial = chance, today, first_serial
        self.surname, self.is_muslim = "", False

    def new_household(self, province: str) -> None:
        """The next people share a new surname."""
        self.is_muslim = province in SOUTH and self.chance.random() < 0.7
        self.surname = self.chance.choice(words.MUSLIM_SURNAMES if self.is_muslim else words.SURNAMES)

    def one(self, birth: date, sex: Sex, *, own_surname: bool = False) -> Resident:
        """Somebody born then; with `own_surname` not of the household."""
        surname = self.surname
        if own_surname:
            surname = self.chance.choice(words.MUSLIM_SURNAMES if self.is_muslim else words.SURNAMES)
        age = (self.today - birth).days // 365
        first = self.chance.choice(self._first_names(age, sex))
        title = self._title(age, sex)
        return Resident(
            self._national_id(birth), title, first, surname, birth, sex, _key(first) + _BETWEEN_WORDS + _key(surname)
        )  # fmt: skip

    def born(self, youngest: int, oldest: int) -> date:
        """A birth date of somebody between these ages today."""
        return self.today - timedelta(days=self.chance.randint(youngest * 365 + 10, oldest * 365))

    def _first_names(self, age: int, sex: Sex) -> list[str]:
        if self.is_muslim:
            return words.MUSLIM_MEN if sex is Sex.M else words.MUSLIM_WOMEN
        if age < 30:
            return words.BOYS if sex is Sex.M else words.GIRLS
        return words.MEN if sex is Sex.M else words.WOMEN

    def _title(self, age: int, sex: Sex) -> str:
        if age < 15:
            return "ด.ช." if sex is Sex.M else "ด.ญ."
        if sex is Sex.M:
            return "นาย"
        return "นางสาว" if age < 25 or self.chance.random() < 0.3 else "นาง"

    def _national_id(self, birth: date) -> str:
        """Category 1 or 2 for those born since 2527, 3, 4 or 5 for their elders, 8 for a few (spec 2.2)."""
        roll = self.chance.random()
        if roll < 0.002:
            category = 8
        elif birth >= _SINCE_1984:
            category = 2 if roll < 0.03 else 1
        else:
            category = 5 if roll < 0.02 else 4 if roll < 0.05 else 3
        first = f"{category}9901{self.serial:07d}"
        self.serial += 1
        return first + str(check_digit(first))
