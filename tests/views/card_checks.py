"""Every check between a card and the register, what is left when it is taken out, and the test that then fails.

docs/card.md shows this list; tests/views/test_card_checks.py takes each out in a copy of the program (`make soak`).
"""

from dataclasses import dataclass

DOORS, SIGNATURES, TICKETS = (f"app/services/card_{name}.py" for name in ("doors", "signatures", "tickets"))
DESKS, PINS, CARDS = (f"app/services/{name}.py" for name in ("workstations", "pins", "officer_cards"))
SESSIONS, API, GLASS = "app/services/sessions.py", "app/views/card_api.py", "app/services/break_glass.py"
LOGIN, KEPT, GUARDS, PAGES = (
    f"tests/views/test_card_{name}.py::test_" for name in ("login", "sessions", "guards", "pages")
)
FACTOR, READINGS = "tests/views/test_second_factor.py::test_", "tests/views/test_card_readings.py::test_"
PHONES = "app/services/second_factors.py"
ACCOUNTS, AGREED, LINKS = (f"app/services/{name}.py" for name in ("accounts", "account_agreements", "one_time_links"))
SECOND = "tests/views/test_second_administrator.py::test_"
REPORTS, EMERGENCIES = "app/services/emergency_reports.py", "tests/views/test_emergency_reports.py::test_"


@dataclass(frozen=True)
class Check:
    """One check: its words, where it stands, what it says, what stands there without it, and the test that fails then."""

    what: str
    file: str
    said: str
    without: str
    test: str


CHECKS = (
    # An assertion, in its order.
    Check("no browser", API, "if any(name in request.headers for name in _BROWSERS_SAY):", "if False:",
          LOGIN + "no_browser_can_ask_and_all_refusals_have_one_text"),
    Check("header to the byte", SIGNATURES, "_HEADER.fullmatch(header)", "_HEADER.search(header)",
          LOGIN + "only_the_enrolled_key_and_the_exact_header_count"),
    Check("kind of message", SIGNATURES, " or found[2].decode() != kind", "",
          LOGIN + "only_the_enrolled_key_and_the_exact_header_count"),
    Check("one spelling of each word", SIGNATURES, ' if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() == word else None',
          "", LOGIN + "only_the_enrolled_key_and_the_exact_header_count"),
    Check("workstation active", DOORS, "if found.state is not WorkstationState.ACTIVE:\n        raise",
          "if False:\n        raise", LOGIN + "each_state_that_forbids_it_refuses_the_card"),
    Check("signature", SIGNATURES, "key.verify(self.signature, self.signed)", "key.public_bytes_raw()",
          LOGIN + "only_the_enrolled_key_and_the_exact_header_count"),
    Check("version", DOORS, 'type(claims.get("v")) is not int or claims["v"] != 1 or ', "",
          LOGIN + "each_claim_is_looked_at"),
    Check("issuer", DOORS, ' or claims.get("iss") != workstation.wid', "", LOGIN + "each_claim_is_looked_at"),
    Check("own origin", DOORS, 'if claims.get("aud") != door.origin:\n        raise _No', 'if False:\n        raise _No',
          LOGIN + "each_claim_is_looked_at"),
    Check("nonce known", DOORS, 'signatures.hashed(nonce if isinstance(nonce, str) else "")', "CardNonce.nonce_hash",
          LOGIN + "each_claim_is_looked_at"),
    Check("nonce of this workstation", DOORS, "        CardNonce.wid == workstation.wid,\n", "",
          LOGIN + "a_nonce_is_good_once_for_its_own_workstation_and_not_for_long"),
    Check("nonce once", DOORS, "        CardNonce.used_at.is_(None),\n", "",
          LOGIN + "a_nonce_is_good_once_for_its_own_workstation_and_not_for_long"),
    Check("nonce in time", DOORS, "        CardNonce.expires_at > now,\n", "",
          LOGIN + "a_nonce_is_good_once_for_its_own_workstation_and_not_for_long"),
    Check("clock", DOORS, "type(issued_at) is not int or abs(issued_at - int(now.timestamp())) > CLOCK_TOLERANCE", "False",
          LOGIN + "each_claim_is_looked_at"),
    Check("number and check digit", DOORS, " or check_digit(cid[:12]) != int(cid[12])", "", LOGIN + "each_claim_is_looked_at"),
    Check("hash of the card", DOORS, ' or not _HASH.fullmatch(str(card.get("hash")))', "", LOGIN + "each_claim_is_looked_at"),
    Check("made-up card", DOORS, "if cid[1:5] == MADE_UP_OFFICE and not door.made_up_allowed:", "if False:",
          LOGIN + "a_made_up_card_and_a_demo_account_open_nothing_in_production"),
    Check("account active", DOORS, "not user.active or ", "", LOGIN + "each_state_that_forbids_it_refuses_the_card"),
    Check("demo account", DOORS, " or (user.is_demo and not door.made_up_allowed)", "",
          LOGIN + "a_made_up_card_and_a_demo_account_open_nothing_in_production"),
    Check("workstation of the officer's agency", DOORS, "user.agency_id != workstation.agency_id or ", "",
          LOGIN + "an_appointment_elsewhere_or_to_come_opens_nothing_here"),
    Check("appointment today", DOORS, " or not appointed_of(session, [user])", "",
          LOGIN + "each_state_that_forbids_it_refuses_the_card"),
    Check("assigned to this workstation", DOORS, "if session.scalar(assigned) is None:", "if False:",
          LOGIN + "each_state_that_forbids_it_refuses_the_card"),
    Check("card not expired", DOORS, 'if not _is_valid(shown.get("expire")):', "if False:", LOGIN + "each_claim_is_looked_at"),
    Check("the confirmed card", DOORS, "if card.card_hash != sealed:", "if card.card_hash is None:",
          LOGIN + "each_state_that_forbids_it_refuses_the_card"),
    Check("PIN not locked", DOORS, "if card.locked_until is not None and card.locked_until > real_now():", "if False:",
          LOGIN + "each_state_that_forbids_it_refuses_the_card"),
    # The ticket and the PIN.
    Check("one card, one session", DOORS, "    end_card_sessions(session, CardSession.user_id == card.user_id)\n", "",
          KEPT + "presence_counts_up_speaks_for_its_own_session_and_is_signed"),
    Check("ticket opened once", TICKETS, "CardTicket.opened_at.is_(None), ", "",
          LOGIN + "a_ticket_opens_one_browser_once_and_a_second_one_kills_it"),
    Check("ticket in time", TICKETS, ", CardTicket.expires_at > now)", ")",
          LOGIN + "a_ticket_opens_one_browser_once_and_a_second_one_kills_it"),
    Check("a second opening kills", TICKETS, "            _raise_alarm(session, key, actor)\n", "            pass\n",
          LOGIN + "a_ticket_opens_one_browser_once_and_a_second_one_kills_it"),
    Check("the browser that opened it", TICKETS, "            CardTicket.opener_hash == hashed(opener),\n", "",
          LOGIN + "a_pin_page_belongs_to_its_browser_and_its_card"),
    Check("card still in", TICKETS, "            CardSession.ended_at.is_(None),\n", "",
          LOGIN + "a_pin_page_belongs_to_its_browser_and_its_card"),
    Check("card heard of", TICKETS, "            CardSession.last_seen_at > now - SILENCE_ENDS_CARD,\n", "",
          LOGIN + "a_pin_page_belongs_to_its_browser_and_its_card"),
    Check("workstation still active", TICKETS, "            Workstation.state == WorkstationState.ACTIVE,\n", "",
          GUARDS + "whose_desk_changes_before_the_pin_does_not_come_in"),
    Check("still of the agency", TICKETS, "            Workstation.agency_id.is_not_distinct_from(PortalUser.agency_id),\n", "",
          GUARDS + "whose_desk_changes_before_the_pin_does_not_come_in"),
    Check("still assigned", TICKETS, "            assigned.exists(),\n", "",
          GUARDS + "whose_desk_changes_before_the_pin_does_not_come_in"),
    Check("the right PIN", TICKETS, "right = pins.matches(read.pin_hash, found.user_id, pin, pepper)", "right = True",
          LOGIN + "five_wrong_pins_lock_the_card_and_spend_the_ticket"),
    Check("a try before it is judged", PINS, "    return bool(taken.rowcount == 1)", "    return True",
          LOGIN + "of_twenty_at_once_one_answer_one_browser_and_five_guesses_count"),
    Check("the fifth locks", PINS, "locked_until=sa.case((is_last,", "locked_until=sa.case((sa.false(),",
          LOGIN + "five_wrong_pins_lock_the_card_and_spend_the_ticket"),
    Check("setup code", TICKETS, "right = live and secrets.compare_digest(", "right = live or secrets.compare_digest(",
          KEPT + "the_first_pin_needs_the_registrars_code"),
    Check("setup code in time", TICKETS, "read.setup_until is not None and read.setup_until > real_now() and ", "",
          KEPT + "the_first_pin_needs_the_registrars_code"),
    Check("no date as PIN", PINS, "if _is_day(pin):", "if False:", KEPT + "one_changes_the_own_pin_by_the_old_one"),
    Check("no piece of the number as PIN", PINS, "if number and pin in number:", "if False:",
          KEPT + "one_changes_the_own_pin_by_the_old_one"),
    Check("PIN as it was read", TICKETS, "OfficerCard.setup_hash == read.setup_hash, ", "",
          GUARDS + "a_code_that_the_registrar_replaced_meanwhile_sets_no_pin"),
    # Presence, and every request of the session.
    Check("presence counts up", DOORS, "        CardSession.seq < seq,\n", "",
          KEPT + "presence_counts_up_speaks_for_its_own_session_and_is_signed"),
    Check("removed is final", DOORS, "        CardSession.ended_at.is_(None),\n    )\n    heard", "    )\n    heard",
          LOGIN + "a_card_and_its_pin_log_in_and_pulling_the_card_logs_out"),
    Check("its own session", DOORS, "        CardSession.csid_hash == signatures.hashed(csid),\n        CardSession.work",
          "        CardSession.work", KEPT + "presence_counts_up_speaks_for_its_own_session_and_is_signed"),
    Check("pulled ends the session", DOORS, "        end_card_sessions(session, found)\n", "",
          LOGIN + "a_card_and_its_pin_log_in_and_pulling_the_card_logs_out"),
    Check("silence ends the session", SESSIONS, ", _card.c.last_seen_at > now - SILENCE_ENDS_CARD)", ")",
          KEPT + "a_session_ends_with_silence_revocation_unassignment_and_appointment"),
    Check("appointment on every request", "app/security/manager.py", " or not may_enter(user)", "",
          KEPT + "a_session_ends_with_silence_revocation_unassignment_and_appointment"),
    Check("PIN again before money", "app/views/pin_again.py", "bool(time.time() - session.get(PIN_AT, 0) < FRESH_SECONDS)",
          "True", KEPT + "who_is_in_by_card_says_his_pin_again_before_money"),
    # Before all that: computers, cards, emergencies, phones.
    Check("enrolment code once", DESKS, "        WorkstationCode.used_at.is_(None),\n", "",
          KEPT + "enrolment_needs_a_live_code_and_the_key_and_works_once"),
    Check("enrolment code in time", DESKS, "        WorkstationCode.expires_at > now,\n", "",
          KEPT + "enrolment_needs_a_live_code_and_the_key_and_works_once"),
    Check("proof for this portal", DESKS, 'if said.get("aud") != origin:', "if False:",
          KEPT + "enrolment_needs_a_live_code_and_the_key_and_works_once"),
    Check("proof of this code", DESKS, 'return "" if said.get("code") == signatures.hashed(code) else "CODE"', 'return ""',
          KEPT + "enrolment_needs_a_live_code_and_the_key_and_works_once"),
    Check("second person approves", DESKS, "if found.issued_by_id == actor.user_id:", "if False:",
          PAGES + "from_the_code_to_the_card_by_the_pages_alone_and_nothing_for_the_neighbours"),
    Check("second person confirms", CARDS, "if card.registered_by_id is None or card.registered_by_id == actor.user_id:",
          "if False:", PAGES + "from_the_code_to_the_card_by_the_pages_alone_and_nothing_for_the_neighbours"),
    Check("the card that was seen", CARDS, "if mark_of(card) != mark:", "if False:",
          PAGES + "from_the_code_to_the_card_by_the_pages_alone_and_nothing_for_the_neighbours"),
    Check("two administrators", GLASS, "if actor.user_id in (found.asked_by_id, found.user_id):", "if False:",
          PAGES + "the_emergency_door_takes_two_administrators_opens_once_and_closes_within_the_hour"),
    Check("emergency code once", GLASS, ", BreakGlass.used_at.is_(None))", ",)",
          PAGES + "the_emergency_door_takes_two_administrators_opens_once_and_closes_within_the_hour"),
    Check("no money in an emergency", "app/security/requests.py", "return in_emergency(actor) if session.get(MINUTES) else actor",
          "return actor", EMERGENCIES + "who_came_in_without_a_card_decides_nothing_about_money"),
    Check("read by another", REPORTS, "if actor.user_id in (row.user_id, row.asked_by_id, row.allowed_by_id):",
          "if False:",
          EMERGENCIES + "the_report_comes_the_next_day_says_what_was_done_and_waits_for_a_reader"),
    Check("code of the phone once", PHONES, ", SecondFactor.last_step < used)", ",)",
          FACTOR + "a_code_counts_once_and_clocks_may_be_one_step_apart"),
    Check("code of the phone in time", PHONES, "range(now - SKEW, now + SKEW + 1)", "range(now - 2, now + 3)",
          FACTOR + "a_code_counts_once_and_clocks_may_be_one_step_apart"),
    Check("a wrong code counts", PHONES, "    else:\n        logins.count_failure(user)\n    detail", "    detail",
          FACTOR + "wrong_codes_and_wrong_passwords_lock_together_and_a_right_password_forgives_none"),
    Check("a right password forgives nothing", "app/services/logins.py",
          "if user is not None and way is LoginWay.NO_CODE:", "if user is not None and way:",
          FACTOR + "wrong_codes_and_wrong_passwords_lock_together_and_a_right_password_forgives_none"),
    Check("the password of the first step", "app/services/logins.py",
          "hmac.compare_digest(step.mark, _mark(user.password))", "True",
          FACTOR + "what_changed_after_the_password_stops_the_code"),
    Check("first step in time", "app/services/logins.py", " or step.until < real_now().timestamp()", "",
          FACTOR + "the_first_step_lasts_five_minutes_and_nobody_makes_one_up"),
    Check("two administrators for a phone", PHONES, "if actor.user_id in (found.reset_asked_by_id, user_id):", "if False:",
          FACTOR + "a_lost_phone_takes_two_administrators_and_a_new_one_is_tied"),
    # One administrator makes no second officer.
    Check("a second administrator agrees", AGREED,
          "if actor.user_id is not None and actor.user_id in (ask.asked_by_id, ask.user_id):",
          "if False:", SECOND + "one_administrator_alone_makes_no_second_officer"),
    Check("accounts that decide wait", "app/services/account_asks.py", "return role in DECIDING_ROLES", "return False",
          SECOND + "one_administrator_alone_makes_no_second_officer"),
    Check("what waits does not wait for ever", AGREED, "since = AccountAsk.asked_at > real_now() - ASKED_LIFETIME",
          "since = sa.true()", SECOND + "an_ask_is_taken_back_refused_or_too_old"),
    Check("the code of the other administrator", LINKS,
          "if link.code_hash is not None and not hmac.compare_digest(link.code_hash, code_hash(code)):",
          "if False:", SECOND + "the_link_of_one_wants_the_code_of_the_other"),
    Check("a new password by two", ACCOUNTS, "return by_two(session, user, AskKind.RESET, actor)", "pass",
          SECOND + "a_new_password_of_who_decides_waits_and_nothing_is_taken_before"),
    Check("a deciding role by two", ACCOUNTS, "return by_two(session, user, AskKind.REACH, actor, bounds)", "pass",
          SECOND + "who_is_given_a_deciding_role_begins_anew"),
    Check("opened again by two", ACCOUNTS, "return by_two(session, user, AskKind.OPEN, actor)", "pass",
          SECOND + "closing_is_done_at_once_opening_again_by_two_and_what_was_asked_before_is_over"),
    Check("a deciding role begins anew", "app/services/account_effects.py", "    if anew:\n        user.password = None",
          "    if False:\n        user.password = None", SECOND + "who_is_given_a_deciding_role_begins_anew"),
    Check("a looser way by two", "app/services/login_policies.py", "if _STRICTEST.index(way) > _STRICTEST.index(before):",
          "if False:", SECOND + "a_looser_way_waits_and_a_stricter_one_is_taken_at_once"),
    Check("consent to read a visitor's card", "app/services/card_readings.py", "if not consent:", "if False:",
          READINGS + "no_card_is_read_without_consent_without_a_computer_or_for_who_may_not"),
)  # fmt: skip
