"""The only registration of views and menus: one line each, in the order in which people see them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import AppBuilder, BaseView
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from app.views import card_api, law_api, metrics, rights_api
from app.views.account_asks import AccountAsksView
from app.views.accounts import AccountView
from app.views.agencies import AgencyView
from app.views.agency_accounts import AgencyAccountsView
from app.views.appeal_deeds import REVIEW as APPEAL_REVIEW
from app.views.appeal_deeds import AppealDeedsView, AppealPapersView, AppealReviewView
from app.views.appeal_form import AppealFormView
from app.views.appeals import AppealReasonsView, AppealsView
from app.views.approvals import ApprovalsView, TerminationApprovalsView, TransferApprovalsView
from app.views.assignments import AssignmentsView
from app.views.audit_trail import AuditView
from app.views.auth import AuthView
from app.views.bills import BillsView
from app.views.card_login import CardLoginView, OwnPinView
from app.views.card_policies import EmergencyView, LoginPoliciesView
from app.views.card_presence import CardPresenceView
from app.views.card_readings import CardReadingView
from app.views.claim_deeds import ClaimDeedsView, ClaimPapersView
from app.views.claim_form import ClaimFormView
from app.views.claim_review import PAYMENTS, REVIEW, ClaimPaymentsView, ClaimReviewView
from app.views.claims import ClaimsView
from app.views.code_tables import HospitalView, ProvinceRegionView, TitleView
from app.views.direct_bills import DirectBillsView
from app.views.edits import EditsView
from app.views.emergency_reports import EmergencyReportsView
from app.views.ends import EndsView
from app.views.evidence import EvidenceView
from app.views.explanations import ExplainByNumberView, ExplainView, TrialView
from app.views.families import FamiliesView
from app.views.family_form import FamilyFormView
from app.views.family_hints import DayHintsView, FamilyHintsView
from app.views.family_papers import FamilyPapersView
from app.views.family_typing import FamilyTypingView
from app.views.fiscal_summaries import FiscalSummariesView
from app.views.fund_accounts import FundAccountsView
from app.views.handbook import HandbookView
from app.views.hospital_statements import HospitalStatementsView
from app.views.ledger import LedgerView
from app.views.look_ahead import LookAheadView
from app.views.mass_approvals import MassApprovalsView
from app.views.my_work import MENU_NAME as MY_WORK
from app.views.my_work import MyWorkView, ReturnedWorkView
from app.views.offline import OfflineView
from app.views.other_schemes import OtherSchemesView, SchemeFilesView
from app.views.passwords import PasswordView
from app.views.payment_runs import PaymentRunsView
from app.views.queue_desk import QueueDeskView
from app.views.queue_file import QueueFileView
from app.views.refund_deeds import REVIEW as REFUND_REVIEW
from app.views.refund_deeds import RefundDeedsView, RefundReviewView
from app.views.refund_form import RefundFormView
from app.views.refunds import RefundReasonsView, RefundsView
from app.views.register import RegisterView
from app.views.reports import ReportsView
from app.views.reports_inbox import ReportsInboxView
from app.views.rights_page import RightsPage
from app.views.roster_deeds import RosterColumnsView, RosterDeedsView
from app.views.rosters import RosterView
from app.views.rounds import RoundsView
from app.views.saved_views import SavedViewsView
from app.views.search import SearchView
from app.views.second_step import PhoneView, SecondStepView
from app.views.shell import show_icon
from app.views.styleguide import StyleGuideView
from app.views.successions import SuccessionsView
from app.views.tokens import TokenView
from app.views.transfer_statements import LETTERS, TransferLettersView, TransferStatementsView
from app.views.transfers import TransferNoticesView, TransfersView
from app.views.workstations import OfficerCardsView, WorkstationsView

PERSONNEL, REGISTRAR, FINANCE, REPORTS, NHSO = "personnel", "registrar_desk", "finance", "reports", "nhso"
# The groups of the menu, as the seeds print them (spec 8.1).
GROUPS: dict[str, Any] = {
    PERSONNEL: _l("Personnel"),
    REGISTRAR: _l("Registrar"),
    FINANCE: _l("Finance"),
    REPORTS: _l("Reports"),
    NHSO: _l("NHSO"),
}


@dataclass(frozen=True)
class Entry:
    """A view in the menu; its power decides who sees the line. `name` must not be the name of a view class."""

    view: type[BaseView]
    name: str
    label: Any
    group: str
    icon: str


MENU: tuple[Entry, ...] = (
    Entry(FamilyFormView, "new_family", _l("Record a new principal"), PERSONNEL, "person-plus"),
    Entry(EditsView, "edit_entry", _l("Change an entry"), PERSONNEL, "pencil-square"),
    Entry(EndsView, "report_end", _l("Report an ended entitlement"), PERSONNEL, "person-dash"),
    Entry(TransfersView, "transfer_in", _l("Transfer to this agency"), PERSONNEL, "arrow-left-right"),
    Entry(TransferNoticesView, "transfer_notices", _l("From other agencies"), PERSONNEL, "bell"),
    Entry(RosterView, "rosters", _l("Import from Excel"), PERSONNEL, "upload"),
    Entry(MyWorkView, MY_WORK, _l("My work"), PERSONNEL, "inbox"),
    Entry(LookAheadView, "coming", _l("What is coming"), PERSONNEL, "calendar-event"),
    Entry(OtherSchemesView, "other_schemes", _l("Check for double rights"), PERSONNEL, "layers"),
    Entry(ApprovalsView, "approvals", _l("Approve certification"), REGISTRAR, "patch-check"),
    Entry(TerminationApprovalsView, "termination_approvals", _l("Approve ended entitlements"), REGISTRAR, "person-x"),
    Entry(TransferApprovalsView, "transfer_approvals", _l("Approve transfers"), REGISTRAR, "arrow-left-right"),
    Entry(WorkstationsView, "workstations", _l("Workstations"), REGISTRAR, "shield-lock"),
    Entry(OfficerCardsView, "officer_cards", _l("Officers and their cards"), REGISTRAR, "person-vcard"),
    Entry(ClaimFormView, "new_claim", _l("Claim medical costs"), FINANCE, "receipt"),
    Entry(ClaimsView, "claims", _l("Search claims"), FINANCE, "search"),
    Entry(AppealFormView, "new_appeal", _l("File an appeal"), FINANCE, "reply"),
    Entry(AppealsView, "appeals", _l("Search appeals"), FINANCE, "list-check"),
    Entry(RefundFormView, "new_refund", _l("Return money"), FINANCE, "arrow-counterclockwise"),
    Entry(RefundsView, "refunds", _l("Search refunds"), FINANCE, "list-check"),
    Entry(ClaimReviewView, REVIEW, _l("Check claims"), FINANCE, "card-checklist"),
    Entry(AppealReviewView, APPEAL_REVIEW, _l("Check appeals"), FINANCE, "clipboard-check"),
    Entry(RefundReviewView, REFUND_REVIEW, _l("Check refunds"), FINANCE, "clipboard-check"),
    Entry(PaymentRunsView, "payment_runs", _l("Payment runs"), FINANCE, "bank"),
    Entry(AgencyAccountsView, "agency_accounts", _l("Bank accounts of agencies"), FINANCE, "building"),
    Entry(ClaimPaymentsView, PAYMENTS, _l("Release payments"), FINANCE, "check-lg"),
    Entry(TransferStatementsView, "transfer_statements", _l("Check transfer reports"), FINANCE, "file-earmark-text"),
    Entry(TransferLettersView, LETTERS, _l("Transfer notices"), FINANCE, "file-earmark-pdf"),
    Entry(HospitalStatementsView, "hospital_statements", _l("Payments to hospitals (STM)"), FINANCE, "upload"),
    Entry(BillsView, "bills", _l("Bills to be looked at anew"), FINANCE, "exclamation-triangle"),
    Entry(LedgerView, "ledger", _l("Ledger of claims"), FINANCE, "book"),
    Entry(FiscalSummariesView, "fiscal_summaries", _l("Money of a fiscal year"), FINANCE, "columns-gap"),
    Entry(RoundsView, "rounds", _l("Processing rounds"), REPORTS, "clock-history"),
    Entry(RegisterView, "entitled_persons", _l("Report of entitled persons"), REPORTS, "people"),
    Entry(ReportsView, "report_page", _l("Reports and summaries"), REPORTS, "columns-gap"),
    Entry(ReportsInboxView, "my_files", _l("My files"), REPORTS, "file-earmark-excel"),
    Entry(RightsPage, "rights", _l("Look up a right"), REPORTS, "hospital"),
    Entry(TrialView, "what_if", _l("What would happen if"), REPORTS, "question-circle"),
    Entry(AgencyView, "agencies", _l("Agencies"), NHSO, "building"),
    Entry(SuccessionsView, "successions", _l("Successions of agencies"), NHSO, "arrow-left-right"),
    Entry(AccountView, "accounts", _l("Accounts"), NHSO, "person-badge"),
    Entry(AccountAsksView, "account_asks", _l("Second administrator"), NHSO, "person-check"),
    Entry(LoginPoliciesView, "login_policies", _l("How officers log in"), NHSO, "key"),
    Entry(SchemeFilesView, "scheme_files", _l("Files of other schemes"), NHSO, "upload"),
    Entry(TokenView, "tokens", _l("Hospital tokens"), NHSO, "key"),
    Entry(HospitalView, "hospitals", _l("Hospitals"), NHSO, "hospital"),
    Entry(AppealReasonsView, "appeal_reasons", _l("Reasons of appeals"), NHSO, "list"),
    Entry(RefundReasonsView, "refund_reasons", _l("Reasons of refunds"), NHSO, "list"),
    Entry(FundAccountsView, "fund_accounts", _l("Accounts of the fund"), NHSO, "bank"),
    Entry(TitleView, "titles", _l("Titles before names"), NHSO, "tag"),
    Entry(ProvinceRegionView, "province_regions", _l("Provinces and NHSO regions"), NHSO, "geo-alt"),
    Entry(EmergencyReportsView, "emergency_reports", _l("Reports on emergency access"), REPORTS, "exclamation-circle"),
    Entry(AuditView, "audit_trail", _l("Audit trail"), REPORTS, "shield-check"),
)
# Views that other pages lead to.
PAGES: tuple[type[BaseView], ...] = (
    PasswordView,
    CardLoginView,
    CardPresenceView,
    OwnPinView,
    EmergencyView,
    SecondStepView,
    PhoneView,
    HandbookView,
    SearchView,
    FamiliesView,
    FamilyHintsView,
    DayHintsView,
    FamilyTypingView,
    FamilyPapersView,
    EvidenceView,
    ClaimDeedsView,
    ClaimPapersView,
    AppealDeedsView,
    DirectBillsView,
    RefundDeedsView,
    AppealPapersView,
    RosterDeedsView,
    RosterColumnsView,
    ExplainByNumberView,
    ExplainView,
    SavedViewsView,
    QueueDeskView,
    QueueFileView,
    CardReadingView,
    MassApprovalsView,
    AssignmentsView,
    ReturnedWorkView,
    OfflineView,
    StyleGuideView,
)
# Blueprints for programs: below /api/, and the monitor's.
APIS = (rights_api, law_api, card_api, metrics)


def register(app: Flask, appbuilder: AppBuilder) -> None:
    """Register all views of the portal and tell the security manager which power opens which menu line."""
    manager = appbuilder.sm
    app.view_functions["UtilView.back"] = back
    manager.auth_view = appbuilder.add_view_no_menu(AuthView)
    for group, label in GROUPS.items():
        powers = set()
        for entry in (entry for entry in MENU if entry.group == group):
            appbuilder.add_view(entry.view, entry.name, label=entry.label, category=group, category_label=label)
            show_icon(entry.name, entry.icon)
            manager.menu_powers[entry.name] = frozenset({entry.view.power})
            powers.add(entry.view.power)
        manager.menu_powers[group] = frozenset(powers)
    for view in PAGES:
        appbuilder.add_view_no_menu(view)
    for api in APIS:
        api.register(app, appbuilder)


def back() -> ResponseReturnValue:
    """Where the arrow of Flask-AppBuilder's pages leads: from a form to its list, from elsewhere home."""
    came_from = urlsplit(request.referrer or "")
    try:
        endpoint, _arguments = current_app.create_url_adapter(request).match(came_from.path, method="GET")
    except HTTPException:
        endpoint = ""
    view, _, method = endpoint.partition(".")
    if method not in ("", "list") and f"{view}.list" in current_app.view_functions:
        return redirect(url_for(f"{view}.list"))
    return redirect(url_for("HomeView.index"))
