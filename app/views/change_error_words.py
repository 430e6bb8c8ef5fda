"""Refusals about rights that stand, in words: ends, moves, pensions, returns to duty, successions (docs/changes.md)."""

from typing import Any

from flask_babel import lazy_gettext as _l

CHANGE_WORDS: dict[str, Any] = {
    "ALREADY_ENDED": _l("This entitlement has ended already, on %(until)s."),
    "ENDED_BY_MOVE": _l(
        "From %(until)s this entitlement goes on at another agency. If it ended before, that agency reports its entry as "
        "recorded in error; once a round has carried that, take the end of this one back, and then report this end here."
    ),
    "END_BEFORE_START": _l(
        "The end lies before the entitlement began on %(since)s. Report the entry as recorded in error instead."
    ),
    "REASON_NOT_FOR_RIGHT": _l("“%(reason)s” is no reason for the end of this person's entitlement."),
    "ONLY_IN_SERVICE": _l("Only an official in service can be suspended."),
    "NOT_THE_BIRTHDAY": _l("The child comes of age on %(date)s; that is the first day without entitlement."),
    "STILL_A_MINOR": _l(
        "The child is under age; until %(date)s the right rests on no order of a court. If an order was recorded, record its end "
        "as a change of the entry; the right then ends on that day."
    ),
    "MARRIED_TOO_YOUNG": _l(
        "A marriage at this age brings no majority, so the right goes on until %(date)s. If a court gave leave, record that "
        "and the day of the marriage as a change of the entry."
    ),
    "NOT_ENDED": _l("No report ended this entitlement; there is nothing to take back."),
    "NO_PAPER_ATTACHED": _l(
        "Nothing is attached. This is proven by: %(papers)s. Attach it, or tick that it does not exist yet."
    ),
    "MOVE_STANDS": _l(
        "This person's right at %(agency)s stands. If the move was wrong, that agency reports its entry as recorded in error"
        " first; then this end can be taken back."
    ),
    "ENDED_WITH_PRINCIPAL": _l(
        "This right ended with the official's own. Take that end back on the official's entry: everybody whom it ended comes "
        "back."
    ),
    "ENDED_BEFORE_START": _l(
        "%(name)s (%(relation)s) had a right through this service that was over before this first day. If the later day is right,"
        " there never was one: report that entry as recorded in error first, then change the day."
    ),
    "GIVEN_SINCE": _l(
        "Since %(since)s another person stands at %(agency)s as %(relation)s, of whom there is one at a time. Have that entry "
        "voided first, also by the agency that keeps it. Where it is right, it is recorded anew once this end is back and the "
        "true one is told."
    ),
    "RETURN_STANDS": _l(
        "The official has been back on duty since %(since)s. If that is wrong, report the entry that began on that day as "
        "recorded in error first; the suspension can then be taken back."
    ),
    "ALREADY_SUSPENDED": _l(
        "This official is suspended already. If the day is wrong, take that suspension back first."
    ),
    "NOT_SUSPENDED": _l("This official is not suspended."),
    "ENDED_SUSPENDED": _l(
        "An end was approved while the official was suspended. Take that end back, record the return to duty, and report "
        "the end anew with its own day; the family comes back with the official."
    ),
    "PENSION_STANDS": _l(
        "The pension stands. If it was wrong, report the entry of the pension as recorded in error first; then this end can be "
        "taken back, with the family's."
    ),
    "MOVE_BEFORE_START": _l("The day must lie after %(since)s."),
    "MOVE_WITHIN_AGENCY": _l("A transfer comes from another agency; whatever stays within the agency is a change."),
    "SUCCESSION_DECIDES": _l(
        "Two officers decide on the end of this agency (from %(on)s). See the page of successions."
    ),
    "RIGHTS_REMAIN": _l(
        "%(count)s rights at this agency last beyond %(on)s. Ask for its succession first; two officers decide, and the rounds "
        "carry them over."
    ),
    "DATE_TOO_LONG_AGO": _l("%(date)s lies more than %(days)s days back; so long ago rights and money are settled."),
    "SUCCESSION_NOT_FOUND": _l("This succession does not exist."),
    "SUCCESSOR_CLOSED": _l("The successor does not exist on that day, or ends itself."),
    "SUCCESSION_OPEN": _l("One of the two agencies is part of another succession that is not over."),
    "SUSPENDED_REMAIN": _l(
        "%(count)s officials of the agency are suspended. Their return or their end must be decided there first."
    ),
    "PART_OF_SUCCESSION": _l("This is part of an agency's succession, which two officers of the NHSO have approved."),
    "PERSON_DECEASED": _l("This person has been reported as deceased on %(since)s."),
    "ENDED_THERE": _l(
        "The entitlement there ends for good on %(until)s. Record the person and the family as a new principal from the day of "
        "the new service; if that end is wrong, the agency there takes it back."
    ),
    "END_APPROVED_THERE": _l(
        "The agency there has approved an end or a suspension of this entitlement already. If it is wrong, that agency withdraws "
        "or takes it back; if it is right, record the person as a new principal."
    ),
    "SUSPENDED_THERE": _l("The official is suspended there; the agency must end the suspension first."),
    "SUSPENDED_HERE": _l(
        "The official is suspended since %(since)s. A pension goes on from that day at the latest; for a pension from a later "
        "day record the return to duty first."
    ),
    "ENDED_WHILE_SUSPENDED": _l(
        "This entitlement ends for good on %(until)s, as was approved before the suspension; a return to duty begins before that "
        "day. If that end is wrong, take back the suspension first, then the end."
    ),
    "ALREADY_PENSIONER": _l("This person draws a pension already, or no pension was chosen."),
    "NO_PENSION": _l("A chief executive's entitlement ends with the term; it never becomes a pension."),
    "NOT_TRANSFERABLE": _l("Pensioners and chief executives do not move; record a new principal instead."),
    "TARGET_CHANGED": _l("The entry that this is about has changed meanwhile. Please look at it again."),
    "CONFLICTING_REQUEST": _l(
        "Request %(other_no)s on the same entry, which %(officer)s sent on %(at)s, must be decided or taken back first."
    ),
    "NOT_APPROVED": _l("Request %(request_no)s is not approved: %(status)s."),
    "FULL_NAME_NEEDED": _l("Type the national ID, or the first and the last name in full."),
    "TOO_MANY_FOUND": _l("More than %(most)s people have this name. Search by the national ID."),
    "TOO_MANY_AT_ONCE": _l("At most %(most)s officials at a time."),
    "FAMILY_GREW": _l("The family has grown meanwhile. Please look at it again."),
    "NOTICE_NOT_FOUND": _l("There is no such notice for your agency."),
    "TOO_LATE_TO_OBJECT": _l("This transfer has been decided; an objection would reach nobody any more."),
    "ALREADY_OBJECTED": _l("An objection has been written already."),
    "PERSON_BELONGS_ELSEWHERE": _l(
        "%(agency)s keeps this person's own entry; ask it to change name, birth date or sex."
    ),
    "BEGINS_WITH_MOVE": _l(
        "This entry goes on from the one before it on %(since)s. If that day is wrong, report this entry as recorded in error, "
        "and then take back the end of the one before."
    ),
    "ENDS_BEFORE_MOVE": _l(
        "By this change the right would end before %(until)s, on which it goes on by a transfer or a pension. Report a death as "
        "an end of this entry; else have the entry that begins on that day reported as recorded in error, take the end of this "
        "one back, and then change it."
    ),
    "ANOTHER_RIGHT": _l("A pension or an elected office is another right: report the end or the pension instead."),
    "PRINCIPAL_FIRST": _l("The principal of this family must be approved first; the family is then approved with him."),
    "PRINCIPAL_APPROVED": _l(
        "The principal of this form is approved; the round would go on without %(request_no)s, and that entitlement would end. "
        "The registrar decides on it, or withdraws the principal's approval first."
    ),
    "MOVED_WITHOUT": _l(
        "The principal has moved without this person. Record the person as a new family member instead."
    ),
}
