"""The table of a refund's states: every act in every state, the locks of the seed word by word, and who may do what."""

import pytest

from app.domain.refunds import RefundStatus as S
from app.domain.refunds import RefundVerb as V
from app.domain.roles import ROLES
from app.rules.refund_statuses import OPEN_TO_AGENCY, STANDING, TABLE

WAYS = {
    (None, V.RECORD): S.AWAITING_CONFIRMATION,
    (S.AWAITING_CONFIRMATION, V.RECORD): S.AWAITING_CONFIRMATION, (S.CONFIRMED, V.RECORD): S.AWAITING_CONFIRMATION,
    (S.AWAITING_CONFIRMATION, V.CANCEL): S.CANCELLED_BY_AGENCY, (S.CONFIRMED, V.CANCEL): S.CANCELLED_BY_AGENCY,
    (S.AWAITING_CONFIRMATION, V.CONFIRM): S.CONFIRMED, (S.CONFIRMED, V.PRINT): S.PRINTED, (S.PRINTED, V.PRINT): S.PRINTED,
    (S.PRINTED, V.ANNUL): S.CANCELLED_BY_NHSO, (S.PRINTED, V.RECEIVE): S.MONEY_RECEIVED,
    (S.CONFIRMED, V.SET_OFF): S.MONEY_RECEIVED, (S.PRINTED, V.SET_OFF): S.MONEY_RECEIVED,
}  # fmt: skip
MAY = {
    "finance_clerk": {V.RECORD, V.CANCEL, V.PRINT, V.CONFIRM},
    "nhso_finance": {V.CONFIRM, V.ANNUL, V.RECEIVE, V.SET_OFF},
    "nhso_admin": {V.ANNUL},
}


def test_the_table_of_states_leads_there_and_nowhere_else():
    for of in (None, *S):
        for verb in V:
            found = TABLE.line(of, verb)
            assert (found.to if found else None) == WAYS.get((of, verb)), (of, verb)
    assert len(TABLE) == len(WAYS) and all(line.source.text for line in TABLE)


def test_the_locks_are_those_of_the_seed():
    clerk = ROLES["finance_clerk"].powers
    may_change = {of for of in S if V.RECORD in TABLE.verbs(of, clerk)}
    may_cancel = {of for of in S if V.CANCEL in TABLE.verbs(of, clerk)}
    # แก้ไข หรือยกเลิกได้โดยเจ้าหน้าที่ อปท. / พิมพ์เอกสารแล้ว (ไม่สามารถแก้ไข หรือ ยกเลิกได้)
    assert may_change == may_cancel == set(OPEN_TO_AGENCY) == {S.AWAITING_CONFIRMATION, S.CONFIRMED}
    assert {of for of in S for line in TABLE if line.of is of and line.to is S.CANCELLED_BY_NHSO} == {S.PRINTED}
    assert {S.AWAITING_CONFIRMATION, S.CONFIRMED, S.PRINTED, S.MONEY_RECEIVED} == set(STANDING)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_just_its_part(role):
    assert {verb for of in S for verb in TABLE.verbs(of, ROLES[role].powers)} == MAY.get(role, set())
