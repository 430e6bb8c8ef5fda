"""What must hold of money at every moment, as SQL that finds where it does not (see invariant_sql.py)."""

from app.services.invariant_sql import Invariant

_SUM = (
    "COALESCE((SELECT SUM(CASE WHEN e.{plus} = '{account}' THEN e.satang ELSE -e.satang END) FROM ledger_entry e"
    " WHERE e.claim_id = c.id AND '{account}' IN (e.debit, e.credit)), 0)"
)
_OWED = _SUM.format(plus="credit", account="OWED")
_PAID = (
    "COALESCE((SELECT SUM(CASE WHEN e.credit = 'BANK' THEN e.satang ELSE -e.satang END) FROM ledger_entry e"
    " WHERE e.claim_id = c.id AND e.kind = 'PAYMENT'), 0)"
)
_DUE = _SUM.format(plus="debit", account="REFUND_DUE")
_BACK = (
    "COALESCE((SELECT SUM(CASE WHEN e.debit = 'BANK' THEN e.satang ELSE -e.satang END) FROM ledger_entry e"
    " WHERE e.claim_id = c.id AND e.kind IN ('REFUND_RECEIVED', 'REFUND_SET_OFF')), 0)"
)
_REFUNDS = "COALESCE((SELECT SUM(r.amount) FROM refund_request r WHERE r.claim_id = c.id AND r.status IN ({})), 0)"
_EXPECTED = _REFUNDS.replace("r.amount", "r.amount - r.kept_back").format("'CONFIRMED', 'PRINTED'")
_THERE = _REFUNDS.replace(
    "r.amount", "CASE WHEN r.status = 'MONEY_RECEIVED' THEN r.amount ELSE r.kept_back END"
).format("'CONFIRMED', 'PRINTED', 'MONEY_RECEIVED'")
_MORE = (
    "COALESCE((SELECT SUM(a.additional) FROM appeal a WHERE a.claim_id = c.id AND a.status = 'PASSED'"
    " AND a.paid_on IS {}), 0)"
)
# All that was paid came back: its receipts are free where its right has gone.
_GIVEN_BACK = f"(c.status = 'PAID' AND {_PAID} = {_BACK})"
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
        "REFUND_DUE", "what a refund that is confirmed and not yet received comes to is expected back, and nothing else is",
        f"SELECT c.claim_no FROM receipt_claim c WHERE {_DUE} <> {_EXPECTED}",
    ),
    Invariant(
        "REFUND_RECEIVED", "what came back is what received refunds and what runs kept back say, once",
        f"SELECT c.claim_no FROM receipt_claim c WHERE {_BACK} <> {_THERE}",
    ),
    Invariant(
        "REFUND_OVER_PAID", "never more is given back than was paid",
        f"SELECT c.claim_no FROM receipt_claim c WHERE {_PAID} < "
        + _REFUNDS.format("'AWAITING_CONFIRMATION', 'CONFIRMED', 'PRINTED', 'MONEY_RECEIVED'"),
    ),
    Invariant(
        "REFUND_SET_OFF", "what runs kept back of a refund is what it says, each part with its entry, and its run was paid out",
        """SELECT f.refund_no FROM refund_request f WHERE f.kept_back <>
            COALESCE((SELECT SUM(s.satang) FROM refund_set_off s WHERE s.refund_id = f.id), 0)
        OR EXISTS (SELECT 1 FROM refund_set_off s JOIN ledger_entry e ON e.id = s.entry_id
            JOIN transfer_statement t ON t.id = s.statement_id JOIN payment_run r ON r.id = t.run_id
            WHERE s.refund_id = f.id AND (e.claim_id <> f.claim_id OR e.satang <> s.satang OR e.kind <> 'REFUND_SET_OFF'
                OR r.status <> 'RELEASED' OR t.agency_id <> f.agency_id))""",
    ),
    Invariant(
        "RUN_SET_OFF", "what a statement keeps back is what was kept back of refunds, and never more than it pays",
        """SELECT t.statement_no FROM transfer_statement t WHERE t.set_off > t.satang OR t.set_off <>
            COALESCE((SELECT SUM(s.satang) FROM refund_set_off s WHERE s.statement_id = t.id), 0)""",
    ),
    Invariant(
        "REFUND_AGENCY", "a refund stands under the agency of its claim, and nobody confirmed what he wrote",
        """SELECT r.refund_no FROM refund_request r JOIN receipt_claim c ON c.id = r.claim_id
        WHERE c.agency_id <> r.agency_id OR r.confirmed_by_id = r.recorded_by_id""",
    ),
    Invariant(
        "FUND_ACCOUNT", "no account of the fund is in force that one officer alone brought in",
        "SELECT a.id FROM fund_account a WHERE a.decision = 'CONFIRMED'"
        " AND (a.decided_by_id IS NULL OR a.decided_by_id = a.proposed_by_id)",
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
        "CLAIM_RECEIPT_TWICE", "a claim that was sent holds its receipt: no other claim or appeal has issuer, number and amount",
        f"""SELECT c.claim_no FROM receipt_claim c WHERE c.status IN ('SUBMITTED', 'RETURNED', 'APPROVED', 'PAID')
            AND NOT EXISTS (SELECT 1 FROM claimed_receipt r WHERE r.claim_id = c.id AND r.appeal_id IS NULL AND r.held
            AND r.receipt_key = c.receipt_key AND r.total = c.total) AND NOT {_GIVEN_BACK}""",
    ),
    Invariant(
        "APPEAL_RECEIPT_TWICE", "an appeal that was sent or passed holds each receipt that it adds: no other claim has it",
        f"""SELECT DISTINCT a.appeal_no FROM appeal a JOIN claimed_receipt r ON r.appeal_id = a.id
        WHERE a.status IN ('SUBMITTED', 'PASSED') AND NOT r.held AND (r.is_further OR NOT EXISTS (
            SELECT 1 FROM claimed_receipt o WHERE o.claim_id = r.claim_id AND o.held AND o.issuer_key = r.issuer_key
            AND o.receipt_key = r.receipt_key AND o.total = r.total))
        AND NOT EXISTS (SELECT 1 FROM receipt_claim c WHERE c.id = a.claim_id AND {_GIVEN_BACK})""",
    ),
    Invariant(
        "CLAIM_OVER_RECEIPTS", "a claim with its appeals brings no more than its receipts come to",
        f"""SELECT c.claim_no FROM receipt_claim c WHERE c.status IN ('APPROVED', 'PAID')
            AND c.approved + {_STILL} + {_DONE} > c.total
            + COALESCE((SELECT SUM(r.total) FROM claimed_receipt r JOIN appeal a ON a.id = r.appeal_id
                WHERE r.claim_id = c.id AND r.is_further AND r.held AND a.status <> 'SUBMITTED'), 0) AND NOT {_GIVEN_BACK}""",
    ),
    Invariant(
        "CLAIM_RIGHT_GONE", "the right that a claim waits for money with still pays for its day: else return, close or recall it",
        """SELECT c.claim_no FROM receipt_claim c JOIN person p ON p.id = c.patient_id WHERE c.status IN ('SUBMITTED', 'APPROVED')
        AND (p.death_date < c.served_on OR NOT EXISTS (SELECT 1 FROM entitlement t WHERE t.person_id = c.patient_id
            AND t.agency_id = c.agency_id AND NOT t.voided AND t.entitled_from <= c.served_on
            AND (t.entitled_until IS NULL OR t.entitled_until > c.served_on)
            AND (t.standby_since IS NULL OR t.standby_since > c.served_on)))""",
    ),
    Invariant(
        "CLAIM_WITHOUT_RECEIPT", "a claim that was sent has its receipt attached",
        """SELECT c.claim_no FROM receipt_claim c WHERE c.status NOT IN ('DRAFT', 'CANCELLED') AND NOT EXISTS (
            SELECT 1 FROM claim_paper p WHERE p.claim_id = c.id AND p.kind = 'RECEIPT'
            AND p.withdrawn_at IS NULL)""",
    ),
    Invariant(
        "RUN_LINE_POSTED", "a paid line of a run has its own ledger entry, over its amount, of its claim",
        """SELECT t.id FROM transfer_line t JOIN ledger_entry e ON e.id = t.entry_id WHERE e.claim_id <> t.claim_id
        OR e.satang <> t.satang OR e.kind <> 'PAYMENT' OR e.reverses_id IS NOT NULL""",
    ),
    Invariant(
        "RUN_SUMS", "a released run and its statements come to what their paid lines come to, and nothing waits in it",
        """SELECT r.run_no FROM payment_run r WHERE r.status = 'RELEASED' AND (
            r.satang <> (SELECT COALESCE(SUM(t.satang), 0) FROM transfer_line t WHERE t.run_id = r.id AND t.outcome = 'PAID')
            OR r.satang <> (SELECT COALESCE(SUM(s.satang), 0) FROM transfer_statement s WHERE s.run_id = r.id)
            OR EXISTS (SELECT 1 FROM transfer_line t WHERE t.run_id = r.id AND t.outcome = 'WAITS'))""",
    ),
    Invariant(
        "RUN_PAID_BY", "what a run paid carries its number and its day",
        """SELECT c.claim_no FROM transfer_line t JOIN payment_run r ON r.id = t.run_id
        JOIN receipt_claim c ON c.id = t.claim_id WHERE t.outcome = 'PAID' AND t.appeal_id IS NULL
        AND (c.status <> 'PAID' OR c.transfer_no <> r.run_no OR c.paid_on <> r.transfer_on)""",
    ),
)  # fmt: skip
