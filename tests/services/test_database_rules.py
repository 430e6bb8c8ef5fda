"""The last line in the database: what no code path may do, on both databases."""

import pytest
import sqlalchemy as sa

from app.models.database import db
from app.services import releases
from tests.services.lifecycle_desk import CHILD, OWN, Desk


def test_models_and_schema_agree(database):
    assert releases.differences() == []
    assert releases.is_released()


def test_upgrade_twice_is_the_same(database):
    releases.upgrade()
    assert releases.differences() == []


@pytest.fixture
def sent(people) -> dict[str, int]:
    """A family whose requests a round has carried, and nothing that refers to the child alone."""
    desk = Desk(people).family()
    child, own = desk.right(CHILD), desk.right(OWN)
    return {
        "right": child.id,
        "person": own.person_id,
        "request": own.request_id or 0,
        "user": people.registrar.user_id or 0,
    }


@pytest.mark.parametrize(
    ("said", "statement"),
    [
        ("NO_DELETE", "DELETE FROM entitlement WHERE id = :right"),
        ("NO_DELETE", "DELETE FROM person WHERE id = :person"),
        ("NO_DELETE", "DELETE FROM change_request WHERE id = :request"),
        ("NO_DELETE", "DELETE FROM proposal WHERE request_id = :request"),
        ("NO_DELETE", "DELETE FROM request_revision WHERE request_id = :request"),
        ("FROZEN", "UPDATE request_revision SET sha256 = 'x' WHERE request_id = :request"),
        ("FROZEN", "UPDATE request_revision SET submitted_by_id = :user WHERE request_id = :request"),
        ("FROZEN", "UPDATE request_revision SET outcome = 'RETURNED' WHERE request_id = :request"),
        ("FROZEN", "UPDATE proposal SET first_name_th = 'x' WHERE request_id = :request"),
        ("APPEND_ONLY", "DELETE FROM request_editor WHERE request_id = :request"),
        ("APPEND_ONLY", "UPDATE request_editor SET user_id = :user WHERE request_id = :request"),
        ("APPEND_ONLY", "DELETE FROM audit_event"),
        ("APPEND_ONLY", "UPDATE audit_event SET actor_name = 'x'"),
        ("APPEND_ONLY", "DELETE FROM round_outcome"),
        ("APPEND_ONLY", "DELETE FROM round_manifest"),
    ],
)  # fmt: skip
def test_what_was_sent_and_what_has_happened_is_not_erased(sent, said, statement):
    with pytest.raises(sa.exc.IntegrityError, match=said), db.writer.begin() as connection:
        connection.execute(sa.text(statement), sent)
