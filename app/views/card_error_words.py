"""Every refusal about cards in words (app/views/error_words.py takes them in)."""

from typing import Any

from flask_babel import lazy_gettext as _l

CARD_WORDS: dict[str, Any] = {
    "CARD_REFUSED": _l("The card did not open the portal. Ask your registrar; the reason stands in the audit trail."),
    "TOO_MANY_REQUESTS": _l("Too many attempts."),
    "TOO_LARGE": _l("The body is too large: at most %(most)s bytes."),
    "TICKET_DEAD": _l("This log-in is over. Pull the card out, put it in again and begin anew."),
    "PIN_WRONG": _l("The PIN is wrong. After five wrong ones the card is locked for 15 minutes."),
    "PIN_LOCKED": _l("Five wrong PINs: the PIN is locked until %(until)s."),
    "SETUP_WRONG": _l("The code of the registrar is wrong or too old. Ask for a new one."),
    "PIN_SHAPE": _l("A PIN has %(least)s to %(most)s digits."),
    "PIN_SIMPLE": _l("This PIN is too easy to guess: no runs, and not the same few digits."),
    "PIN_DAY": _l("This PIN reads as a date. Choose another one."),
    "PIN_OF_CARD": _l("This PIN is a piece of the number on your card. Choose another one."),
    "PIN_SAME": _l("The new PIN must differ from the one until now."),
    "OLD_PIN_WRONG": _l("The PIN until now is wrong."),
    "NO_PIN": _l("You have no PIN yet. The registrar starts it with you."),
    "NO_CARD": _l("No card is recorded for this officer."),
    "CARD_TAKEN": _l("Another account has this card already."),
    "CARD_NOT_PINNED": _l("The card has not been confirmed yet."),
    "CARD_SECOND_PERSON": _l(
        "Whoever recorded the card cannot confirm it; another registrar or an administrator does, the officer being present."
    ),
    "NO_CARD_SHOWN": _l(
        "No card was put in within the last ten minutes. The officer puts it in at his workstation first."
    ),
    "SECOND_PERSON": _l(
        "Whoever gave out the code cannot approve the computer; somebody else compares the fingerprint."
    ),
    "WORKSTATION_NOT_FOUND": _l("There is no such workstation within your reach."),
    "WORKSTATION_STATE": _l("This workstation has been decided already."),
    "APPOINTED_ALREADY": _l("The officer is appointed in that time already."),
    "APPOINTMENT_NOT_FOUND": _l("There is no such appointment within your reach."),
    "APPOINTMENT_OVER": _l("This appointment has ended already."),
    "APPOINTMENT_LONGER": _l("An appointment ends no later than it does already. Record a new one to go on."),
    "NO_CARD_OPENS": _l(
        "No card opens this portal yet: CARD_PEPPER is not set on the server. The passwords stay on until it is."
    ),
    "ADMINISTRATORS_KEEP_PASSWORDS": _l("NHSO administrators keep their passwords, for the day when no card works."),
    "BREAK_GLASS_DEAD": _l("This emergency access has been used or is too old."),
    "CONSENT_MISSING": _l("Tick that the holder of the card agrees; without that no card is read."),
    "NO_WORKSTATION": _l(
        "No approved workstation is yours. Ask your registrar to assign one; until then type what stands on the card."
    ),
    "WHICH_WORKSTATION": _l("You sit at several workstations. Choose the one with the card in its reader."),
    "READING_NOT_FOUND": _l("This reading of a card is not yours or is over. Ask again."),
    "ADMINISTRATORS_KEEP_CODES": _l(
        "NHSO administrators keep the code of the phone, for they can switch everybody else's off."
    ),
    "MONEY_KEEPS_CODES": _l(
        "Roles that decide about money keep the code of the phone: "
        "with a password alone one administrator could come in for them."
    ),
    "EMERGENCY_NOT_FOUND": _l("There is no such use of emergency access within your reach."),
    "EMERGENCY_READ": _l("This report has been read already, or comes only tomorrow."),
    "READ_BY_ANOTHER": _l("Who asked, allowed or came in does not read the report; somebody else does."),
    "CODE_WRONG": _l(
        "The code is wrong or used up. Wait for the next one. After five wrong ones the account is locked."
    ),
    "STEP_OVER": _l("This log-in is over. Please begin anew with your password."),
    "OFFER_OLD": _l("This picture is too old. Let the phone read the new one."),
    "NEW_CODE_WRONG": _l("The code of the new phone is wrong. Did it read the picture above?"),
    "OLD_CODE_WRONG": _l("The code of the phone until now is wrong or used up."),
    "NO_PHONE": _l("No phone belongs to this account."),
    "NO_PHONE_RESET": _l("Nobody asks to have this phone forgotten any more."),
    "TWO_ADMINISTRATORS": _l("Another administrator must allow what you asked for."),
    "ASK_DEAD": _l("This waits no longer: it was agreed to, taken back, or is too old."),
    "LINK_CODE_WRONG": _l("The code is wrong. The administrator who asked for the link has it."),
}
