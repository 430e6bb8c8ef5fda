"""บัญชีแยกประเภทคำร้อง: every entry of the ledger of claims in reach, with what each list comes to."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length, Optional

from app.domain.ledger import Account, EntryKind
from app.domain.money import format_baht
from app.domain.powers import Power
from app.models.claim import ReceiptClaim
from app.models.ledger import LedgerEntry
from app.services.money import ledger
from app.views.base import RegisterView
from app.views.claim_words import baht
from app.views.claims import agency_line
from app.views.data_interface import ReadingInterface
from app.views.dates import format_be_instant
from app.views.fields import be_instant, code_label
from app.views.list_search import LONGEST_WORD, Question

_NUMBER = StringField(_l("Claim number"), [Optional(), Length(max=LONGEST_WORD)])


class LedgerView(RegisterView):
    """Entries are posted by decisions and payments alone; corrections are counter-entries."""

    datamodel = ReadingInterface(LedgerEntry, shown=("claim", "agency"))
    route_base = "/ledger"
    power = Power.VIEW_CLAIMS
    include_route_methods = {"list", "export", "keep_view", "forget_view", "choose_columns"}
    list_title = _l("Ledger of claims")
    list_help = _l(
        "Each entry moves one amount from the credited account to the debited one. Nothing is changed afterwards; a "
        "correction is a counter-entry."
    )
    base_order = ("id", "desc")
    list_columns = ["id", "posted_at", "claim_no", "kind", "debit", "credit", "satang", "reverses_id"]
    more_columns = ["agency"]
    money_columns = frozenset({"satang"})
    has_totals = False  # amounts of several accounts, both ways, have no sum: the heading says what they come to
    whole_columns = frozenset({"claim_no"})
    order_columns = ["id", "posted_at", "satang"]
    search_columns = ["claim_no", "kind", "debit", "credit", "posted_at"]
    questions = {
        "claim_no": Question(
            _NUMBER, lambda typed: LedgerEntry.claim.has(ReceiptClaim.claim_no == typed.upper().replace(" ", ""))
        )
    }
    label_columns = {
        "id": _l("Number of the entry"),
        "posted_at": _l("Posted"),
        "claim_no": _l("Claim number"),
        "kind": _l("Kind of entry"),
        "debit": _l("Debit"),
        "credit": _l("Credit"),
        "satang": _l("Amount (baht)"),
        "reverses_id": _l("Undoes entry"),
        "agency": _l("Agency"),
    }
    formatters_columns = {
        "posted_at": be_instant,
        "kind": code_label(EntryKind),
        "debit": code_label(Account),
        "credit": code_label(Account),
        "satang": baht,
    }

    def file_heading(self, items: list[Any]) -> list[str]:
        """Whose entries, and of which days."""
        days = [item.posted_at for item in items]
        if not days:
            return [agency_line()]
        first, last = format_be_instant(min(days)), format_be_instant(max(days))
        stands = ledger.standing(items)
        words = _(
            "These entries come to: approved less refunds %(approved)s, owed %(owed)s, transferred less money returned %(paid)s, "
            "to be returned %(due)s baht",
            approved=format_baht(stands.approved), owed=format_baht(stands.owed), paid=format_baht(stands.paid),
            due=format_baht(stands.refund_due),
        )  # fmt: skip
        return [agency_line(), _("Posted: %(first)s to %(last)s", first=first, last=last), words]
