"""Every act in every state of a payment run: allowed as the table says, refused otherwise."""

import pytest

from app.domain.payment_runs import RunStatus as S
from app.domain.payment_runs import RunVerb as V
from app.domain.powers import Power
from app.rules.run_statuses import MOST_DAYS_AHEAD, run_step, run_verbs

ALLOWED = {
    (S.PREPARED, V.LEAVE_MINE): S.PREPARED,
    (S.PREPARED, V.CANCEL): S.CANCELLED,
    (S.PREPARED, V.RELEASE): S.RELEASING,
    (S.RELEASING, V.FINISH): S.RELEASED,
}


@pytest.mark.parametrize("verb", V)
@pytest.mark.parametrize("status", S)
def test_every_act_in_every_state(status, verb):
    step = run_step(status, verb)
    assert (step.to if step else None) == ALLOWED.get((status, verb))


def test_officers_do_what_their_power_says_and_the_job_alone_finishes():
    payer = frozenset({Power.PAY_CLAIM})
    assert run_verbs(S.PREPARED, payer) == {V.LEAVE_MINE, V.CANCEL, V.RELEASE}
    assert [run_verbs(state, payer) for state in (S.RELEASING, S.RELEASED, S.CANCELLED)] == [frozenset()] * 3
    assert run_verbs(S.PREPARED, frozenset(Power) - payer) == frozenset()
    assert MOST_DAYS_AHEAD == 30
