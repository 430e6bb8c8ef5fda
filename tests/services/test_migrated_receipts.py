"""What an upgrade does with receipts that an earlier release held otherwise than the verb: set free, known, held anew."""

from importlib import import_module

import sqlalchemy as sa

from app.domain.claims import ClaimStatus
from app.models.database import db
from tests.services.claim_counter import open_counter
from tests.services.test_payment_runs import rows
from tests.services.test_receipts_once import ready

_REVISION = "migrations.register.versions.f3a90d17c5e2_refunds_kept_back_from_transfers"


def test_receipts_are_held_as_the_verb_holds_them(sqlite_database, tmp_path):
    counter = open_counter(tmp_path)
    same = {"receipt_no": "A-1", "served_on": counter.form().served_on}
    denied = counter.brought_to(ClaimStatus.DENIED)
    paid = counter.send(ready(counter, **same, private_unit="คลินิกหมอดี"))
    counter.decide(paid)
    listed = counter.send(ready(counter, receipt_no="B-2", private_unit="รพ.สอง"))
    twin = counter.send(ready(counter, receipt_no="B-2", private_unit="คลินิกหมอดี"))
    with db.writer.begin() as connection:
        # As the revision before left them: the closed claim holds what the paid one needs, issuers by their exact names.
        connection.execute(sa.text("DROP TRIGGER claimed_receipt_frozen"))
        connection.execute(
            sa.text("UPDATE claimed_receipt SET held = FALSE WHERE claim_id IN (:paid, :twin)"),
            {"paid": paid, "twin": twin},
        )
        taken = "issuer_key = o.issuer_key, receipt_key = o.receipt_key, total = o.total, held = TRUE"
        connection.execute(
            sa.text(f"UPDATE claimed_receipt SET {taken} FROM claimed_receipt o WHERE o.claim_id = :paid"
                    " AND claimed_receipt.claim_id = :denied"), {"paid": paid, "denied": denied},
        )  # fmt: skip
        for claim_id, name in ((listed, "รพ.สอง"), (twin, "โรงพยาบาล สอง")):
            connection.execute(
                sa.text("UPDATE claimed_receipt SET issuer = :name, issuer_key = :key WHERE claim_id = :id"),
                {"name": name, "key": f"N:{name}", "id": claim_id},
            )
        import_module(_REVISION)._hold_as_the_verb_does(connection)
    held = {row[0]: row[1:] for row in rows("SELECT claim_id, held, issuer_key FROM claimed_receipt")}
    assert (held[denied][0], held[paid][0]) == (0, 1)  # what was closed holds nothing, what is paid does
    assert held[listed] == (1, "H:10002")
    assert held[twin] == (0, "H:10002")  # the same receipt: the first one keeps it, `flask demo verify` names the other
