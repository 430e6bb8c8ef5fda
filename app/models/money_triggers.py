"""The last line of money: what was sent, printed, paid or posted stays, and nothing goes out or comes back twice.

Created with the others by app/models/triggers.py.
"""

from app.domain.ledger import ACCOUNTS

_FACTS_OF_CLAIM = (
    "agency_id", "claim_no", "patient_id", "hospital_id", "patient_type", "served_on", "discharged_on", "receipt_no",
    "receipt_key", "receipt_on", "total", "claimable", "name_on_receipt", "private_unit",
)  # fmt: skip
_SENT_CLAIM = "OLD.status NOT IN ('DRAFT', 'RETURNED') AND ({})".format(
    " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FACTS_OF_CLAIM)
)
_FACTS_OF_APPEAL = (
    "agency_id", "appeal_no", "claim_id", "kind", "reason", "words", "hospital_id", "patient_type", "compensation", "additional",
    "total",
)  # fmt: skip
_SENT_APPEAL = "OLD.status <> 'DRAFT' AND ({})".format(
    " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FACTS_OF_APPEAL)
)
_PAPER_OF_SENT_APPEAL = """
    EXISTS (SELECT 1 FROM appeal c WHERE c.id = {row}.appeal_id AND c.status <> 'DRAFT')"""
_PAPER_OF_SENT_CLAIM = """
    EXISTS (SELECT 1 FROM receipt_claim c WHERE c.id = {row}.claim_id AND c.status NOT IN ('DRAFT', 'RETURNED'))"""
# A paper may be taken off, and put back, while its clerk may write; what it is never changes, what was sent never goes.
_OTHER_PAPER = " OR ".join(
    f"NEW.{name} IS DISTINCT FROM OLD.{name}"
    for name in ("agency_id", "original_name", "media_type", "size", "sha256", "uploaded_by_id", "uploaded_at")
)
_CLAIM_PAPER_WAS_SENT = """
    EXISTS (SELECT 1 FROM claim_step s WHERE s.claim_id = OLD.claim_id AND s.verb = 'SUBMIT' AND s.at >= OLD.uploaded_at
        AND (OLD.withdrawn_at IS NULL OR s.at <= OLD.withdrawn_at))"""
_APPEAL_PAPER_WAS_SENT = """
    EXISTS (SELECT 1 FROM appeal c WHERE c.id = OLD.appeal_id AND c.submitted_at IS NOT NULL
        AND (OLD.withdrawn_at IS NULL OR OLD.withdrawn_at >= c.submitted_at))"""
_FACTS_OF_RECEIPT = (
    "agency_id",
    "claim_id",
    "appeal_id",
    "issuer_key",
    "receipt_no",
    "receipt_key",
    "total",
    "is_further",
)
_OTHER_RECEIPT = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FACTS_OF_RECEIPT)
_FACTS_OF_REFUND = (
    "agency_id", "refund_no", "claim_id", "amount", "reason", "words", "method", "account_id", "sent_on", "sent_no",
    "recorded_by_id", "confirmed_by_id", "entry_id",
)  # fmt: skip
# The lock of the seed: once printed the agency changes nothing; what is over stays over.
_PRINTED_REFUND = "(OLD.status NOT IN ('AWAITING_CONFIRMATION', 'CONFIRMED') OR OLD.kept_back > 0) AND ({})".format(
    " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FACTS_OF_REFUND)
)
_NO_WAY_OF_REFUND = """
    NEW.status <> OLD.status AND (OLD.status IN ('CANCELLED_BY_AGENCY', 'CANCELLED_BY_NHSO', 'MONEY_RECEIVED')
        OR (OLD.status = 'PRINTED' AND NEW.status NOT IN ('CANCELLED_BY_NHSO', 'MONEY_RECEIVED'))
        OR (OLD.status <> 'PRINTED' AND NEW.status IN ('CANCELLED_BY_NHSO', 'MONEY_RECEIVED')
            AND NOT (OLD.status = 'CONFIRMED' AND NEW.status = 'MONEY_RECEIVED' AND NEW.kept_back = NEW.amount))
        OR (OLD.status <> 'CONFIRMED' AND NEW.status = 'PRINTED'))"""
# What runs kept back of a refund is what their rows say, of refunds that wait for it; afterwards it is not given up.
_KEPT_BACK = """
    (NEW.kept_back <> OLD.kept_back AND (OLD.status NOT IN ('CONFIRMED', 'PRINTED') OR OLD.method <> 'SET_OFF'
        OR NEW.kept_back <> (SELECT COALESCE(SUM(s.satang), 0) FROM refund_set_off s WHERE s.refund_id = NEW.id)))
    OR (OLD.kept_back > 0 AND NEW.status NOT IN ('CONFIRMED', 'PRINTED', 'MONEY_RECEIVED'))"""
_RUN_NOT_PAYING = """NOT EXISTS (SELECT 1 FROM transfer_statement s JOIN payment_run r ON r.id = s.run_id
    JOIN refund_request f ON f.id = NEW.refund_id JOIN ledger_entry e ON e.id = NEW.entry_id
    WHERE s.id = NEW.statement_id AND r.status = 'RELEASING' AND s.agency_id = NEW.agency_id AND f.agency_id = NEW.agency_id
    AND e.kind = 'REFUND_SET_OFF' AND e.claim_id = f.claim_id AND e.satang = NEW.satang)"""
# Never more back than was paid, counted over all refunds of the claim that were not given up.
_REFUND_OVER_PAID = """
    NEW.status NOT IN ('CANCELLED_BY_AGENCY', 'CANCELLED_BY_NHSO') AND NEW.amount
    + (SELECT COALESCE(SUM(r.amount), 0) FROM refund_request r WHERE r.claim_id = NEW.claim_id AND r.id <> NEW.id
        AND r.status NOT IN ('CANCELLED_BY_AGENCY', 'CANCELLED_BY_NHSO'))
    > (SELECT COALESCE(SUM(CASE WHEN e.credit = 'BANK' THEN e.satang ELSE -e.satang END), 0)
        FROM ledger_entry e WHERE e.claim_id = NEW.claim_id AND e.kind = 'PAYMENT')"""
_FACTS_OF_ACCOUNT = (
    "bank", "account_name", "account_no", "valid_from", "replaces_id", "is_end", "proposed_by_id", "proposed_by", "proposed_at",
)  # fmt: skip
_ACCOUNT_STANDS = "OLD.decision <> 'PROPOSED' OR {}".format(
    " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FACTS_OF_ACCOUNT)
)
# Each kind of entry has its two accounts, the other way round in a counter-entry.
_OTHER_ACCOUNTS = "NOT ({})".format(
    " OR ".join(
        f"(NEW.kind = '{kind}' AND ((NEW.reverses_id IS NULL AND NEW.debit = '{debit}' AND NEW.credit = '{credit}')"
        f" OR (NEW.reverses_id IS NOT NULL AND NEW.debit = '{credit}' AND NEW.credit = '{debit}')))"
        for kind, (debit, credit) in ACCOUNTS.items()
    )
)
_NOT_THE_MIRROR = """
    NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_entry o WHERE o.id = NEW.reverses_id
        AND o.reverses_id IS NULL AND o.claim_id = NEW.claim_id AND o.agency_id = NEW.agency_id AND o.kind = NEW.kind
        AND o.satang = NEW.satang AND o.debit = NEW.credit AND o.credit = NEW.debit)"""
# What is owed is paid, and what is to come back comes back, at most once.
_MORE_THAN_STANDS = """
    (NEW.debit = 'OWED' AND NEW.satang > (SELECT COALESCE(SUM(CASE WHEN e.credit = 'OWED' THEN e.satang ELSE -e.satang END), 0)
        FROM ledger_entry e WHERE e.claim_id = NEW.claim_id AND 'OWED' IN (e.debit, e.credit)))
    OR (NEW.credit = 'REFUND_DUE' AND NEW.satang > (SELECT
        COALESCE(SUM(CASE WHEN e.debit = 'REFUND_DUE' THEN e.satang ELSE -e.satang END), 0)
        FROM ledger_entry e WHERE e.claim_id = NEW.claim_id AND 'REFUND_DUE' IN (e.debit, e.credit)))"""

# What stands in a run is paid by that run alone, and its approval is not taken back meanwhile.
_NOT_BY_ITS_RUN = """EXISTS (SELECT 1 FROM transfer_line t JOIN payment_run r ON r.id = t.run_id
    WHERE {which} AND t.outcome = 'WAITS'
    AND NOT (r.status = 'RELEASING' AND {paid} AND NEW.paid_by_id = r.released_by_id AND NEW.transfer_no = r.run_no))"""
_CLAIM_IN_RUN = "OLD.status = 'APPROVED' AND NEW.status <> 'APPROVED' AND " + _NOT_BY_ITS_RUN.format(
    which="t.claim_id = NEW.id AND t.appeal_id IS NULL", paid="NEW.status = 'PAID'"
)
_PAID_OR_TAKEN_BACK = (
    "((OLD.paid_on IS NULL AND NEW.paid_on IS NOT NULL) OR (OLD.status = 'PASSED' AND NEW.status <> 'PASSED'))"
)
_APPEAL_IN_RUN = f"{_PAID_OR_TAKEN_BACK} AND " + _NOT_BY_ITS_RUN.format(
    which="t.appeal_id = NEW.id", paid="NEW.paid_on IS NOT NULL"
)
_OTHER_THAN_BEFORE = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in (
    "run_id", "statement_id", "claim_id", "appeal_id", "satang", "agency_id",
))  # fmt: skip
_LINE_OVER = f"""OLD.outcome <> 'WAITS' OR {_OTHER_THAN_BEFORE}
    OR EXISTS (SELECT 1 FROM payment_run r WHERE r.id = OLD.run_id AND NOT (
        (r.status = 'RELEASING' AND NEW.outcome IN ('WAITS', 'PAID', 'REFUSED'))
        OR (r.status = 'PREPARED' AND NEW.outcome IN ('WAITS', 'LEFT'))
        OR (r.status = 'CANCELLED' AND NEW.outcome = 'CANCELLED')))"""
_RUN_MADE = "EXISTS (SELECT 1 FROM payment_run r WHERE r.id = NEW.run_id AND r.status <> 'PREPARED')"
_RUN_OVER = """OLD.status IN ('RELEASED', 'CANCELLED') OR NEW.run_no <> OLD.run_no OR NEW.transfer_on <> OLD.transfer_on
    OR NEW.made_by_id <> OLD.made_by_id
    OR (OLD.status = 'RELEASING' AND (NEW.status NOT IN ('RELEASING', 'RELEASED') OR NEW.released_by_id <> OLD.released_by_id))
    OR (NEW.status = 'RELEASED' AND (OLD.status <> 'RELEASING'
        OR EXISTS (SELECT 1 FROM transfer_line t WHERE t.run_id = NEW.id AND t.outcome = 'WAITS')))"""
_STATEMENT_OUT = """OLD.issued_at IS NOT NULL AND (NEW.issued_at <> OLD.issued_at OR NEW.satang <> OLD.satang
    OR NEW.line_count <> OLD.line_count OR NEW.set_off <> OLD.set_off OR NEW.transfer_on <> OLD.transfer_on
    OR NEW.agency_id <> OLD.agency_id OR NEW.account_no IS DISTINCT FROM OLD.account_no
    OR NEW.bank_code IS DISTINCT FROM OLD.bank_code OR NEW.account_name IS DISTINCT FROM OLD.account_name)"""
_ACCOUNT_DECIDED = """OLD.state <> 'PROPOSED' OR NEW.agency_id <> OLD.agency_id OR NEW.bank_code <> OLD.bank_code
    OR NEW.account_no <> OLD.account_no OR NEW.account_name <> OLD.account_name OR NEW.proposed_by_id <> OLD.proposed_by_id"""
# (name, timing, table, condition, message)
MONEY_RULES: tuple[tuple[str, str, str, str, str], ...] = (
    ("receipt_claim_no_delete", "BEFORE DELETE", "receipt_claim", "1 = 1", "NO_DELETE"),
    ("receipt_claim_frozen", "BEFORE UPDATE", "receipt_claim", _SENT_CLAIM, "FROZEN"),
    ("claim_paper_frozen", "BEFORE INSERT", "claim_paper", _PAPER_OF_SENT_CLAIM.format(row="NEW"), "FROZEN"),
    ("claim_paper_no_update", "BEFORE UPDATE", "claim_paper", f"{_OTHER_PAPER} OR NEW.claim_id <> OLD.claim_id"
     f" OR {_PAPER_OF_SENT_CLAIM.format(row='OLD')}", "APPEND_ONLY"),
    ("claim_paper_no_delete", "BEFORE DELETE", "claim_paper", _CLAIM_PAPER_WAS_SENT, "FROZEN"),
    ("appeal_no_delete", "BEFORE DELETE", "appeal", "1 = 1", "NO_DELETE"),
    ("appeal_frozen", "BEFORE UPDATE", "appeal", _SENT_APPEAL, "FROZEN"),
    ("appeal_paper_frozen", "BEFORE INSERT", "appeal_paper", _PAPER_OF_SENT_APPEAL.format(row="NEW"), "FROZEN"),
    ("appeal_paper_no_update", "BEFORE UPDATE", "appeal_paper", f"{_OTHER_PAPER} OR NEW.appeal_id <> OLD.appeal_id"
     f" OR {_PAPER_OF_SENT_APPEAL.format(row='OLD')}", "APPEND_ONLY"),
    ("appeal_paper_no_delete", "BEFORE DELETE", "appeal_paper", _APPEAL_PAPER_WAS_SENT, "FROZEN"),
    ("receipt_claim_in_run", "BEFORE UPDATE", "receipt_claim", _CLAIM_IN_RUN, "IN_PAYMENT_RUN"),
    ("appeal_in_run", "BEFORE UPDATE", "appeal", _APPEAL_IN_RUN, "IN_PAYMENT_RUN"),
    ("payment_run_no_delete", "BEFORE DELETE", "payment_run", "1 = 1", "NO_DELETE"),
    ("payment_run_over", "BEFORE UPDATE", "payment_run", _RUN_OVER, "FROZEN"),
    ("transfer_statement_no_delete", "BEFORE DELETE", "transfer_statement", "1 = 1", "NO_DELETE"),
    ("transfer_statement_frozen", "BEFORE UPDATE", "transfer_statement", _STATEMENT_OUT, "FROZEN"),
    ("agency_account_no_delete", "BEFORE DELETE", "agency_account", "1 = 1", "NO_DELETE"),
    ("agency_account_decided", "BEFORE UPDATE", "agency_account", _ACCOUNT_DECIDED, "FROZEN"),
    ("transfer_line_no_delete", "BEFORE DELETE", "transfer_line", "1 = 1", "NO_DELETE"),
    ("transfer_line_made", "BEFORE INSERT", "transfer_line", _RUN_MADE, "FROZEN"),
    ("transfer_line_over", "BEFORE UPDATE", "transfer_line", _LINE_OVER, "FROZEN"),
    ("claimed_receipt_frozen", "BEFORE UPDATE", "claimed_receipt", _OTHER_RECEIPT, "FROZEN"),
    ("claimed_receipt_no_delete", "BEFORE DELETE", "claimed_receipt", "OLD.held", "NO_DELETE"),
    ("claimed_receipt_of_sent", "BEFORE INSERT", "claimed_receipt", _PAPER_OF_SENT_APPEAL.format(row="NEW"), "FROZEN"),
    ("refund_request_no_delete", "BEFORE DELETE", "refund_request", "1 = 1", "NO_DELETE"),
    ("refund_request_frozen", "BEFORE UPDATE", "refund_request", _PRINTED_REFUND, "FROZEN"),
    ("refund_request_ways", "BEFORE UPDATE", "refund_request", _NO_WAY_OF_REFUND, "FROZEN"),
    ("refund_request_within_insert", "BEFORE INSERT", "refund_request", _REFUND_OVER_PAID, "REFUND_OVER_PAID"),
    ("refund_request_within_update", "BEFORE UPDATE", "refund_request", _REFUND_OVER_PAID, "REFUND_OVER_PAID"),
    ("refund_request_kept_back", "BEFORE UPDATE", "refund_request", _KEPT_BACK, "FROZEN"),
    ("refund_set_off_of_run", "BEFORE INSERT", "refund_set_off", _RUN_NOT_PAYING, "FROZEN"),
    ("fund_account_no_delete", "BEFORE DELETE", "fund_account", "1 = 1", "NO_DELETE"),
    ("fund_account_stands", "BEFORE UPDATE", "fund_account", _ACCOUNT_STANDS, "FROZEN"),
    ("ledger_entry_accounts", "BEFORE INSERT", "ledger_entry", _OTHER_ACCOUNTS, "LEDGER_ACCOUNTS"),
    ("ledger_entry_mirrors", "BEFORE INSERT", "ledger_entry", _NOT_THE_MIRROR, "LEDGER_COUNTER"),
    ("ledger_entry_within", "BEFORE INSERT", "ledger_entry", _MORE_THAN_STANDS, "LEDGER_OVERDRAWN"),
)  # fmt: skip
