"""Every act in every state of everything that is money, by every role: what the tables allow, written out role by role.

That the services follow the tables is shown for each act in each state in tests/services; here is who.
"""

import pytest

from app.domain.appeals import AppealStatus, AppealVerb
from app.domain.claims import ClaimStatus, ClaimVerb
from app.domain.payment_runs import RunStatus, RunVerb
from app.domain.refunds import RefundStatus, RefundVerb
from app.domain.roles import ROLES
from app.rules import appeal_statuses, claim_statuses, refund_statuses
from app.rules.run_statuses import run_verbs
from tests.rules import test_appeals, test_receipts, test_refunds, test_run_statuses

CLERK, FINANCE, ADMIN = "finance_clerk", "nhso_finance", "nhso_admin"
C, A, R, P = ClaimVerb, AppealVerb, RefundVerb, RunVerb
# Of each table: what leads where, by whom at all, and how the table is asked.
TABLES = {
    "claim": (
        ClaimStatus, C, test_receipts.WAYS, claim_statuses.TABLE.verbs,
        {CLERK: {C.RECORD, C.SUBMIT, C.CANCEL},
         FINANCE: {C.ALLOW_LATE, C.RETURN, C.DENY, C.SIGN, C.APPROVE, C.RECALL, C.PAY}},
    ),
    "appeal": (
        AppealStatus, A, test_appeals.WAYS, appeal_statuses.TABLE.verbs,
        {CLERK: {A.RECORD, A.SUBMIT, A.CANCEL}, FINANCE: {A.SIGN, A.PASS, A.NOT_PASS, A.RECALL, A.PAY}},
    ),
    # The seed: แก้ไข หรือยกเลิกได้โดยเจ้าหน้าที่ อปท. until พิมพ์เอกสารแล้ว, afterwards ให้ติดต่อ สปสช. เพื่อแจ้งยกเลิกข้อมูล
    "refund": (
        RefundStatus, R, test_refunds.WAYS, refund_statuses.TABLE.verbs,
        {CLERK: {R.RECORD, R.CANCEL, R.PRINT, R.CONFIRM}, FINANCE: {R.CONFIRM, R.ANNUL, R.RECEIVE, R.SET_OFF},
         ADMIN: {R.ANNUL}},
    ),
    "run": (
        RunStatus, P, test_run_statuses.ALLOWED, run_verbs, {FINANCE: {P.LEAVE_MINE, P.CANCEL, P.RELEASE}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", TABLES)
def test_every_act_in_every_state_by_every_role(name, role):
    states, verbs, ways, allowed_in, may = TABLES[name]
    mine = may.get(role, set())
    for state in states:
        found = allowed_in(state, ROLES[role].powers)
        for verb in verbs:
            assert (verb in found) is ((state, verb) in ways and verb in mine), (role, state, verb)


def test_nobody_brings_two_ends_of_the_money_together():
    """Whoever records decides nothing, and no role but the NHSO's finance pays anything out."""
    for name, (_states, _verbs, _ways, _allowed, may) in TABLES.items():
        assert may.get(CLERK, set()) & may.get(FINANCE, set()) <= {R.CONFIRM}, name
        assert set(may) <= {CLERK, FINANCE, ADMIN}
