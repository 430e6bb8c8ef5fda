"""What the calendar will do to rights, and the evidence matrix of one relation."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.people import PersonnelType, Relation, Sex, TerminationReason, ToFollow
from app.domain.period import Period
from app.domain.thai_calendar import add_years
from app.rules.around import Around
from app.rules.coming import LOOKS_AHEAD, Coming, Known, of_age_before, reason_of, retired_before
from app.rules.evidence_matrix import matrix, papers_due_on
from app.rules.family_law import missing_papers
from app.rules.majority import majority_date
from app.rules.papers import MarriagePaper, Paper
from app.rules.relatives import Relative
from app.rules.retirement import retirement_date
from app.rules.told import Told

AROUND = Around(date(2026, 11, 20), Sex.M, date(1980, 1, 1), (Period(date(2010, 10, 1)),))
SELF, CHILD, SPOUSE, MOTHER = Relation.SELF, Relation.CHILD, Relation.SPOUSE, Relation.MOTHER
DAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("coming", "known", "reason"),
    [
        (Coming.COMES_OF_AGE, Known(CHILD), "AGE_OF_MAJORITY"),
        (Coming.RETIRES, Known(SELF), "RETIRED_LUMP_SUM"),
        (Coming.PAPERS_DUE, Known(CHILD), None),
        (Coming.ENDS, Known(SELF, termination_reason=TerminationReason.DISMISSED), "DISMISSED"),
        (Coming.ENDS, Known(SELF, PersonnelType.POLITICAL_EXECUTIVE), "TERM_ENDED"),
        (Coming.ENDS, Known(SELF, PersonnelType.MUNICIPAL_OFFICER), "OTHER"),
        (Coming.ENDS, Known(CHILD, own_marriage_date=DAY, adopted_out_date=DAY), "CHILD_MARRIED"),
        (Coming.ENDS, Known(CHILD, adopted_out_date=DAY), "ADOPTED_OUT"),
        (Coming.ENDS, Known(CHILD), "OTHER"),
        (Coming.ENDS, Known(SPOUSE, own_marriage_date=DAY, adopted_out_date=DAY), "DIVORCED"),
        (Coming.ENDS, Known(MOTHER), "OTHER"),
    ],
)
def test_the_reason_of_an_end_that_is_known(coming, known, reason):
    assert reason_of(coming, known) == reason
    assert LOOKS_AHEAD == (30, 60, 90)


@given(st.dates(date(1940, 1, 1), date(2010, 12, 31)), st.dates(date(2013, 1, 1), date(2040, 12, 31)))
def test_who_comes_of_age_or_retires_before_a_day_is_who_was_born_before_another(born, day):
    assert (born < of_age_before(day)) == (majority_date(born) < day) or (born.month, born.day) == (2, 29)
    assert (born < retired_before(day)) == (retirement_date(born) < day)


def test_the_edge_of_october():
    assert retired_before(date(2026, 10, 1)) == date(1965, 10, 2)
    assert retired_before(date(2026, 10, 2)) == date(1966, 10, 2)
    assert of_age_before(DAY) == add_years(DAY, -20)


def cells(relation, told, *papers, kind=None):
    relative = Relative("x", relation, date(2016, 5, 1), Sex.F, told, frozenset(papers))
    return [
        (cell.event.value, str(cell.basis), cell.slot.value, cell.filled_by, cell.is_filled, cell.is_nearest)
        for cell in matrix(relative, AROUND, kind)
    ]


def test_the_basis_that_was_told_comes_first_and_a_complete_one_before_it():
    told = Told(paternity_registered_date=date(2017, 1, 1))
    bases = [basis for _event, basis, *_rest in cells(CHILD, told)]
    assert bases == ["REGISTRATION", "JUDGMENT", "MARRIAGE", "MARRIAGE"]
    complete = cells(CHILD, told, Paper.BIRTH_CERT_CHILD, Paper.MARRIAGE_CERT_TH)
    assert complete[0][1:] == ("MARRIAGE", "IDENTITY", (Paper.BIRTH_CERT_CHILD,), True, True)
    assert [nearest for *_cell, nearest in complete] == [True, True, False, False]
    judged = cells(CHILD, Told(court_final_date=date(2017, 1, 1)))
    assert judged[0][1] == "JUDGMENT"
    assert cells(CHILD, Told(marriage_date=date(2010, 1, 1)))[0][1] == "MARRIAGE"
    assert cells(CHILD, Told(), Paper.BIRTH_CERT_CHILD)[0][1] == "MARRIAGE"


def test_a_spouse_s_paper_is_of_the_kind_of_marriage():
    nikah = Told(marriage_paper=MarriagePaper.NIKAH_CERT_TH)
    assert [basis for _event, basis, *_rest in cells(SPOUSE, nikah)] == ["NIKAH", "CIVIL"]
    assert [basis for _event, basis, *_rest in cells(SPOUSE, Told())] == ["CIVIL"]
    assert cells(SELF, Told(), kind=None) == []
    assert cells(SELF, Told(), kind=PersonnelType.PENSIONER)[0][:2] == ("APPOINTED", "PENSIONER")


def test_each_event_that_was_told_asks_for_its_paper():
    def events(relation, **told):
        return [
            event for event, *_rest in cells(relation, Told(to_follow=ToFollow.PAPERS, **told)) if event != "STARTED"
        ]

    assert events(SPOUSE, death_date=DAY, marriage_end_date=DAY) == ["DECEASED", "DIVORCED"]
    assert events(MOTHER, death_date=DAY, marriage_end_date=DAY, incompetent_from=DAY) == ["DECEASED"]
    assert events(CHILD, marriage_end_date=DAY) == []
    whole = {"incompetent_from": DAY, "incompetent_until": DAY + timedelta(days=1), "own_marriage_date": DAY}
    assert events(CHILD, **whole, adopted_out_date=DAY) == [
        "DECLARED_INCOMPETENT", "INCOMPETENCE_LIFTED", "CHILD_MARRIED", "ADOPTED_OUT"
    ]  # fmt: skip
    (cell,) = [c for c in cells(SPOUSE, Told(death_date=DAY), Paper.DEATH_CERT) if c[0] == "DECEASED"]
    assert cell[3:] == ((Paper.DEATH_CERT,), True, True)


def test_promised_papers_are_due_on_a_day():
    assert papers_due_on(date(2026, 1, 1)) - date(2026, 1, 1) == timedelta(days=30)


def test_papers_that_are_as_good_are_named_in_one_order_always():
    married = Told(marriage_date=date(2010, 1, 1))
    relatives = [Relative("x", relation, DAY, Sex.F, married, frozenset(Paper)) for relation in (CHILD, SPOUSE, MOTHER)]
    found = [cell for relative in relatives for cell in matrix(relative, AROUND)]
    assert max(len(cell.filled_by) for cell in found) > 1
    assert all(
        list(cell.any_of) == sorted(cell.any_of) and list(cell.filled_by) == sorted(cell.filled_by) for cell in found
    )
    bare = [
        need
        for one in relatives
        for row in missing_papers(replace(one, papers=frozenset()), AROUND)
        for need in row.missing
    ]
    assert bare and all(list(need.any_of) == sorted(need.any_of) for need in bare)
