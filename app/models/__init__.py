"""All tables of the portal; importing this package registers every one of them."""

from app.models.account import AccountAsk, ApiToken, OneTimeLink, PortalUser, UserSession
from app.models.agency import Agency, NhsoRegion, Province, ProvinceRegion, Title
from app.models.agency_account import AgencyAccount
from app.models.appeal import Appeal, AppealPaper, AppealReason
from app.models.audit import AuditBlock, AuditEvent
from app.models.base import Model
from app.models.bill_closure import BillClosure
from app.models.card import (
    Appointment,
    BreakGlass,
    CardNonce,
    CardReading,
    CardSession,
    CardTicket,
    LoginPolicy,
    OfficerCard,
    Workstation,
    WorkstationCode,
    WorkstationOfficer,
)
from app.models.change_request import (
    ChangeRequest,
    Proposal,
    RequestEditor,
    RequestFlag,
    RequestRevision,
    TransferExclusion,
    TransferNotice,
)
from app.models.claim import ClaimPaper, ClaimStep, ReceiptClaim
from app.models.claimed_receipt import ClaimedReceipt
from app.models.entitlement import Entitlement
from app.models.evidence import EvidenceDocument, EvidenceLink
from app.models.form_token import FormToken
from app.models.hospital import Hospital
from app.models.hospital_statement import HospitalStatement, HospitalStatementLine
from app.models.job import Job
from app.models.ledger import LedgerEntry
from app.models.mass_approval import MassApproval, MassApprovalRow
from app.models.notice import AgencyNotice, ReplacedEnd
from app.models.other_scheme import OtherSchemeRight, SchemeElection, SchemeFile
from app.models.payment_run import BankFileTaking, PaymentRun, RefundSetOff, TransferLine, TransferStatement
from app.models.person import Person
from app.models.processing_round import BusinessClock, ProcessingRound, RoundTimetable, RunningNumber
from app.models.read_access import ReadAccess, ReadsModel
from app.models.refund import FundAccount, RefundReason, RefundRequest
from app.models.roster_import import RosterImport, RosterLayout, RosterLine
from app.models.round_manifest import RoundManifest, RoundOutcome
from app.models.saved_report import SavedReport
from app.models.saved_view import SavedView
from app.models.second_factor import SecondFactor
from app.models.succession import Succession
from app.models.typed_form import TypedForm

__all__ = [
    "BillClosure", "FundAccount", "RefundReason", "RefundRequest", "RefundSetOff",
    "AccountAsk",
    "Agency", "AgencyAccount", "AgencyNotice", "ApiToken", "Appeal", "AppealPaper", "AppealReason",
    "Appointment", "AuditBlock", "AuditEvent", "BankFileTaking", "BreakGlass", "BusinessClock", "CardNonce",
    "CardReading",
    "CardSession", "CardTicket", "ChangeRequest", "ClaimPaper", "ClaimStep", "ClaimedReceipt", "Entitlement",
    "EvidenceDocument", "EvidenceLink", "FormToken", "Hospital", "HospitalStatement",
    "HospitalStatementLine", "Job", "LedgerEntry", "LoginPolicy", "MassApproval",
    "MassApprovalRow", "Model", "NhsoRegion", "OfficerCard",
    "OneTimeLink",
    "OtherSchemeRight", "PaymentRun", "Person", "PortalUser",
    "ProcessingRound", "Proposal", "Province", "ProvinceRegion", "ReadAccess", "ReadsModel", "ReceiptClaim",
    "ReplacedEnd", "RequestEditor",
    "RequestFlag", "RequestRevision", "RosterImport", "RosterLayout", "RosterLine", "RoundManifest", "RoundOutcome",
    "RoundTimetable", "RunningNumber",
    "SavedReport", "SavedView", "SecondFactor", "SchemeElection", "SchemeFile",
    "Succession", "Title", "TransferExclusion", "TransferLine", "TransferNotice", "TransferStatement", "TypedForm",
    "UserSession", "Workstation", "WorkstationCode", "WorkstationOfficer",
]  # fmt: skip
