"""The ledger of rounds: one row per request, a manifest that names what was touched, and each agency sees its own."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION
from app.domain.people import Relation, RequestType
from app.models import ProcessingRound, RoundManifest, RoundOutcome
from app.models.database import db
from app.models.triggers import create_triggers
from app.services.round_verifying import proven_rounds, unproven_rounds, verify
from app.services.rounds import run_due
from app.services.transaction import reading
from tests.builders import Ask, approved, clock, family, outcome, planned_round


@pytest.fixture
def two_rounds(database) -> list[int]:
    """The requests of a round of mixed outcomes, and one more round after it."""
    clock("2018-10-01 09:00")
    asks = [*family(1, 5), *family(11, 3), Ask(1), Ask(8, 9, Relation.MOTHER, date(2011, 1, 1))]
    ids = approved(planned_round("2018-10-01 11:00"), asks)
    approved(planned_round("2018-10-01 15:00"), family(21, 2))
    clock("2018-10-01 15:00")
    list(run_due())
    return ids


def told() -> list[str]:
    return [
        f"{verdict.is_whole} {verdict.altered} {verdict.missing} {verdict.contradicted} {verdict.manifest_differs}"
        for verdict in map(verify, proven_rounds(10))
    ]


WHOLE = "True [] 0 [] False"


def test_every_request_has_its_row_and_the_manifests_hang_together(two_rounds):
    with reading(NATION) as session:
        rows = {row.request_id: row for row in session.scalars(sa.select(RoundOutcome)) if row.request_id in two_rounds}
        first, second = session.scalars(sa.select(RoundManifest).order_by(RoundManifest.round_id))
        carried = session.scalars(sa.select(ProcessingRound).order_by(ProcessingRound.id)).all()
    assert {i: (row.outcome.value, row.round_error, row.conflict_request_id) for i, row in rows.items()} == {
        i: outcome(i) for i in two_rounds
    }
    assert {row.request_version for row in rows.values()} == {2} and len(rows) == 10
    kind = RequestType.CERTIFY_NEW.value
    assert first.counts == {kind: {"CONFLICT": 1, "EFFECTIVE": 8, "PRINCIPAL_NOT_EFFECTIVE": 1}}
    assert (first.row_count, len(first.row_digests), first.previous_sha256) == (10, 80, "")
    assert second.previous_sha256 == first.sha256 and first.ended_at >= first.begun_at == carried[0].begun_at
    assert [(r.effective_count, r.error_count) for r in carried[:2]] == [(8, 2), (2, 0)]
    assert told() == [WHOLE, WHOLE]


@pytest.mark.parametrize(
    ("deed", "found"),
    [
        ("UPDATE round_outcome SET round_error = NULL, outcome = 'EFFECTIVE' WHERE request_id = {failed}",
         "False ['{no}'] 0 ['{no}'] True"),
        ("UPDATE round_outcome SET request_version = 9 WHERE request_id = {failed}", "False ['{no}'] 0 [] True"),
        ("DELETE FROM round_outcome WHERE request_id = {failed}", "False [] 1 ['{no}'] True"),
        ("UPDATE change_request SET status = 'EFFECTIVE', round_error = NULL, effective_at = submitted_at"
         " WHERE id = {failed}", "False [] 0 ['{no}'] False"),
        ("UPDATE round_manifest SET row_count = 3 WHERE round_id = 1", "False [] 0 [] True"),
    ],
)  # fmt: skip
def test_what_was_touched_is_named(two_rounds, deed, found):
    failed = two_rounds[-1]
    with db.writer.connect() as connection:
        no = connection.execute(
            sa.text("SELECT request_no FROM change_request WHERE id = :id"), {"id": failed}
        ).scalar()
    if "change_request" not in deed:
        with pytest.raises(sa.exc.DBAPIError), db.writer.begin() as connection:
            connection.execute(sa.text(deed.format(failed=failed)))
    with db.writer.begin() as connection:
        off = "DROP TRIGGER {t}_no_{v}" + ("" if connection.dialect.name == "sqlite" else " ON {t}")
        for table in ("round_outcome", "round_manifest"):
            for verb in ("update", "delete"):
                connection.execute(sa.text(off.format(t=table, v=verb)))
        connection.execute(sa.text(deed.format(failed=failed)))
        create_triggers(connection)
    assert told() == [found.format(no=no), WHOLE]


def test_a_round_whose_manifest_was_taken_away_is_missed(two_rounds):
    assert unproven_rounds(10) == []
    with pytest.raises(sa.exc.DBAPIError, match="APPEND_ONLY"), db.writer.begin() as connection:
        connection.execute(sa.text("DELETE FROM round_manifest WHERE round_id = 2"))
    with db.writer.begin() as connection:
        off = "DROP TRIGGER {t}_no_delete" + ("" if connection.dialect.name == "sqlite" else " ON {t}")
        for table in ("round_outcome", "round_manifest"):
            connection.execute(sa.text(off.format(t=table)))
            connection.execute(sa.text(f"DELETE FROM {table} WHERE round_id = 2"))
        create_triggers(connection)
    assert [found.id for found in unproven_rounds(10)] == [2]
