"""Labels of the closed lists of money (joined into app/views/labels.py)."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from app.domain.appeals import AppealKind, AppealStatus, Compensation
from app.domain.bank_accounts import AgencyAccountState
from app.domain.bills import BillRisk
from app.domain.claims import ClaimReason, ClaimStatus, ClaimVerb, PaperKind, PatientType, RightGone
from app.domain.fiscal_years import SummaryBy
from app.domain.hospital_statements import Finding, LineFault, Reversal, StatementState
from app.domain.ledger import Account, EntryKind
from app.domain.payment_runs import LeftOutFor, LineOutcome, RunStatus
from app.domain.powers import Power
from app.domain.refunds import AccountDecision, RefundMethod, RefundStatus, RefundVerb

MONEY_POWERS: dict[Power, Any] = {
    Power.RECORD_CLAIM: _l("Record receipt claims"),
    Power.VIEW_CLAIMS: _l("See receipt claims"),
    Power.DECIDE_CLAIM: _l("Decide receipt claims"),
    Power.PAY_CLAIM: _l("Release payments"),
    Power.RECORD_REFUND: _l("Record and print refunds"),
    Power.IMPORT_STATEMENTS: _l("Bring in statements of payments to hospitals"),
    Power.CONFIRM_REFUND: _l("Confirm refunds that others wrote"),
    Power.ANNUL_REFUND: _l("Take printed refunds back"),
    Power.RECEIVE_REFUND: _l("Note the money of refunds as received"),
    Power.MANAGE_FUND_ACCOUNTS: _l("Propose and confirm accounts of the fund"),
}
CLAIM_LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    ClaimStatus: {
        ClaimStatus.DRAFT: _l("Recorded"),
        ClaimStatus.SUBMITTED: _l("Waiting to be checked"),
        ClaimStatus.RETURNED: _l("Not approved (to be corrected)"),
        ClaimStatus.DENIED: _l("Not approved (closed)"),
        ClaimStatus.APPROVED: _l("Approved for payment"),
        ClaimStatus.PAID: _l("Money transferred"),
        ClaimStatus.CANCELLED: _l("Cancelled"),
    },
    ClaimVerb: {
        ClaimVerb.RECORD: _l("Recorded the claim"),
        ClaimVerb.SUBMIT: _l("Sent to the NHSO"),
        ClaimVerb.CANCEL: _l("Cancelled the claim"),
        ClaimVerb.ALLOW_LATE: _l("Allowed it to be sent late"),
        ClaimVerb.RETURN: _l("Returned for correction"),
        ClaimVerb.DENY: _l("Closed without payment"),
        ClaimVerb.SIGN: _l("Signed first of two"),
        ClaimVerb.APPROVE: _l("Approved the claim"),
        ClaimVerb.RECALL: _l("Took the decision back"),
        ClaimVerb.PAY: _l("Released the payment"),
    },
    RightGone: {
        RightGone.VOIDED: _l("The entry was cancelled as recorded in error"),
        RightGone.ENDED: _l("The right does not cover the date of service any more"),
        RightGone.DIED: _l("The patient had died before the date of service"),
        RightGone.STANDS_BY: _l("Another right goes first on the date of service"),
        RightGone.RECEIPT_HELD: _l("Another claim holds this receipt"),
        RightGone.RECEIPTS_SHORT: _l("The claim with its appeals brings more than its receipts come to"),
    },
    PatientType: {
        PatientType.OP: _l("Out-patient (OP)"),
        PatientType.IP: _l("In-patient (IP)"),
    },
    PaperKind: {
        PaperKind.RECEIPT: _l("Receipt"),
        PaperKind.REFERRAL: _l("Referral letter"),
        PaperKind.CERTIFICATE: _l("Medical certificate"),
        PaperKind.OTHER: _l("Other paper"),
    },
    ClaimReason: {
        ClaimReason.PAPERS_MISSING: _l("Papers missing or not legible"),
        ClaimReason.NAME_DIFFERS: _l("Name differs from the receipt"),
        ClaimReason.HOSPITAL_DIFFERS: _l("Hospital differs from the receipt"),
        ClaimReason.AMOUNT_WRONG: _l("Amount differs from the receipt"),
        ClaimReason.NOT_CLAIMABLE: _l("Contains items that cannot be claimed by the rules"),
        ClaimReason.OTHER_SCHEME: _l("Another right has to be used first"),
        ClaimReason.NOT_ENTITLED: _l("Not entitled on the date of service"),
        ClaimReason.DUPLICATE: _l("Claimed twice"),
        ClaimReason.DECIDED_IN_ERROR: _l("Decided in error"),
        ClaimReason.OTHER: _l("Other, see the note"),
    },
    AppealStatus: {
        AppealStatus.DRAFT: _l("Recorded"),
        AppealStatus.SUBMITTED: _l("Waiting to be checked"),
        AppealStatus.PASSED: _l("Passed"),
        AppealStatus.NOT_PASSED: _l("Not passed"),
        AppealStatus.CANCELLED: _l("Cancelled"),
    },
    AppealKind: {
        AppealKind.DETAILS: _l("Details of the claim"),
        AppealKind.AMOUNT: _l("Amount of money"),
    },
    Compensation: {
        Compensation.MEDICAL: _l("Medical treatment"),
        Compensation.ROOM_AND_BOARD: _l("Room and board"),
        Compensation.MEDICINE: _l("Medicine and supplies"),
        Compensation.DEVICE: _l("Prostheses and devices"),
        Compensation.OTHER: _l("Other compensation"),
    },
    SummaryBy: {
        SummaryBy.MONTH: _l("By month"),
        SummaryBy.PROVINCE: _l("By province"),
        SummaryBy.AGENCY: _l("By agency"),
        SummaryBy.HOSPITAL: _l("By hospital"),
    },
    AgencyAccountState: {
        AgencyAccountState.PROPOSED: _l("Waits for a second officer"),
        AgencyAccountState.CONFIRMED: _l("Confirmed"),
        AgencyAccountState.REFUSED: _l("Not confirmed"),
    },
    RunStatus: {
        RunStatus.PREPARED: _l("Waits for its release"),
        RunStatus.RELEASING: _l("Being paid out"),
        RunStatus.RELEASED: _l("Paid out"),
        RunStatus.CANCELLED: _l("Cancelled"),
    },
    LeftOutFor: {
        LeftOutFor.NO_ACCOUNT: _l("no confirmed bank account"),
        LeftOutFor.RIGHT_GONE: _l("the right of the day of service has gone"),
        LeftOutFor.RECEIPT_HELD: _l("another claim holds the receipt"),
        LeftOutFor.RECEIPTS_SHORT: _l("the receipts of the claim do not come to so much"),
    },
    LineOutcome: {
        LineOutcome.WAITS: _l("Waits for payment"),
        LineOutcome.PAID: _l("Money transferred"),
        LineOutcome.REFUSED: _l("Not paid"),
        LineOutcome.LEFT: _l("Taken out before the release"),
        LineOutcome.CANCELLED: _l("The run was cancelled"),
    },
    RefundStatus: {
        RefundStatus.AWAITING_CONFIRMATION: _l("Refund notice waiting to be confirmed"),
        RefundStatus.CONFIRMED: _l("Refund notice confirmed"),
        RefundStatus.PRINTED: _l("Form printed"),
        RefundStatus.CANCELLED_BY_AGENCY: _l("Cancelled by the agency"),
        RefundStatus.CANCELLED_BY_NHSO: _l("Cancelled by the NHSO"),
        RefundStatus.MONEY_RECEIVED: _l("Money received back"),
    },
    RefundVerb: {
        RefundVerb.RECORD: _l("Recorded the refund"),
        RefundVerb.CONFIRM: _l("Confirmed the refund"),
        RefundVerb.PRINT: _l("Printed the form"),
        RefundVerb.CANCEL: _l("Cancelled the refund"),
        RefundVerb.ANNUL: _l("Took the printed refund back"),
        RefundVerb.RECEIVE: _l("Noted the money as received"),
        RefundVerb.SET_OFF: _l("Kept back by a payment run"),
    },
    RefundMethod: {
        RefundMethod.TRANSFER: _l("Bank transfer"),
        RefundMethod.CHEQUE: _l("Cheque"),
        RefundMethod.SET_OFF: _l("Kept back from the next transfer"),
    },
    AccountDecision: {
        AccountDecision.PROPOSED: _l("Waiting for a second officer"),
        AccountDecision.CONFIRMED: _l("Confirmed by two"),
        AccountDecision.REFUSED: _l("Proposal refused"),
    },
    BillRisk: {
        BillRisk.LOST: _l("Right taken away later"),
        BillRisk.GAINED: _l("Right given later"),
    },
    StatementState: {
        StatementState.READING: _l("Being read"),
        StatementState.READ: _l("Read"),
        StatementState.REFUSED: _l("Cannot be read"),
    },
    Finding: {
        Finding.CLAIMED_TOO: _l("A receipt is claimed for the same days"),
        Finding.LISTED_BEFORE: _l("Listed in an earlier statement"),
        Finding.PERSON_UNKNOWN: _l("Not in the register"),
        Finding.NOT_ENTITLED: _l("Not entitled on the day"),
        Finding.OTHER_AGENCY: _l("Right at another agency"),
        Finding.NAME_DIFFERS: _l("Another name"),
        Finding.UNREADABLE: _l("Unreadable, or cannot be"),
        Finding.MATCHES: _l("No difference"),
    },
    LineFault: {
        LineFault.HOSPITAL_UNKNOWN: _l("No hospital has this code"),
        LineFault.AGENCY_UNKNOWN: _l("No agency has this code"),
        LineFault.DAY_AHEAD: _l("The day of service or discharge lies ahead"),
        LineFault.DISCHARGE_FIRST: _l("Discharge before admission"),
        LineFault.AMOUNT_NOT_POSITIVE: _l("Amount not above zero"),
    },
    Reversal: {Reversal.REVERSAL: _l("Money taken back (reversal)")},
    Account: {
        Account.BENEFITS: _l("Medical care borne by the fund"),
        Account.OWED: _l("Owed to the agency"),
        Account.BANK: _l("The fund's bank account"),
        Account.REFUND_DUE: _l("To be returned by the agency"),
    },
    EntryKind: {
        EntryKind.APPROVAL: _l("Approval"),
        EntryKind.PAYMENT: _l("Transfer"),
        EntryKind.REFUND_CLAIMED: _l("Refund confirmed"),
        EntryKind.REFUND_RECEIVED: _l("Refund received"),
        EntryKind.REFUND_SET_OFF: _l("Refund kept back from a transfer"),
    },
}
