"""Every power an officer can hold; a power is born with its first endpoint (decisions 18)."""

from enum import StrEnum


class Power(StrEnum):
    """What an actor may do; roles are sets of these (app/security/roles.py)."""

    RECORD_REQUEST = "record_request"  # record, edit, submit, cancel requests of the own agency
    IMPORT_ROSTER = "import_roster"  # bring in a personnel workbook
    APPROVE_CERTIFICATION = "approve_certification"  # อนุมัติรับรองสิทธิ: approve, return, reject
    APPROVE_TERMINATION = "approve_termination"  # อนุมัติผู้หมดสิทธิ
    APPROVE_TRANSFER = "approve_transfer"  # อนุมัติย้ายหน่วยงาน
    SEARCH_TRANSFER = "search_transfer"  # find an official of another agency who comes over
    VIEW_REGISTER = "view_register"  # see families and the register in scope
    EXPORT_REGISTER = "export_register"  # take the register home as Excel
    VIEW_REPORTS = "view_reports"  # open the report page and take counts home
    LIST_NAMES = "list_names"  # names and states of the own agency's people, and no more
    LOOKUP_RIGHT = "lookup_right"  # ask for one person's right on a date
    VIEW_ROUNDS = "view_rounds"  # see the rounds and what they carried
    MANAGE_AGENCIES = "manage_agencies"  # create and edit agencies and code tables
    MANAGE_ACCOUNTS = "manage_accounts"  # create, assign, deactivate, unlock accounts and tokens
    VIEW_AUDIT = "view_audit"  # read the audit trail in scope
    RECORD_CLAIM = "record_claim"  # แจ้งคำร้องขอเบิก: record, send, cancel receipt claims of the own agency
    VIEW_CLAIMS = "view_claims"  # find claims in scope, open them and their papers, take lists home
    DECIDE_CLAIM = "decide_claim"  # return, deny, approve or sign claims
    PAY_CLAIM = "pay_claim"  # release the payment of claims that others approved
    IMPORT_STATEMENTS = "import_statements"  # bring in what the NHSO paid to hospitals and see what differs
    RECORD_REFUND = "record_refund"  # แจ้งคำร้องขอคืนเงิน: record, cancel, print refunds of the own agency
    CONFIRM_REFUND = "confirm_refund"  # confirm a refund that somebody else wrote
    ANNUL_REFUND = "annul_refund"  # take a printed refund back on the agency's wish
    RECEIVE_REFUND = "receive_refund"  # note that the money of a refund is there
    MANAGE_FUND_ACCOUNTS = "manage_fund_accounts"  # propose and confirm the accounts to which refunds go
    MANAGE_CARDS = "manage_cards"  # workstations, officers' cards and appointments in scope


# What moves money or says where it goes: closed to whoever came in without his card, for an hour, by two administrators.
MONEY_DECISIONS = frozenset(
    {
        Power.DECIDE_CLAIM, Power.PAY_CLAIM, Power.CONFIRM_REFUND, Power.ANNUL_REFUND, Power.RECEIVE_REFUND,
        Power.MANAGE_FUND_ACCOUNTS,
    }
)  # fmt: skip
# Four-eyes means two persons only while nobody has two accounts: two administrators open the accounts that decide.
DECIDING = MONEY_DECISIONS | {
    Power.APPROVE_CERTIFICATION, Power.APPROVE_TERMINATION, Power.APPROVE_TRANSFER, Power.MANAGE_AGENCIES,
    Power.MANAGE_ACCOUNTS, Power.MANAGE_CARDS,
}  # fmt: skip
