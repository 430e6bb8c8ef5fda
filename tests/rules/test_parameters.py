"""The figures of the law and the days of the texts that set them, as the texts say them."""

from datetime import date

import pytest

from app.domain.claims import ClaimStatus, ClaimVerb
from app.rules import citations, parameters
from app.rules.parameters import Dated, in_force
from app.rules.status_tables import Line, StatusTable

FIGURES = {
    "YEARS_OF_MINORITY": 20,  # ป.พ.พ. มาตรา 19
    "DAYS_OF_PRESUMED_BIRTH": 310,  # มาตรา 1536
    "CHILDREN_WITH_A_PLACE": 3,
    "RETIREMENT_AGE": 60,
    "PAPERS_DUE_DAYS": 30,
    "SPOUSES_BY_NIKAH": 4,
    "NIKAH_PROVINCES": {"91", "94", "95", "96"},  # สตูล ปัตตานี ยะลา นราธิวาส
}


@pytest.mark.parametrize(("name", "figure"), FIGURES.items())
def test_a_figure(name, figure):
    assert getattr(parameters, name).value == figure
    assert in_force((getattr(parameters, name),), date(2026, 11, 23)) == figure


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("MINIMUM_MARRIAGE_AGE", [(17, date(1976, 10, 16)), (18, date(2025, 1, 23))]),
        ("DAYS_TO_CLAIM", [(365, citations.ONE_YEAR_TO_CLAIM.since)]),
        ("DAYS_BEFORE_CLAIM_WARNING", [(300, citations.REGISTER_CLAIMS.since)]),
        ("ONE_SIGNATURE_UP_TO", [(10_000_000, citations.REGISTER_CLAIMS.since)]),  # 100,000 baht in satang
    ],
)
def test_the_figures_that_changed_with_the_days_since_when(name, rows):
    assert [(row.value, row.source.since) for row in getattr(parameters, name)] == rows
    assert in_force(getattr(parameters, name), date.max) == rows[-1][0]


def test_the_days_of_the_texts():
    assert date(2013, 10, 1) == citations.SCHEME_START
    assert date(1992, 6, 8) == citations.CCC_BOOK_1
    assert date(1976, 10, 16) == citations.CCC_BOOK_5
    assert date(2025, 1, 23) == citations.CCC_AMENDMENT_24
    assert citations.RETIREMENT.since == date(1957, 10, 1)


def test_before_the_first_text_its_figure_counts_and_from_its_day_on_the_next_one():
    rows = Dated(1, citations.MARRIAGE_AGE_17), Dated(2, citations.MARRIAGE_AGE_18)
    turn = citations.MARRIAGE_AGE_18.since
    assert [in_force(rows, day) for day in (date.min, date(2025, 1, 22), turn)] == [1, 1, 2]


def test_two_lines_for_one_act_in_one_state_are_refused():
    line = Line(ClaimStatus.DRAFT, ClaimVerb.CANCEL, ClaimStatus.CANCELLED, None, "", citations.REGISTER_CLAIMS)
    assert len(StatusTable(line)) == 1
    with pytest.raises(ValueError, match="two lines"):
        StatusTable(line, line)
