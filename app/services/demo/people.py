"""Makes up families that obey the simple rules of the register; the same seed gives the same people."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from app.domain.national_id import check_digit
from app.domain.people import AgencyType, PersonnelType, Relation, Sex, ToFollow
from app.domain.thai_calendar import add_years
from app.rules.principals import AGENCY_TYPES_OF
from app.rules.told import Told
from app.services.family_forms import FamilyForm, Member

FIRST_SERIAL = 1_000_000  # samples use the lower ones (decisions 18)
_MEN = (
    "สมชาย วิชัย ประเสริฐ อนันต์ สุรชัย ธนา ณัฐพล กิตติ ชัยวัฒน์ พงศ์ศักดิ์ มานพ วีระ สมบัติ อดิศักดิ์ เกรียงไกร ปรีชา "
    "ธีรยุทธ ศักดิ์ชัย บุญมี ไพโรจน์ ภูผา ธีร์ กวิน ปัณณ์"
).split()
_WOMEN = (
    "สมหญิง มาลี สุดารัตน์ กมลวรรณ พิมพ์ชนก อรทัย วิมล ธิดา ประนอม นงลักษณ์ เพ็ญศรี รัตนา จันทร์เพ็ญ สมใจ อัญชลี ศิริพร "
    "นูรียะห์ อามีนะห์ ดวงใจ เกศรา ไอลดา ณิชา พราว ญาดา"
).split()
_SURNAMES = (
    "ใจดี ศรีสุข วงศ์ไทย มั่นคง อินทร์แก้ว ทองคำ แสงจันทร์ พรหมดี สุขสันต์ บุญเรือง แก้วมณี ชัยชนะ ยะโกะ รุ่งเรือง เจริญผล "
    "สายทอง พูนทรัพย์ วัฒนกุล เพชรรัตน์ โพธิ์ทอง นาคสวัสดิ์ จิตรักษ์ คงเจริญ ลิ้มสกุล"
).split()
_DAYS_OF_SERVICE = 12_000


class Census:
    """Hands out people: unique national IDs in order, names and dates by chance."""

    def __init__(self, seed: int, first_serial: int = FIRST_SERIAL) -> None:
        self._chance = Random(seed)  # noqa: S311 - made-up people need no secrecy
        self._serial = first_serial

    def national_id(self, born: date) -> str:
        """The next number: category 1 for those born since 2527, 3 for their elders (spec 2.2)."""
        first = f"{1 if born >= date(1984, 1, 1) else 3}9901{self._serial:07d}"
        self._serial += 1
        return first + str(check_digit(first))

    def family(self, agency_type: AgencyType, today: date) -> FamilyForm:
        """One official who fits the agency, with the family that chance gives him."""
        chance = self._chance
        surname, sex = chance.choice(_SURNAMES), chance.choice([Sex.M, Sex.F])
        born = today - timedelta(days=chance.randint(26 * 365, 58 * 365))
        earliest = add_years(born, 21)
        start = min(earliest + timedelta(days=chance.randrange(_DAYS_OF_SERVICE)), today - timedelta(days=30))
        kinds = [kind for kind, types in AGENCY_TYPES_OF.items() if agency_type in types]
        kinds = [k for k in kinds if k not in (PersonnelType.POLITICAL_EXECUTIVE, PersonnelType.PENSIONER)]
        own = self._member(
            Relation.SELF, born, sex, surname, personnel_type=chance.choice(kinds), service_start_date=start
        )
        return FamilyForm((own, *self._relatives(own, born, sex, surname, today)))

    def _relatives(self, own: Member, born: date, sex: Sex, surname: str, today: date) -> Iterator[Member]:
        chance = self._chance
        if chance.random() < 0.55:
            other = Sex.F if sex is Sex.M else Sex.M
            yield self._member(Relation.SPOUSE, born + timedelta(days=chance.randint(-2000, 2000)), other, surname)
        youngest = max(add_years(born, 22), add_years(today, -19))
        span = (min(today, add_years(born, 45)) - youngest).days
        count = chance.choice([0, 0, 1, 1, 2, 3]) if span > 0 else 0
        days = sorted(youngest + timedelta(days=chance.randrange(span)) for _ in range(count))
        for order, day in enumerate(_apart(days, today)):
            child_sex = chance.choice([Sex.M, Sex.F])
            yield self._member(Relation.CHILD, day, child_sex, surname, birth_order=order + 1)
        if chance.random() < 0.4:
            yield self._member(Relation.MOTHER, born - timedelta(days=chance.randint(8000, 12000)), Sex.F, surname)
        if chance.random() < 0.25:
            yield self._member(Relation.FATHER, born - timedelta(days=chance.randint(8500, 13000)), Sex.M, surname)

    def _member(self, relation: Relation, born: date, sex: Sex, surname: str, **values: object) -> Member:
        young = relation is Relation.CHILD
        titles = {Sex.M: ("ด.ช.", "นาย"), Sex.F: ("ด.ญ.", "นาง")}[sex]
        return Member(
            relation=relation,
            national_id=self.national_id(born),
            title_th=titles[0] if young else titles[1],
            first_name_th=self._chance.choice(_MEN if sex is Sex.M else _WOMEN),
            last_name_th=surname,
            birth_date=born,
            sex=sex,
            told=Told(to_follow=None if relation is Relation.SELF else ToFollow.FACTS),
            **values,  # type: ignore[arg-type]
        )


def _apart(births: list[date], today: date) -> list[date]:
    """The births of one mother, each at least a year after the one before; who would not be born yet is left out."""
    found: list[date] = []
    for day in births:
        found.append(max([day, *(one + timedelta(days=365) for one in found[-1:])]))
    return [day for day in found if day < today]
