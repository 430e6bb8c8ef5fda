"""What a clerk sees of the law while he types: the six situations that clerks ask about most, in Thai and with the clause.

`SCREENSHOTS=docs/screenshots pytest -m soak tests/browser/test_law_situations.py` renews their pictures.
"""

import os
import re
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest

from app.domain.clock import bangkok_day, real_now
from app.domain.thai_calendar import add_years
from app.views.dates import format_be
from tests.browser.conftest import Desk
from tests.services.conftest import nid

pytestmark = pytest.mark.soak
PICTURES = os.environ.get("SCREENSHOTS")
WEDDING = "1/2/2550"
_numbers = count(6101)


def be(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year + 543}"


class Family:
    """A new form with an official, to which relatives are added; the last one is asked about."""

    def __init__(self, clerk: Desk) -> None:
        self.page, self.place = clerk.open("/family-forms/new").page, 0
        self._person("นาย", "ธนา", "5/4/2523", "M")
        self.tell("personnel_type", "MUNICIPAL_OFFICER")
        self.tell("service_start_date", "1/10/2552")

    def _person(self, title: str, name: str, born: str, sex: str) -> None:
        values = (("national_id", nid(next(_numbers))), ("title_th", title), ("first_name_th", name))
        for field, value in (*values, ("last_name_th", "ศรีสุข"), ("birth_date", born), ("sex", sex)):
            self.tell(field, value)

    def tell(self, field: str, value: str | bool) -> None:
        """Fill in one fact of the last person, as the kind of its box wants it."""
        box = self.page.locator(f"[name='members-{self.place}-{field}']")
        fold = box.locator("xpath=ancestor::details[@data-rare]")
        if fold.count() and not fold.evaluate("fold => fold.open"):
            fold.locator("summary").first.press("Enter")
        if isinstance(value, bool):
            box.press("Space")  # what the law says may come meanwhile and move it under a mouse
        elif box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
            box.press("Tab")

    def add(self, relation: str, name: str, born: str, sex: str, *, owes: bool = True, **told: str | bool) -> "Family":
        self.place += 1
        if not self.page.query_selector(f"[name='members-{self.place}-national_id']"):
            self.page.click("#add-member")
        self.tell("relation", relation)
        self._person("นาง" if relation == "SPOUSE" else "ด.ช." if sex == "M" else "ด.ญ.", name, born, sex)
        for field, value in told.items():
            self.tell(field, value)
        if owes:
            self.tell("to_follow", True)
        return self

    def wife(self) -> "Family":
        return self.add("SPOUSE", "วิมล", "5/4/2525", "F", marriage_paper="MARRIAGE_CERT_TH", marriage_date=WEDDING)

    def children(self, *years: int, twins: bool = False) -> "Family":
        for no, year in enumerate(years, start=1):
            more = {"seq_in_delivery": str(no - len(years) + 2)} if twins and no > len(years) - 2 else {}
            self.add("CHILD", f"ธีร์{no}", f"1/1/{year}", "M", birth_order=str(no), **more)
        return self

    def told(self, *words: str) -> "Family":
        """Wait until the law's answer at the last person says all of this, and look for the sentences' clauses."""
        answer = self.page.locator(f"[data-member='members-{self.place}'] [data-by-law]")
        for part in words:
            answer.get_by_text(re.compile(part)).first.wait_for(state="attached")
        return self

    def picture(self, name: str) -> None:
        """As the clerk has it before him, the answer in the middle; nothing scrolls sideways on any screen."""
        answer = self.page.locator(f"[data-member='members-{self.place}'] [data-by-law]")
        for width in (1920, 390, 1366):
            self.page.set_viewport_size({"width": width, "height": 900})
            assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), (name, width)
        answer.evaluate("box => box.scrollIntoView({block: 'center', behavior: 'instant'})")
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png")


REGISTRY = "แนวทางทะเบียนบุคลากร อปท. ของ สปสช. พ.ศ. 2561"


def _fourth_child(clerk: Desk) -> None:
    family = Family(clerk).wife().children(2555, 2557, 2559, 2561)
    family.told("ยังรับรองไม่ได้", "บุตรสามคนก่อนหน้าครบลำดับแล้ว", f"{REGISTRY} บุตรลำดับที่ 1-3").picture("law_fourth_child")


def _twins_in_third_place(clerk: Desk) -> None:
    family = Family(clerk).wife().children(2555, 2557, 2559, 2559, twins=True)
    words = "มีสิทธิ จาก 1 ม.ค. 2559 ถึง 31 ธ.ค. 2578", "ลำดับที่สามเป็นบุตรแฝด", f"{REGISTRY} บุตรลำดับที่ 1-3"
    family.told(*words).picture("law_twins_third")


def _unmarried_fathers_child(clerk: Desk) -> None:
    family = Family(clerk).add("CHILD", "ธีร์1", "1/1/2563", "M", owes=False)
    family.told("ยังรับรองไม่ได้", "ทะเบียนรับรองบุตร", "หลักฐานบุตร", "ส่งเอกสารตามมาภายใน 30 วัน").picture(
        "law_unmarried_father"
    )


def _second_wife(clerk: Desk, province: str, *words: str) -> Family:
    family = Family(clerk).wife()
    family.add(
        "SPOUSE", "มารียัม", "5/4/2530", "F", marriage_paper="NIKAH_CERT_TH", marriage_date="1/2/2560",
        is_muslim=True, home_province_code=province,
    )  # fmt: skip
    return family.told(*words, f"{REGISTRY} หลักฐานคู่สมรส")


def _spouse_who_is_an_official(clerk: Desk) -> None:
    family = Family(clerk).wife()
    family.tell("declared_scheme", "CSMBS")
    family.told("สิทธิสำรอง", "ต้องใช้สิทธิตนเองก่อน", f"{REGISTRY} ใช้สิทธิตนเองก่อน").picture("law_spouse_official")


def _child_of_age_tomorrow(clerk: Desk) -> None:
    tomorrow = bangkok_day(real_now()) + timedelta(days=1)
    family = Family(clerk).add(
        "SPOUSE", "วิมล", "5/4/2525", "F", marriage_paper="MARRIAGE_CERT_TH", marriage_date="1/2/2545"
    )
    family.add("CHILD", "ธีร์1", be(add_years(tomorrow, -20)), "M", birth_order="1")
    family.told("มีสิทธิ จาก 1 ต.ค. 2552 ถึง", f"ผลนี้เปลี่ยนได้ในวันที่ {format_be(tomorrow, 'medium')}").picture("law_turns_20")


def test_the_six_situations(desk):
    clerk = desk("clerk1")
    _unmarried_fathers_child(clerk)
    _second_wife(clerk, "94", "มีสิทธิ จาก 1 ก.พ. 2560").picture("law_second_wife_pattani")
    _second_wife(clerk, "54", "ยังรับรองไม่ได้", "ใบนิกะห์ใช้ได้เฉพาะผู้มีสิทธิชายมุสลิม").picture("law_second_wife_phrae")
    _spouse_who_is_an_official(clerk)
    _child_of_age_tomorrow(clerk)
    _fourth_child(clerk)
    _twins_in_third_place(clerk)
