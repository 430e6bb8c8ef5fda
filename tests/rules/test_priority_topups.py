"""What may be claimed behind the own right: the rows of the table, and their amounts by day."""

from datetime import date

import pytest

from app.domain.people import DocType
from app.rules.priority import leaves_in_use
from app.rules.priority_table import RULES
from app.rules.priority_topups import SEED, SSO_MATERNITY_2564, TOP_UPS, TopUpCase, top_ups_on
from app.rules.schemes import EntitlementRank, Scheme

DAY = date(2018, 10, 1)
ROWS = {row.case: row for row in TOP_UPS}


@pytest.mark.parametrize("rule_id", ["MS01", "MS02"])
def test_social_security_leaves_six_cases_two_of_which_are_closed(rule_id):
    rows = top_ups_on(rule_id, DAY)
    assert [row.topup_id for row in rows] == ["TU01", "TU02", "TU03", "TU04", "TU05", "TU06"]
    assert {row.case for row in rows if not row.is_claimable} == {
        TopUpCase.OVER_CEILING_AT_OWN_HOSPITAL,
        TopUpCase.WRONG_HOSPITAL,
    }


def test_a_private_teacher_needs_the_schools_certificate():
    for rule_id, topup_id in [("MS03", "TU07"), ("MS04", "TU08")]:
        (row,) = top_ups_on(rule_id, DAY)
        assert (row.topup_id, row.base_on(DAY), row.evidence) == (topup_id, 10_000_000, DocType.SCHOOL_CERT_100K)
    assert {row.topup_id for row in TOP_UPS if row.evidence} == {"TU07", "TU08"}


def test_own_rights_alone_and_unknown_rules_open_nothing():
    for rule in RULES:
        assert bool(top_ups_on(rule.rule_id, DAY)) == (rule.rule_id in ("MS01", "MS02", "MS03", "MS04"))
    assert top_ups_on("MS99", DAY) == ()


def test_maternity_counts_from_20_october_2558_and_begins_higher_from_2564():
    maternity = ROWS[TopUpCase.MATERNITY]
    assert maternity not in top_ups_on("MS01", date(2015, 10, 19))
    assert maternity in top_ups_on("MS01", date(2015, 10, 20))
    assert maternity.base_on(date(2015, 10, 19)) is None
    assert maternity.base_on(date(2015, 10, 20)) == maternity.base_on(date(2020, 12, 31)) == 1_300_000
    assert maternity.base_on(date(2021, 1, 1)) == 1_500_000
    assert [amount.source for amount in maternity.amounts] == [SEED, SSO_MATERNITY_2564]
    assert maternity.check_rate


@pytest.mark.parametrize(("case", "satang"), [(TopUpCase.DIALYSIS, 150_000), (TopUpCase.DENTAL, 90_000)])
def test_what_the_own_scheme_bears(case, satang):
    assert ROWS[case].base_on(DAY) == satang
    assert ROWS[case].base_on(date(2013, 9, 30)) is None


def test_a_repeated_vascular_access_has_no_base_amount():
    assert ROWS[TopUpCase.VASCULAR_ACCESS_REPEAT].base_on(DAY) is None
    assert {row.case for row in TOP_UPS if row.check_rate} == {
        TopUpCase.MATERNITY,
        TopUpCase.DENTAL,
        TopUpCase.PRIVATE_TEACHER_ABOVE_CAP_CSMBS,
        TopUpCase.PRIVATE_TEACHER_ABOVE_CAP_LGO,
    }


def test_which_schemes_of_ones_own_leave_a_single_right_in_use():
    day = date(2026, 11, 1)
    behind = {Scheme.PRIVATE_TEACHER, Scheme.SSO, Scheme.UCS}
    assert leaves_in_use(EntitlementRank.SECONDARY, day) == behind
    assert leaves_in_use(EntitlementRank.PRIMARY, day) == set(Scheme) - {Scheme.CSMBS_PENSION}
