"""The kinds of table (decisions 8): every table stands in exactly one list, and a guard test checks it."""

OWNED = frozenset(
    {
        "entitlement", "change_request", "proposal", "request_editor", "request_revision", "request_flag",
        "transfer_notice", "transfer_exclusion", "agency_notice",
        "evidence_link", "roster_import", "roster_line", "roster_layout", "prepared_request", "saved_report", "saved_view",
        "typed_form", "job", "audit_event", "workstation", "workstation_code", "workstation_officer", "appointment",
        "break_glass", "card_reading", "mass_approval", "mass_approval_row", "round_outcome",
        "receipt_claim", "claim_paper", "claim_step", "ledger_entry", "appeal", "appeal_paper",
        "claimed_receipt", "transfer_statement", "transfer_line", "agency_account",
        "refund_request", "bill_closure", "refund_set_off",
    }
)  # fmt: skip
"""Have an agency_id; the session listener limits them to the actor's scope."""

REACHED = frozenset({"person", "evidence_document"})
"""Visible when an owned row in scope points at them; have no list of their own."""

OPEN = frozenset(
    {
        "agency",
        "hospital",
        "province",
        "nhso_region",
        "province_region",
        "title",
        "appeal_reason",
        "refund_reason",
        "fund_account",
        "processing_round",
        "round_timetable",
        "round_manifest",
    }
)
"""Code tables and public facts, readable by every officer."""

SYSTEM = frozenset(
    {
        "other_scheme_right", "scheme_election", "scheme_file",
        "replaced_end", "succession", "payment_run", "bank_file_taking", "hospital_statement",
        "hospital_statement_line", "business_clock", "running_number", "audit_block",
        "account_ask", "api_token", "one_time_link", "user_session", "form_token",
        "officer_card", "card_nonce", "card_session", "card_ticket", "login_policy", "second_factor",
        "ab_api_key", "ab_group", "ab_group_role", "ab_permission", "ab_permission_view",
        "ab_permission_view_role", "ab_register_user", "ab_role", "ab_user", "ab_user_group", "ab_user_role",
        "ab_view_menu",
    }
)  # fmt: skip
"""Machinery and accounts: touched only by their own services, each behind a power."""
