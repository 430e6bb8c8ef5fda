"""What people read in the audit trail: a label for every act and every kind of thing (tests/house/test_words.py counts)."""

import json
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.views.fields import NOTHING, be_instant
from app.views.labels import ROLE_LABELS

VERBS: dict[str, Any] = {
    "login": _l("Logged in"),
    "login_failed": _l("Tried to log in and failed"),
    "change_password": _l("Changed the own password"),
    "change_password_failed": _l("Gave a wrong old password"),
    "redeem_link": _l("Set a password by a one-time link"),
    "set_first_password": _l("Set a first password on the server"),
    "create_account": _l("Made an account"),
    "change_reach": _l("Changed role and reach"),
    "deactivate_account": _l("Deactivated an account"),
    "activate_account": _l("Activated an account"),
    "unlock_account": _l("Unlocked an account"),
    "reset_account": _l("Reset a password"),
    "create_token": _l("Made a hospital token"),
    "rotate_token": _l("Renewed a hospital token"),
    "revoke_token": _l("Revoked a hospital token"),
    "login_by_card": _l("Logged in by card and PIN"),
    "pin_failed": _l("Gave a wrong PIN or code"),
    "set_pin": _l("Set the first PIN and logged in"),
    "change_pin": _l("Changed the own PIN"),
    "change_pin_failed": _l("Gave a wrong old PIN"),
    "card_accepted": _l("Showed the card at a workstation"),
    "card_refused": _l("A card or workstation was refused"),
    "ask_card_reading": _l("Asked to read a visitor's card"),
    "card_removed": _l("Pulled the card out"),
    "presence_refused": _l("A workstation's word about a card was refused"),
    "ticket_opened_twice": _l("A log-in was opened in two browsers and killed"),
    "issue_workstation_code": _l("Gave out a code for a workstation"),
    "enrol_workstation": _l("Enrolled a workstation"),
    "approve_workstation": _l("Approved a workstation"),
    "revoke_workstation": _l("Shut a workstation out"),
    "assign_officers": _l("Said who may sit at a workstation"),
    "register_card": _l("Recorded an officer's card"),
    "confirm_card": _l("Confirmed an officer's card"),
    "reset_pin": _l("Took a PIN away"),
    "forget_card": _l("Forgot an officer's card"),
    "appoint_officer": _l("Appointed an officer"),
    "end_appointment": _l("Ended an appointment"),
    "set_card_only": _l("Changed how a role logs in"),
    "ask_break_glass": _l("Asked for emergency access"),
    "allow_break_glass": _l("Allowed emergency access"),
    "login_by_break_glass": _l("Came in by emergency access"),
    "break_glass_failed": _l("Tried a wrong code of emergency access"),
    "sync_roles": _l("Brought roles and powers up to date"),
    "create_agency": _l("Made an agency"),
    "change_agency": _l("Changed an agency"),
    "add_code": _l("Added to a code table"),
    "change_code": _l("Changed a code table"),
    "remove_code": _l("Removed from a code table"),
    "load_list": _l("Brought a list up to date from a file"),
    "record_drafts": _l("Recorded a draft"),
    "submit_requests": _l("Submitted for approval"),
    "cancel_request": _l("Cancelled a request"),
    "correct_request": _l("Took a returned request back to correct it"),
    "report_error": _l("Reported an entry as recorded in error"),
    "record_end": _l("Recorded the end of an entitlement as a draft"),
    "report_end": _l("Reported the end of an entitlement"),
    "take_back_end": _l("Asked to take an end back"),
    "take_up_pension": _l("Asked to change to a pension"),
    "return_to_duty": _l("Reported a return to duty"),
    "take_over": _l("Asked to take an official over"),
    "take_changes": _l("Took changes of an import over"),
    "propose_succession": _l("Proposed the succession of an agency"),
    "approve_succession": _l("Approved the succession of an agency"),
    "withdraw_succession": _l("Gave up the succession of an agency"),
    "carry_succession": _l("Asked for entitlements of a succeeded agency"),
    "return_for_succession": _l("Returned because the agency is succeeded"),
    "finish_succession": _l("Finished the succession of an agency"),
    "note_notice": _l("Noted what another agency did"),
    "object_to_transfer": _l("Objected to a transfer"),
    "change_entry": _l("Asked to change an entry"),
    "approve_many": _l("Confirmed an approval of many requests"),
    "claim_requests": _l("Took a request over to decide it"),
    "hand_requests_over": _l("Handed a request to a colleague"),
    "release_requests": _l("Gave a request back to everybody"),
    "withdraw_approval": _l("Withdrew an approval"),
    "cancel_in_round": _l("A round cancelled a request that had lost its ground"),
    "approve_certification": _l("Approved a request"),
    "approve_termination": _l("Approved the end of an entitlement"),
    "approve_transfer": _l("Approved a transfer"),
    "decide_returned": _l("Returned a request for correction"),
    "decide_rejected": _l("Did not approve a request"),
    "store_evidence": _l("Attached evidence"),
    "record_claim": _l("Recorded a claim"),
    "submit_claim": _l("Sent a claim to the NHSO"),
    "cancel_claim": _l("Cancelled a claim"),
    "attach_claim_paper": _l("Attached a paper to a claim"),
    "remove_claim_paper": _l("Took a paper off a claim"),
    "return_claim": _l("Returned a claim for correction"),
    "deny_claim": _l("Closed a claim without payment"),
    "sign_claim": _l("Signed a claim first of two"),
    "approve_claim": _l("Approved a claim"),
    "recall_claim": _l("Took the approval of a claim back"),
    "allow_late_claim": _l("Allowed a claim to be sent late"),
    "record_appeal": _l("Recorded an appeal"),
    "submit_appeal": _l("Sent an appeal to the NHSO"),
    "cancel_appeal": _l("Cancelled an appeal"),
    "attach_appeal_paper": _l("Attached a paper to an appeal"),
    "sign_appeal": _l("Signed an appeal first of two"),
    "pass_appeal": _l("Let an appeal pass"),
    "refuse_appeal": _l("Let an appeal not pass"),
    "pay_appeal": _l("Released the payment of an appeal"),
    "make_run": _l("Made a payment run"),
    "leave_out_of_run": _l("Took claims out of a payment run"),
    "cancel_run": _l("Cancelled a payment run"),
    "release_run": _l("Released a payment run"),
    "finish_run": _l("Paid a run out"),
    "open_notice": _l("Opened a transfer notice"),
    "pay_claim": _l("Released the payment of a claim"),
    "sweep_evidence": _l("Removed evidence that nobody used"),
    "receive_roster": _l("Handed a personnel workbook in"),
    "explain_columns": _l("Explained the columns of a workbook"),
    "decide_double": _l("Decided on suspected doubles"),
    "import_roster": _l("Imported a personnel workbook"),
    "stop_import": _l("Stopped an import"),
    "undo_import": _l("Undid an import"),
    "discard_import": _l("Threw a workbook away"),
    "request_export": _l("Ordered an Excel file"),
    "request_report": _l("Ordered a report"),
    "cancel_job": _l("Stopped background work"),
    "save_view": _l("Kept filters"),
    "choose_columns": _l("Chose columns"),
    "export_list": _l("Took a list home as Excel"),
    "forget_view": _l("Deleted kept filters"),
    "declare_right": _l("Recorded a right in another scheme"),
    "end_declared_right": _l("Recorded the end of a right in another scheme"),
    "confirm_declaration": _l("Confirmed what was declared of another scheme"),
    "record_election": _l("Recorded which scheme a person chose"),
    "load_scheme": _l("Ordered the loading of a scheme's file"),
    "finish_scheme_file": _l("Loaded a scheme's file"),
    "save_report": _l("Kept a report"),
    "forget_report": _l("Deleted a kept report"),
    "start_round": _l("Began a round"),
    "finish_round": _l("Finished a round"),
    "set_clock": _l("Moved the clock"),
    "take_backup": _l("Took a backup"),
    "restore_backup": _l("Restored a backup"),
}
THINGS: dict[str, Any] = {
    "account": _l("Account"),
    "agency": _l("Agency"),
    "api_token": _l("Hospital token"),
    "business_clock": _l("Clock"),
    "workstation": _l("Workstation"),
    "other_scheme_right": _l("Right in another scheme"),
    "scheme_election": _l("Choice of a scheme"),
    "scheme_file": _l("File of a scheme"),
    "change_request": _l("Request"),
    "succession": _l("Succession of an agency"),
    "agency_notice": _l("Notice from another agency"),
    "receipt_claim": _l("Receipt claim"),
    "payment_run": _l("Payment run"),
    "transfer_statement": _l("Transfer statement"),
    "appeal": _l("Appeal"),
    "appeal_reason": _l("Reason of appeals"),
    "entitlement": _l("Entitlement"),
    "evidence": _l("Evidence"),
    "instance": _l("Portal"),
    "job": _l("Background work"),
    "mass_approval": _l("Approval of many"),
    "list": _l("List"),
    "saved_view": _l("Kept filters"),
    "processing_round": _l("Round"),
    "saved_report": _l("Kept report"),
    "province_region": _l("Province and NHSO region"),
    "role": _l("Role"),
    "roster_import": _l("Import from Excel"),
    "submission": _l("Form"),
    "hospital": _l("Hospital"),
    "title": _l("Title before the name"),
}
_DETAILS: dict[str, Any] = {
    "address": _l("From where"),
    "agency_code": _l("Agency code"),
    "agency_type": _l("Agency type"),
    "card_only": _l("By card only"),
    "changed": _l("Changed"),
    "created_at": _l("Made at"),
    "dla_code": _l("Agency code"),
    "effective": _l("In effect"),
    "entries": _l("Entries"),
    "errors": _l("Failed"),
    "from": _l("State before"),
    "hospital_code": _l("Hospital code"),
    "token_scope": _l("Opens"),
    "successor": _l("Successor"),
    "province_code": _l("Province"),
    "officers": _l("Officers"),
    "reason": _l("Reason"),
    "region_no": _l("NHSO region"),
    "report": _l("Report"),
    "requests": _l("Requests"),
    "revision": _l("Version of the request"),
    "role": _l("Role"),
    "round": _l("Round"),
    "run_at": _l("Run at"),
    "self_approved": _l("Approved by its own recorder"),
    "shared": _l("Shared"),
    "to": _l("Moved to"),
    "workstation": _l("Workstation"),
}


def actor_words(name: str) -> Any:
    """Who it was; what the portal did by itself is the portal's, with the name of the work."""
    return _l("The portal (%(work)s)", work=name.removeprefix("robot:")) if name.startswith("robot:") else name


def verb_label(verb: str) -> Any:
    """What was done; the code itself where no label is known."""
    return VERBS.get(verb, verb)


def thing_label(kind: str) -> Any:
    """What it was done to; the code itself where no label is known."""
    return THINGS.get(kind, kind)


def detail_words(detail: dict[str, Any] | None) -> str:
    """What is written beside an act, each part under its label."""
    return " · ".join(f"{_DETAILS.get(name, name)}: {_value(name, value)}" for name, value in (detail or {}).items())


def _value(name: str, value: Any) -> Any:
    if name == "role":
        return ROLE_LABELS.get(value, value)
    if name in ("run_at", "to", "created_at") and isinstance(value, str):
        return be_instant(datetime.fromisoformat(value))
    if isinstance(value, bool):
        return _l("Yes") if value else _l("No")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or NOTHING
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
