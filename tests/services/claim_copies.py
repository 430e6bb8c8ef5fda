"""Many claims at once, for tests that need the size of a province and not the way there."""

import sqlalchemy as sa

from app.models.claim import ClaimPaper, ReceiptClaim
from app.models.claimed_receipt import ClaimedReceipt
from app.models.database import db
from app.models.ledger import LedgerEntry
from app.models.triggers import create_triggers


def copied(origin: int, count: int) -> range:
    """The ids of so many approved claims like this one (SQLite), each with its receipt, paper and ledger entry."""
    with db.writer.begin() as connection:
        highest = connection.execute(sa.text("SELECT max(id) FROM receipt_claim")).scalar_one()
        ids = range(highest + 1, highest + count + 1)
        numbers = f"WITH RECURSIVE n(n) AS (SELECT {ids[0]} UNION ALL SELECT n + 1 FROM n WHERE n < {ids[-1]})"
        own = {"id": "n.n", "claim_no": "'C-' || n.n", "receipt_no": "'C-' || n.n", "receipt_key": "'c-' || n.n"}
        of_claim = {"claim_id": "n.n", "receipt_no": "'C-' || n.n", "receipt_key": "'c-' || n.n"}
        connection.execute(sa.text("DROP TRIGGER claim_paper_frozen"))  # the papers of what is sent come with it
        for model, values, which in (
            (ReceiptClaim, own, "c.id"), (ClaimedReceipt, of_claim, "c.claim_id"), (ClaimPaper, of_claim, "c.claim_id"),
            (LedgerEntry, of_claim, "c.claim_id"),
        ):  # fmt: skip
            table = model.__table__
            names = [column.name for column in table.c if column.name != "id" or "id" in values]
            cells = ", ".join(values.get(name, f"c.{name}") for name in names)
            insert = f"INSERT INTO {table.name} ({', '.join(names)}) {numbers} SELECT {cells} FROM n, {table.name} c"
            connection.execute(sa.text(f"{insert} WHERE {which} = {origin}"))
        create_triggers(connection)
    return ids
