"""The sample of a town municipality is judged exactly as expected."""

from datetime import date

from app.domain.people import AgencyType, DocType, PersonnelType, Relation, Sex
from app.services.rosters.workbook import read_roster
from tests.services.roster_workbooks import EXPECTED, SAMPLE, verdict_on


def test_counts_and_every_refused_row_are_as_expected():
    assert verdict_on(SAMPLE.read_bytes()).as_json() == EXPECTED


def test_accepted_rows_carry_every_column():
    verdict = verdict_on(SAMPLE.read_bytes())
    first = verdict.principals[0]
    assert (first.sheet, first.excel_row, first.national_id) == ("บุคลากร", 5, "3990101400019")
    assert (first.title, first.first_name, first.last_name) == ("นาย", "นนทกาญจน์", "หนุนสุข")
    assert (first.birth_date, first.service_start_date) == (date(1973, 10, 7), date(2009, 9, 16))
    assert (first.sex, first.personnel_type) == (Sex.M, PersonnelType.MUNICIPAL_OFFICER)
    child = verdict.family[2]
    assert (child.holder_national_id, child.national_id) == ("3990101400019", "1990101403232")
    assert (child.relation, child.doc_type, child.doc_no) == (Relation.CHILD, DocType.MARRIAGE_CERT_TH, "298/2550")
    assert (child.issue_date, child.birth_order) == (date(1997, 5, 1), 1)
    assert verdict.family[0].birth_order is None


def test_total_and_signature_are_kept_as_notes():
    staff, family = read_roster(SAMPLE.read_bytes()).sheets
    assert [row for row, _ in staff.notes] == [333, 335]
    assert [row for row, _ in family.notes] == [721, 723]


def test_at_another_type_of_agency_the_law_speaks_and_the_counts_stay():
    verdict = verdict_on(SAMPLE.read_bytes(), agency_type=AgencyType.TAO)
    answer = verdict.as_json()
    law = answer.pop("law")
    assert answer == EXPECTED
    officers = [row for row in verdict.principals if row.personnel_type is PersonnelType.MUNICIPAL_OFFICER]
    assert {finding["code"] for finding in law} == {"TYPE_AGENCY_MISMATCH"}
    assert [finding["excel_row"] for finding in law] == [row.excel_row for row in officers] != []


def test_facts_never_hold_a_national_id():
    facts = str([refusal.facts for refusal in verdict_on(SAMPLE.read_bytes()).refusals])
    assert "9901" not in facts
