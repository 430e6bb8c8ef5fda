"""What a round is said to do before it runs is what it does: who will fail and why, and nothing that is in order."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION
from app.domain.people import Relation, RequestType
from app.models import ProcessingRound
from app.models.database import db
from app.services import rounds
from app.services.round_preview import Effect, preview
from app.services.round_rehearsal import foreseen
from app.services.transaction import reading
from tests.builders import Ask, approved, family, outcome
from tests.services import round_samples
from tests.services.lifecycle_desk import SPOUSE, Desk, database, on_both  # noqa: F401 - a fixture
from tests.services.test_changes_of_rights import change

pytest_generate_tests = on_both(frozenset({"test_nothing_is_foretold_that_does_not_come_to_pass"}))


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_foretold_that_does_not_come_to_pass(database, monkeypatch, seed):  # noqa: F811 - the fixture
    told = {}
    run_due = rounds.run_due

    def rehearsed():
        with reading(NATION) as session:
            coming = session.scalars(sa.select(ProcessingRound).where(ProcessingRound.status == "PLANNED")).first()
            told.update({one.request_id: one for one in foreseen(session, coming.id)})
        return run_due()

    monkeypatch.setattr(round_samples.rounds, "run_due", rehearsed)
    round_samples.carry_two_rounds(seed)
    assert {"CONFLICT", "PRINCIPAL_NOT_EFFECTIVE"} <= {one.error.value for one in told.values()}
    wrong = {i: (one.error, one.rival_id, outcome(i)) for i, one in told.items() if outcome(i)[0] != "ROUND_ERROR"}
    assert wrong == {}
    with db.engine.connect() as connection:
        query = "SELECT id FROM change_request WHERE round_error IN ('CONFLICT', 'PRINCIPAL_NOT_EFFECTIVE')"
        assert set(connection.execute(sa.text(query)).scalars()) <= set(told) | unforeseeable()


def unforeseeable() -> set[int]:
    """Whose principal's own request was refused by what only the round itself finds."""
    with db.engine.connect() as connection:
        query = """
            SELECT r.id FROM change_request r JOIN proposal p ON p.request_id = r.id
                JOIN proposal q ON q.national_id = p.principal_national_id AND q.relation = 'SELF'
                JOIN change_request o ON o.id = q.request_id AND o.round_id = r.round_id
            WHERE o.round_error IS NOT NULL"""
        return set(connection.execute(sa.text(query)).scalars())


def test_a_change_in_order_and_a_family_without_its_principal(people):
    desk = Desk(people).family().at("2018-10-01 09:00")
    (edit,) = change(desk, SPOUSE, last_name_th="ใหม่งาม")
    desk.approve([edit])
    round_id = desk.request(edit).round_id
    left = approved(round_id, [Ask(60, 61, Relation.MOTHER, date(2011, 1, 1)), *family(71, 2)])
    with reading(people.registrar.scope) as session:
        told = preview(session, round_id)
    assert told.effects == {Effect.BEGINS: 2, Effect.CHANGES: 1}
    assert {i: one.error for i, one in (told.failing or {}).items()} == {left[0]: "PRINCIPAL_NOT_EFFECTIVE"}
    assert told.failing[left[0]].type is RequestType.CERTIFY_NEW
    with reading(people.other_registrar.scope) as session:
        assert preview(session, round_id).effects == {}
