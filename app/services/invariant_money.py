"""What must hold of money at every moment, as SQL that finds where it does not (see invariant_sql.py)."""

from app.services.invariant_sql import Invariant

_SUM = (
    "COALESCE((SELECT SUM(CASE WHEN e.{plus} = '{account}' THEN e.satang ELSE -e.satang END) FROM ledger_entry e"
    " WHERE e.claim_id = c.id AND '{account}' IN (e.debit, e.credit)), 0)"
)
_OWED, _PAID = _SUM.format(plus="credit", account="OWED"), _SUM.format(plus="credit", account="BANK")
_MORE = (
    "COALESCE((SELECT SUM(a.additional) FROM appeal a WHERE a.claim_id = c.id AND a.status = 'PASSED'"
    " AND a.paid_on IS {}), 0)"
)
_STILL, _DONE = _MORE.format("NULL"), _MORE.format("NOT NULL")
MONEY = (
    Invariant(
        "LEDGER_OWED", "what is approved and not yet paid is owed, to the satang, and nothing else is",
        f"SELECT c.claim_no FROM receipt_claim c WHERE {_OWED} <> {_STILL}"
        " + CASE WHEN c.status = 'APPROVED' THEN c.approved ELSE 0 END",
    ),
    Invariant(
        "LEDGER_PAID", "what was transferred is what was approved, once, and only of claims that are paid",
        f"SELECT c.claim_no FROM receipt_claim c WHERE {_PAID} <> {_DONE}"
        " + CASE WHEN c.status = 'PAID' THEN c.approved ELSE 0 END",
    ),
    Invariant(
        "LEDGER_AGENCY", "an entry stands under the agency of its claim",
        "SELECT e.id FROM ledger_entry e JOIN receipt_claim c ON c.id = e.claim_id WHERE c.agency_id <> e.agency_id",
    ),
    Invariant(
        "CLAIM_OF_ANOTHER", "a claim that was sent names a right of its patient, at its agency, that covers the day of service",
        """SELECT c.claim_no FROM receipt_claim c JOIN entitlement t ON t.id = c.entitlement_id
        WHERE t.person_id <> c.patient_id OR t.agency_id <> c.agency_id OR c.served_on < t.entitled_from""",
    ),
    Invariant(
        "CLAIM_WITHOUT_RECEIPT", "a claim that was sent has its receipt attached",
        """SELECT c.claim_no FROM receipt_claim c WHERE c.status NOT IN ('DRAFT', 'CANCELLED') AND NOT EXISTS (
            SELECT 1 FROM claim_paper p WHERE p.claim_id = c.id AND p.kind = 'RECEIPT')""",
    ),
)  # fmt: skip
