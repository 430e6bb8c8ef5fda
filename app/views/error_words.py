"""Every refusal in words: one sentence per code, saying what is wrong and, where it can, what to do."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.views.card_error_words import CARD_WORDS
from app.views.change_error_words import CHANGE_WORDS
from app.views.impossible_words import IMPOSSIBLE_WORDS

WORDS: dict[str, Any] = {
    **CARD_WORDS,
    **CHANGE_WORDS,
    **IMPOSSIBLE_WORDS,
    # Who may do what
    "LOGIN_FAILED": _l(
        "Wrong user name or password, or the account is locked for the moment. After five failures it stays locked for "
        "15 minutes."
    ),
    "POWER_MISSING": _l("Your role does not allow this."),
    "OUTSIDE_SCOPE": _l("This belongs to an agency outside your reach."),
    "AGENCY_NEEDED": _l("Only an officer of an agency can do this."),
    "FOUR_EYES": _l("You recorded or changed this request yourself; somebody else must decide it."),
    "ADMINISTRATOR_ONLY": _l("Only an NHSO administrator may touch the account of an NHSO administrator."),
    "LIST_TOO_LARGE": _l("The file is too large."),
    "FILE_UNREADABLE": _l("The file is neither UTF-8 nor Thai Windows text. Save it as CSV UTF-8."),
    "COLUMN_MISSING": _l("The column %(column)s is missing; it may be called %(known)s."),
    "LISTED_TWICE": _l("The code stands in line %(line)s already."),
    "AGENCY_TYPE_UNKNOWN": _l("No type of agency has a code that begins with %(digits)s."),
    "FORMER_UNCLEAR": _l("%(count)s agencies could have become this one; name the old code."),
    "HOSPITAL_CODE_SHAPE": _l("The hospital code has five digits, or nine letters and digits."),
    "HOSPITAL_TYPE_UNKNOWN": _l("The hospital type must be one of %(known)s."),
    "SERIALS_EXHAUSTED": _l("There are not enough made-up national IDs left for so many people."),
    "DEMO_IN_PRODUCTION": _l("Demo data have no place in production."),
    "OWN_ACCOUNT": _l("Nobody may do this to his own account."),
    "CLOCK_IN_PRODUCTION": _l("The clock of a portal in production cannot be moved."),
    # What was typed
    "INVALID_FORM": _l("%(count)s entries need correction."),
    "REQUIRED": _l("This field is required."),
    "TOO_LONG": _l("This is too long: at most %(longest)s characters."),
    "SAME_PLACE_IN_DELIVERY": _l(
        "Another child of this birth has the number %(place)s already. Number them in the order in which they were born: 1, 2."
    ),
    "NAME_NUMBER": _l("A number does not belong here. Was a national ID typed into the box of a name?"),
    "NAME_SIGN": _l("No name has the sign %(sign)s. Write the name as it stands on the ID card."),
    "NOT_TEXT": _l("The national ID must be text, not a number: numbers lose their leading zero."),
    "NOT_DIGITS": _l("A national ID has digits only."),
    "LENGTH": _l("A national ID has 13 digits; this one has %(length)s."),
    "UNASSIGNED_CATEGORY": _l("No national ID begins with 9."),
    "CHECK_DIGIT": _l("The national ID is mistyped: its last digit does not fit the others."),
    "DEGENERATE": _l("This is no real national ID: all its digits are equal."),
    "INVALID_DATE": _l("This is no date. Type day, month and year, such as 1/10/2569."),
    "YEAR_NOT_BE": _l("The year %(year)s is not in the Buddhist era."),
    "INVALID_INSTANT": _l("This is no date with a time. Type 21/11/2569 10.59."),
    "PERIOD_EMPTY": _l("The end must lie after the beginning."),
    "DATE_IN_FUTURE": _l("This date lies in the future."),
    "DATE_TOO_OLD": _l("This date lies too far back."),
    "DATE_TOO_FAR": _l("This date lies too far ahead."),
    "DATE_BEFORE_BIRTH": _l("This date lies before the birth date %(birth_date)s."),
    "INVALID_AMOUNT": _l("This is no amount in baht and satang."),
    "AMOUNT_TOO_LARGE": _l("This amount is too large."),
    "UNKNOWN_CODE": _l("This is none of the words that can stand here."),
    "NOT_OF_RELATION": _l("This is not asked of: %(relation)s. Take it out, or choose another relation."),
    "NO_ORDER_TO_LIFT": _l("No order of a court is told of this child, so none can be lifted."),
    "BATCH_SIZE": _l("Ask for at least one and at most %(most)s national IDs at a time; these are %(count)s."),
    "VERSION_MISSING": _l("The form is not complete. Please open it again."),
    # Passwords and accounts
    "PASSWORD_SHORT": _l("A password needs at least %(least)s characters."),
    "PASSWORD_LONG": _l("A password has at most %(most)s characters."),
    "PASSWORD_SIMPLE": _l("This password is too simple: use letters and digits, and not the same few all over."),
    "PASSWORD_NAME": _l("The password must not contain your user name."),
    "PASSWORD_SAME": _l("The new password must differ from the one until now."),
    "OLD_PASSWORD_WRONG": _l("The password until now is wrong."),
    "LINK_DEAD": _l("This link has been used or is too old. Ask the NHSO administrator for a new one."),
    "USERNAME_SHAPE": _l("Small letters, digits, dot and dash only; at least three, a letter first."),
    "USERNAME_TAKEN": _l("This user name is taken."),
    "EMAIL_SHAPE": _l("This is no e-mail address."),
    "EMAIL_TAKEN": _l("Another account has this e-mail address."),
    "UNKNOWN_ROLE": _l("There is no such role."),
    "REACH_MISSING": _l("This role needs to know for where."),
    "ACCOUNT_NOT_FOUND": _l("There is no such account."),
    "ACCOUNT_ACTIVE": _l("The account is active already."),
    "ACCOUNT_INACTIVE": _l("The account is deactivated."),
    "TOKEN_OVER": _l("This token opens nothing any more, or has its successor already. Make a new one."),
    "ONE_TOKEN": _l("Renew one token at a time: its secret is shown once."),
    "NOT_A_CHOICE": _l("Choose from the list."),
    "TOKEN_NOT_FOUND": _l("There is no such token."),
    # Agencies and code tables
    "AGENCY_EXCLUDED": _l("Bangkok and Pattaya are outside this scheme."),
    "AGENCY_CODE_SHAPE": _l("An agency code has %(length)s digits."),
    "AGENCY_CODE_TYPE": _l("The code of an agency of this type begins with %(digits)s."),
    "AGENCY_CODE_PROVINCE": _l("Digits three and four of the code must be the province's: %(digits)s."),
    "AGENCY_CODE_PROMISED": _l(
        "%(agency)s takes the code %(dla_code)s on %(on)s, as its open upgrade says. Take another code, or decide on the "
        "upgrade first."
    ),
    "AGENCY_CODE_TAKEN": _l("Another agency has this code."),
    "AGENCY_NOT_FOUND": _l("There is no agency with this code."),
    "NO_SUCH_AGENCY": _l("There is no agency with this code or name."),
    "SEVERAL_AGENCIES": _l("Several agencies fit; type the code."),
    "SUCCESSOR_ITSELF": _l("An agency cannot be its own successor."),
    "SUCCESSOR_WITHOUT_END": _l("An agency with a successor must have an end."),
    "UPGRADE_BY_TWO": _l(
        "Officials have rights there in a service that this type does not have. Propose it under “Successions of agencies”;"
        " a second officer approves it, and the next round names their service anew."
    ),
    "AGENCY_CLOSED": _l("The agency does not exist on that day."),
    "PROVINCE_NOT_FOUND": _l("There is no such province."),
    "REGION_NOT_FOUND": _l("There is no such NHSO region."),
    "CODE_NOT_FOUND": _l("There is no such entry any more."),
    # Requests and entitlements
    "PRINCIPAL_REQUIRED": _l("The first person of the form must be the official himself."),
    "PRINCIPAL_NOT_FOUND": _l("There is no such official in your agency."),
    "PRINCIPAL_NOT_SUBMITTED": _l(
        "The official's own right neither stands nor waits for approval. Submit the official first, or both together."
    ),
    "PERSON_NOT_FOUND": _l("There is no such person within your reach."),
    "DUPLICATE_IN_FORM": _l("This person stands in the form twice."),
    "ONE_PARENT_EACH": _l("There can be only one father and one mother."),
    "TYPE_AGENCY_MISMATCH": _l("This personnel type does not fit the type of the agency."),
    "OWN_RIGHT_OVERLAP": _l("This person already has an own right in that time."),
    "SAME_RIGHT_OVERLAP": _l("This person already has the same right through the same official in that time."),
    "REQUEST_NOT_FOUND": _l("There is no such request within your reach."),
    "PERSON_DIFFERS": _l(
        "This number stands in the register with other particulars (name, sex or date of birth). Check it against the card."
    ),
    "DATES_CHANGED": _l(
        "The dates of this right have changed since it was submitted. Return it, so that they are reckoned anew."
    ),
    "ROUND_NOT_FOUND": _l("There is no such round."),
    "ENTITLEMENT_NOT_FOUND": _l("There is no such entry within your reach."),
    "NOT_A_DRAFT": _l("Request %(request_no)s is no draft any more: %(status)s."),
    "NOT_PENDING": _l("Request %(request_no)s does not wait for approval: %(status)s."),
    "NOT_CORRECTABLE": _l("Request %(request_no)s cannot be corrected: %(status)s."),
    "ALREADY_DECIDED": _l("Request %(request_no)s has been decided: %(status)s."),
    "ALREADY_PENDING": _l("Request %(request_no)s on the same entry is still open."),
    "NOTHING_CHANGED": _l("Nothing has been changed."),
    "ALREADY_VOIDED": _l("This entry has been voided already."),
    "PROPOSAL_CHANGED": _l("Request %(request_no)s is not what was submitted. Please tell the NHSO."),
    "STALE": _l("Somebody else has changed this meanwhile. Please look at it again."),
    "ALREADY_EXISTS": _l("This exists already."),
    "INTEGRITY": _l("This does not fit what is registered."),
    "FROZEN": _l("What has been submitted cannot be changed."),
    "NO_DELETE": _l("This cannot be removed."),
    "APPEND_ONLY": _l("This cannot be changed."),
    "READ_AUDIT_FAILED": _l(
        "The look-up could not be written down, so no answer is given. Please try again in a minute."
    ),
    # The law of the family; the clause and the papers that would help are added to each
    "FLAGS_OPEN": _l("The law leaves a doubt in this request. Open it, tick what you have checked and write a note."),
    "OTHER_DOUBTS": _l(
        "The law leaves another doubt than those that you were shown. Open the request again and check it."
    ),
    "COLLEAGUE_NOT_FOUND": _l("Nobody of your agency with this power has this account."),
    "CORRECTION_ALONE": _l("It voids an entry of the register, so it is decided one by one."),
    "FAMILY_TOGETHER": _l("Somebody of the family that moves with this person is not in this decision."),
    "PRINCIPAL_LEFT": _l("The principal's own request is not approved yet, and this right leans on it."),
    "NOTHING_TO_DECIDE": _l("Nothing in it can be decided so."),
    "SUCCESSION_DECIDED": _l("This has been decided already: %(status)s."),
    "MASS_APPROVAL": _l("There is no such approval within your reach."),
    "NOTE_MISSING": _l("Tick that you have checked the doubts, and write what you found."),
    "NOT_LEGAL_PARENT": _l("This is no lawful father or mother of the principal. Leave the person out."),
    "EVIDENCE_NOT_ACCEPTED": _l("The documents do not prove the relation yet. Attach one that does."),
    "FATHER_NOT_LEGITIMATE": _l("Fatherhood is not lawful yet. Fill in the marriage, the Kor Ror 11 or the judgment."),
    "OUTSIDE_310_DAYS": _l("The child was born too long after the marriage. Fill in the Kor Ror 11 or the judgment."),
    "NIKAH_NOT_ALLOWED": _l(
        "A nikah certificate counts only where the principal is a Muslim man whose home is in Satun, Pattani, Yala or"
        " Narathiwat. Correct these three if they are wrong; else attach a marriage registration, or leave the spouse out."
    ),
    "NIKAH_REQUIRED": _l("A further spouse is recorded by nikah certificate only. Choose that paper and attach it."),
    "ONE_SPOUSE_ONLY": _l("The principal has a spouse already. Record the divorce or the death first."),
    "MAX_FOUR": _l("The principal has four spouses already."),
    "MARRIAGE_NOT_VALID_ON_DATE": _l("The marriage gives no right in that time. Check its dates."),
    "ADOPTED_CHILD": _l("An adopted child has no right here. Leave the child out."),
    "ADOPTED_OUT": _l("The child has been adopted by somebody else. Leave the child out."),
    "BEYOND_ORDER_3": _l(
        "Three elder children have the places. The child has a right only if one of them died a minor."
    ),
    "DEAD": _l("The person died before the right could begin. Check the date."),
    "MARRIAGE": _l("The child is of age by marriage. Check the date."),
    "AGE_20": _l("The child is 20 or older. Only a court order of incompetence keeps the right."),
    "NOT_BORN": _l("The child is not born yet."),
    "NOT_LEGITIMATE": _l("The child is not lawful yet on that day."),
    "PRINCIPAL_NOT_ACTIVE": _l("The principal has no right in that time."),
    # Rounds and the clock
    "ROUND_STARTED": _l("The round has begun meanwhile. Please try again."),
    "ROUND_NOT_DUE": _l("The round is not due yet."),
    "ROUND_FAILED": _l("The round failed and will be run again."),
    "ROUND_NOT_PLANNED": _l("The round has been run already."),
    "OLDER_ROUND_UNFINISHED": _l("An older round is not finished yet."),
    "APPROVED_LEFT": _l("Approved requests are left in a finished round."),
    "CLOCK_BACKWARD": _l("The clock moves only forward once there are requests."),
    "CLOCK_TOO_FAR": _l("The clock cannot go back, so it jumps no more than twenty years at once."),
    # Evidence
    "EVIDENCE_NOT_FOUND": _l("There is no such document within your reach."),
    "EVIDENCE_EMPTY": _l("The file is empty."),
    "EVIDENCE_TYPE": _l("Only PDF, JPG and PNG can be kept as evidence."),
    "EVIDENCE_TOO_LARGE": _l("The file is too large."),
    "EVIDENCE_INFECTED": _l("The virus scanner refused this file."),
    "SCANNER_AWAY": _l("The virus scanner does not answer, so no file is taken. Please try again later."),
    # Personnel workbooks and exports
    "DUPLICATE_IN_FILE": _l("This person stands in the file twice; first in row %(excel_row)s."),
    "HOLDER_NOT_FOUND": _l("The official of this family member is neither in the file nor registered."),
    "ROSTER_UNREADABLE": _l("This file cannot be read as an Excel workbook (.xlsx)."),
    "ROSTER_FORMULA_UNSAVED": _l(
        "%(count)s formulas of this workbook were saved without their values, the first in cell %(cell)s."
        " Open it in Excel or LibreOffice, save it there and upload it again."
    ),
    "ROSTER_ENCRYPTED": _l("The workbook is protected by a password. Save it without one."),
    "ROSTER_OLD_XLS": _l("This is an old .xls file. Save it as .xlsx."),
    "ROSTER_HAS_MACRO": _l("The workbook contains macros. Save it as .xlsx."),
    "ROSTER_TOO_LARGE": _l("The workbook is too large."),
    "ROSTER_NO_SHEET": _l("The workbook has no sheet of officials or family members."),
    "ROSTER_NO_HEADER": _l("Sheet %(sheet)s has no row of headings."),
    "ROSTER_NO_COLUMN": _l("Sheet %(sheet)s lacks these columns: %(columns)s."),
    "EXPORT": _l("There is no such file within your reach."),
    "EXPORT_FILE": _l("The file is not there any more. Please order it again."),
    "EXPORTS_WAITING": _l("%(limit)s files are being made already. Please wait for them."),
}
