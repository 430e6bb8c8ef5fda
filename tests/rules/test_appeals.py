"""The table of an appeal's states: what leads where, who may do what, and words for each refusal."""

import pytest

from app.domain.appeals import AppealStatus as S
from app.domain.appeals import AppealVerb as V
from app.domain.roles import ROLES
from app.rules.appeal_statuses import TABLE

WAYS = {
    (None, V.RECORD): S.DRAFT, (S.DRAFT, V.RECORD): S.DRAFT, (S.DRAFT, V.SUBMIT): S.SUBMITTED,
    (S.DRAFT, V.CANCEL): S.CANCELLED, (S.SUBMITTED, V.CANCEL): S.CANCELLED, (S.SUBMITTED, V.SIGN): S.SUBMITTED,
    (S.SUBMITTED, V.PASS): S.PASSED, (S.SUBMITTED, V.NOT_PASS): S.NOT_PASSED, (S.PASSED, V.PAY): S.PASSED,
    (S.PASSED, V.RECALL): S.NOT_PASSED,
}  # fmt: skip


def test_the_table_of_states_leads_there_and_nowhere_else():
    for of in (None, *S):
        for verb in V:
            found = TABLE.line(of, verb)
            assert (found.to if found else None) == WAYS.get((of, verb)), (of, verb)
    assert len(TABLE) == len(WAYS) and all(line.source.text for line in TABLE)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_just_its_part(role):
    clerk = {V.RECORD, V.SUBMIT, V.CANCEL} if role == "finance_clerk" else set()
    decider = {V.SIGN, V.PASS, V.NOT_PASS, V.RECALL, V.PAY} if role == "nhso_finance" else set()
    assert {verb for of in S for verb in TABLE.verbs(of, ROLES[role].powers)} == clerk | decider
