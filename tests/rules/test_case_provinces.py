"""The provinces that a case file may name are those of the register."""

import csv
from pathlib import Path

from app.rules.cases.registry import TOPICS
from app.rules.cases.topic import UnknownCell
from tests.rules.case_files import families_of

REGISTER = Path(__file__).parents[2] / "app/data/provinces.csv"


def test_a_spouses_case_names_any_province_that_there_is_and_no_other():
    topic = TOPICS["spouse_cases"]
    (row, *_), *_ = families_of(topic)
    with REGISTER.open(encoding="utf-8", newline="") as lines:
        codes = {line["code"] for line in csv.DictReader(lines)}

    def is_known(code: str) -> bool:
        try:
            topic.decide([row | {"principal_home_province_code": code}])
        except UnknownCell:
            return False
        return True

    assert {code for code in map(str, range(110)) if is_known(code)} == codes and is_known("")
