"""What speaks against a reported end of a right, and whether a right goes on in another one: each refusal at its edge."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.people import PersonnelType, Relation, RequestType, TerminationReason
from app.rules import endings, moves
from app.rules.endings import NO_ORDER_KNOWN, PAPER_MISSING, ReportedEnd, StandingRight
from app.rules.lifecycle import Service
from app.rules.moves import DEATH_TOLD_THERE, END_TOLD_THERE, EndThere, Move
from app.rules.papers import Paper
from app.rules.plain_dates import FARTHEST

R, T = TerminationReason, PersonnelType
TODAY, START, DAY = date(2026, 11, 22), date(2015, 10, 1), timedelta(days=1)
OWN = StandingRight(Relation.SELF, T.MUNICIPAL_OFFICER, START, None)
BORN = date(2006, 12, 24)
CHILD = StandingRight(Relation.CHILD, None, START, date(2026, 12, 24), birth_date=BORN)
YOUNG = StandingRight(Relation.CHILD, None, START, date(2029, 2, 1), birth_date=date(2009, 2, 1))
WIFE = StandingRight(Relation.SPOUSE, None, START, None)
AWAY_ON, BACK_ON = TODAY - 10 * DAY, TODAY + 10 * DAY
# Away, and going for good on a day to come; away, and back from a day to come on.
LEAVES = replace(OWN, entitled_until=AWAY_ON, was_suspended=True, suspended_until=BACK_ON, until_before_end=AWAY_ON,
                 termination_reason=R.RESIGNED_NO_PENSION)  # fmt: skip
RETURNS = replace(OWN, entitled_until=AWAY_ON, was_suspended=True, suspended_until=BACK_ON)


def refused(reason, day=TODAY, right=OWN, text=""):
    return [(one.code, one.field) for one in endings.refusals(ReportedEnd(reason, day, text), right, TODAY)]


@pytest.mark.parametrize(
    ("reason", "day", "right", "expected"),
    [
        (R.DISMISSED, TODAY, OWN, []),
        (R.DISMISSED, None, OWN, [("REQUIRED", "event_date")]),
        (R.DISMISSED, START, OWN, [("END_BEFORE_START", "event_date")]),
        (R.DISMISSED, START + DAY, OWN, []),
        (R.DECEASED, START - DAY, OWN, [("END_BEFORE_START", "event_date")]),
        (R.DECEASED, START, OWN, []),  # through the day of death
        (R.DIVORCED, TODAY, OWN, [("REASON_NOT_FOR_RIGHT", "reason")]),
        (R.DIVORCED, TODAY, WIFE, []),
        (R.TERM_ENDED, TODAY, OWN, [("REASON_NOT_FOR_RIGHT", "reason")]),
        (R.TERM_ENDED, TODAY, replace(OWN, personnel_type=T.POLITICAL_EXECUTIVE), []),
        (R.DECEASED, TODAY + DAY, OWN, [("DATE_IN_FUTURE", "event_date")]),
        (R.DIVORCED, TODAY + DAY, WIFE, [("DATE_IN_FUTURE", "event_date")]),
        (R.DISMISSED, TODAY + DAY, OWN, []),  # an order can foretell it
        (R.DISMISSED, TODAY + FARTHEST, OWN, []),
        (R.DISMISSED, TODAY + FARTHEST + DAY, OWN, [("DATE_TOO_FAR", "event_date")]),
        (None, TODAY, OWN, []),
        (None, TODAY + DAY, OWN, []),
        (None, TODAY, WIFE, [("ONLY_IN_SERVICE", "reason")]),
        (None, TODAY, replace(OWN, personnel_type=T.PENSIONER), [("ONLY_IN_SERVICE", "reason")]),
        (None, TODAY, replace(OWN, is_suspended=True, entitled_until=TODAY), [("ALREADY_SUSPENDED", "reason")]),
        (R.DISMISSED, TODAY, replace(OWN, is_suspended=True, entitled_until=TODAY - DAY), []),
        (R.OTHER, TODAY, OWN, [("REQUIRED", "text")]),
        (R.AGE_OF_MAJORITY, date(2026, 12, 24), CHILD, []),
        (R.AGE_OF_MAJORITY, date(2026, 12, 23), CHILD, [("NOT_THE_BIRTHDAY", "event_date")]),
        (R.AGE_OF_MAJORITY, date(2026, 12, 23), replace(CHILD, birth_date=None), []),
        (R.CHILD_MARRIED, date(2026, 11, 20), CHILD, []),
        (R.CHILD_MARRIED, TODAY, YOUNG, [("MARRIED_TOO_YOUNG", "reason")]),  # 17 since 2568, without leave of a court
        (R.CHILD_MARRIED, TODAY, replace(YOUNG, marriage_court_permitted=True), []),
        (R.CHILD_MARRIED, date(2024, 11, 20), replace(YOUNG, birth_date=date(2007, 11, 20)), []),  # at 17, as the law was
        (R.CHILD_MARRIED, TODAY, replace(YOUNG, birth_date=None), []),
        (R.DECEASED, TODAY, YOUNG, []), (R.ADOPTED_OUT, TODAY, YOUNG, []),
        (R.INCOMPETENCE_LIFTED, TODAY, YOUNG, [("STILL_A_MINOR", "reason")]),
        (R.INCOMPETENCE_LIFTED, TODAY, replace(YOUNG, birth_date=TODAY.replace(year=2006)), []),  # of age on the day
        (R.DISMISSED, TODAY, replace(OWN, entitled_until=TODAY + DAY), []),
        (R.DISMISSED, TODAY, replace(OWN, entitled_until=TODAY), []),  # over on the day, for no reason that is known
        (R.DISMISSED, TODAY, replace(OWN, entitled_until=TODAY, termination_reason=R.OTHER), [("ALREADY_ENDED", "event_date")]),
        (R.DISMISSED, TODAY, replace(OWN, entitled_until=TODAY - DAY), [("ALREADY_ENDED", "event_date")]),
        (R.DISMISSED, TODAY, replace(OWN, termination_reason=R.TRANSFERRED_LGO), [("ENDED_BY_MOVE", "event_date")]),
        (R.DECEASED, TODAY, replace(OWN, entitled_until=TODAY + 2 * DAY, termination_reason=R.TRANSFERRED_LGO), []),
        (R.DECEASED, TODAY, replace(OWN, entitled_until=TODAY + DAY, termination_reason=R.TRANSFERRED_LGO), []),
        (R.DECEASED, TODAY, replace(OWN, entitled_until=TODAY, termination_reason=R.TRANSFERRED_LGO),
         [("ENDED_BY_MOVE", "event_date")]),
        (R.DECEASED, TODAY, LEAVES, []),  # while away, before the end that is known
        (R.DISMISSED, TODAY, LEAVES, []),
        (R.DISMISSED, TODAY, replace(LEAVES, suspended_until=TODAY), [("ALREADY_ENDED", "event_date")]),
        (R.DECEASED, TODAY, replace(LEAVES, suspended_until=TODAY + DAY), [("ALREADY_ENDED", "event_date")]),
        (R.DECEASED, TODAY, RETURNS, []),
        (R.DECEASED, TODAY, replace(RETURNS, suspended_until=TODAY + DAY), []),  # the day before: nobody returns
        (R.DECEASED, TODAY, replace(RETURNS, suspended_until=TODAY), [("ALREADY_ENDED", "event_date")]),
        (R.DISMISSED, TODAY, RETURNS, []),
    ],
)  # fmt: skip
def test_what_forbids_an_end(reason, day, right, expected):
    assert refused(reason, day, right) == expected


def test_an_end_says_since_when_and_why():
    assert refused(R.OTHER, text=" \t ") == [("REQUIRED", "text")] and refused(R.OTHER, text="ย้าย") == []
    (late,) = endings.refusals(ReportedEnd(R.AGE_OF_MAJORITY, TODAY), CHILD, TODAY)
    assert late.facts["date"] == date(2026, 12, 24) and late.citation
    (early,) = endings.refusals(ReportedEnd(R.DISMISSED, START), OWN, TODAY)
    assert early.facts["since"] == START
    gone = replace(OWN, entitled_until=START + DAY)
    (over,) = endings.refusals(ReportedEnd(R.DISMISSED, TODAY), gone, TODAY)
    assert over.facts["until"] == START + DAY
    assert [one.code for one in endings.refusals(ReportedEnd(R.DIVORCED, None), OWN, TODAY)] == [
        "REASON_NOT_FOR_RIGHT",
        "REQUIRED",
    ]


def test_the_event_and_the_first_day_without():
    assert ReportedEnd(None, TODAY).event is Service.SUSPENDED and ReportedEnd(R.DIVORCED, TODAY).event is R.DIVORCED
    assert ReportedEnd(None, TODAY).stops_on == ReportedEnd(R.DIVORCED, TODAY).stops_on == TODAY
    assert ReportedEnd(R.DECEASED, TODAY).stops_on == TODAY + DAY and ReportedEnd(R.DECEASED, None).stops_on is None


def test_an_end_without_its_paper_is_a_doubt():
    bare = ReportedEnd(R.DECEASED, TODAY)
    assert endings.doubts(bare, WIFE) == [PAPER_MISSING]
    assert endings.missing_papers(bare, Relation.SPOUSE)[0].any_of == (Paper.DEATH_CERT,)
    proven = replace(bare, papers=frozenset({Paper.DEATH_CERT}))
    assert endings.doubts(proven, WIFE) == [] and endings.missing_papers(proven, Relation.SPOUSE) == ()
    assert endings.missing_papers(ReportedEnd(R.OTHER, TODAY), Relation.SPOUSE) == ()


def test_an_order_of_which_nothing_is_known_is_a_doubt_where_it_is_said_to_be_lifted():
    grown, paper = replace(CHILD, birth_date=date(2000, 1, 1)), frozenset({Paper.COURT_ORDER_INCOMPETENT})
    lifted = ReportedEnd(R.INCOMPETENCE_LIFTED, TODAY, papers=paper)
    assert NO_ORDER_KNOWN in endings.doubts(lifted, grown)
    assert NO_ORDER_KNOWN not in endings.doubts(lifted, replace(grown, incompetent_from=date(2019, 1, 1)))
    assert NO_ORDER_KNOWN not in endings.doubts(ReportedEnd(R.DECEASED, TODAY), grown)


IN, PENSION, BACK = RequestType.TRANSFER_IN, RequestType.PENSION, RequestType.REINSTATE
SUSPENDED = replace(OWN, is_suspended=True, entitled_until=date(2020, 1, 1))
ENDED = replace(OWN, entitled_until=TODAY)
MOVED, OVER = ("NOT_TRANSFERABLE", "personnel_type"), ("ENDED_THERE", "national_id")


@pytest.mark.parametrize(
    ("kind", "day", "right", "becomes", "expected"),
    [
        (IN, TODAY, OWN, T.TAO_OFFICER, []),
        (IN, None, OWN, T.TAO_OFFICER, [("REQUIRED", "service_start_date")]),
        (IN, START, OWN, T.TAO_OFFICER, [("MOVE_BEFORE_START", "service_start_date")]),
        (IN, START + DAY, OWN, T.TAO_OFFICER, []),
        (IN, START, WIFE, None, []),
        (IN, START - DAY, WIFE, None, [("MOVE_BEFORE_START", "service_start_date")]),
        (IN, TODAY, OWN, None, [("REQUIRED", "personnel_type")]),
        (IN, TODAY, OWN, T.PENSIONER, [MOVED]),
        (IN, TODAY, OWN, T.POLITICAL_EXECUTIVE, [MOVED]),
        (IN, TODAY, replace(OWN, personnel_type=T.POLITICAL_EXECUTIVE), T.TAO_OFFICER, [MOVED]),
        (IN, TODAY, SUSPENDED, T.TAO_OFFICER, [("SUSPENDED_THERE", "national_id")]),
        (IN, TODAY, ENDED, T.TAO_OFFICER, [OVER]),
        (IN, TODAY - DAY, ENDED, T.TAO_OFFICER, []),
        (IN, TODAY - DAY, replace(ENDED, termination_reason=R.DISMISSED), T.TAO_OFFICER, [OVER]),
        (IN, TODAY - DAY, replace(ENDED, termination_reason=R.OTHER), T.TAO_OFFICER, [OVER]),
        (IN, TODAY - DAY, replace(WIFE, entitled_until=TODAY, termination_reason=R.DIVORCED), None, []),
        (PENSION, TODAY, OWN, T.PENSIONER, []),
        (PENSION, TODAY, OWN, T.TAO_OFFICER, [("ALREADY_PENSIONER", "personnel_type")]),
        (
            PENSION,
            TODAY,
            replace(OWN, personnel_type=T.PENSIONER),
            T.PENSIONER,
            [("ALREADY_PENSIONER", "personnel_type")],
        ),
        (
            PENSION,
            TODAY,
            replace(OWN, personnel_type=T.POLITICAL_EXECUTIVE),
            T.PENSIONER,
            [("NO_PENSION", "personnel_type")],
        ),
        (PENSION, TODAY, ENDED, T.PENSIONER, []),  # a pension that comes late takes up an end of the very day
        (PENSION, TODAY + DAY, ENDED, T.PENSIONER, [OVER]),
        (PENSION, TODAY, replace(ENDED, termination_reason=R.RETIRED_LUMP_SUM), T.PENSIONER, []),
        (PENSION, TODAY, replace(ENDED, termination_reason=R.DECEASED), T.PENSIONER, [OVER]),
        (PENSION, TODAY, replace(ENDED, termination_reason=R.DISMISSED), T.PENSIONER, [OVER]),
        (PENSION, TODAY - DAY, replace(ENDED, termination_reason=R.DISMISSED), T.PENSIONER, [OVER]),
        (PENSION, TODAY - DAY, replace(ENDED, termination_reason=R.RETIRED_LUMP_SUM), T.PENSIONER, []),
        (PENSION, date(2020, 1, 1), SUSPENDED, T.PENSIONER, []),
        (BACK, TODAY, SUSPENDED, T.MUNICIPAL_OFFICER, []),
        (BACK, date(2020, 1, 1), SUSPENDED, T.MUNICIPAL_OFFICER, []),
        (BACK, date(2019, 12, 31), SUSPENDED, T.MUNICIPAL_OFFICER, [("MOVE_BEFORE_START", "service_start_date")]),
        (BACK, TODAY, replace(SUSPENDED, entitled_until=None), T.MUNICIPAL_OFFICER, []),
        (BACK, TODAY, OWN, T.MUNICIPAL_OFFICER, [("NOT_SUSPENDED", "national_id")]),
    ],
)
def test_what_forbids_that_a_right_goes_on(kind, day, right, becomes, expected):
    found = moves.refusals(Move(kind, day, becomes, is_elsewhere=kind is IN), right)
    assert [(one.code, one.field) for one in found] == expected


def test_a_transfer_is_from_elsewhere_and_all_else_is_not():
    for kind, right, becomes in (
        (IN, OWN, T.TAO_OFFICER),
        (PENSION, OWN, T.PENSIONER),
        (BACK, SUSPENDED, T.TAO_OFFICER),
    ):
        found = moves.refusals(Move(kind, TODAY, becomes, is_elsewhere=kind is not IN), right)
        assert [(one.code, one.field) for one in found] == [("MOVE_WITHIN_AGENCY", "national_id")]


def test_a_refused_move_says_since_when():
    def facts(kind, day, right):
        return [one.facts for one in moves.refusals(Move(kind, day, T.PENSIONER, kind is IN), right)]

    assert facts(PENSION, START, OWN) == [{"since": START}]
    assert facts(BACK, date(2019, 12, 31), SUSPENDED) == [{"since": date(2020, 1, 1)}]
    assert facts(PENSION, TODAY + DAY, ENDED) == [{"until": TODAY}]


def test_a_move_of_a_principal_wants_its_order_and_the_family_brings_nothing():
    bare = Move(IN, TODAY, T.TAO_OFFICER, is_elsewhere=True)
    assert moves.doubts(bare, Relation.SELF) == [PAPER_MISSING]
    assert moves.missing_papers(bare, Relation.SELF)[0].any_of == (Paper.TRANSFER_ORDER,)
    proven = replace(bare, papers=frozenset({Paper.TRANSFER_ORDER}))
    assert moves.doubts(proven, Relation.SELF) == [] and moves.missing_papers(proven, Relation.SELF) == ()
    assert moves.doubts(bare, Relation.SPOUSE) == [] and moves.missing_papers(bare, Relation.SPOUSE) == ()


GONE_AWAY = replace(OWN, entitled_until=TODAY, was_suspended=True, termination_reason=R.RETIRED_LUMP_SUM)


@pytest.mark.parametrize(
    ("right", "on", "expected"),
    [
        (replace(GONE_AWAY, until_before_end=TODAY, suspended_until=TODAY + 9 * DAY), TODAY + 8 * DAY, ["ENDED_SUSPENDED"]),
        (replace(GONE_AWAY, until_before_end=TODAY, suspended_until=TODAY + 9 * DAY), TODAY + 9 * DAY, ["NOT_SUSPENDED"]),
        (replace(GONE_AWAY, until_before_end=None, suspended_until=TODAY + 9 * DAY), TODAY + 8 * DAY, ["NOT_SUSPENDED"]),
        (replace(SUSPENDED, termination_reason=R.OTHER, until_before_end=TODAY), TODAY, ["ENDED_WHILE_SUSPENDED"]),
        (replace(SUSPENDED, termination_reason=R.OTHER, until_before_end=TODAY), TODAY - DAY, []),
        (replace(SUSPENDED, until_before_end=TODAY), TODAY, []),  # an end by law is asked for elsewhere
    ],
)  # fmt: skip
def test_who_is_suspended_comes_back_before_an_end_that_was_approved(right, on, expected):
    move = Move(BACK, on, T.MUNICIPAL_OFFICER, False)
    assert [one.code for one in moves.refusals(move, right)] == expected


def test_a_pension_from_after_a_suspension_names_the_suspension():
    move = Move(PENSION, TODAY, T.PENSIONER, False)
    assert [one.code for one in moves.refusals(move, SUSPENDED)] == ["SUSPENDED_HERE"]
    assert moves.refusals(replace(move, starts_on=SUSPENDED.entitled_until), SUSPENDED) == []


def test_what_the_other_agency_has_told_of_an_end():
    waits, dies = EndThere(R.DISMISSED, False), EndThere(R.DECEASED, False)
    approved = EndThere(R.DISMISSED, True)
    assert [one.code for one in moves.refused_there([waits, approved], Relation.SELF)] == ["END_APPROVED_THERE"]
    assert moves.refused_there([waits], Relation.SELF) == moves.refused_there([approved], Relation.SPOUSE) == []
    assert moves.doubts_there([approved]) == moves.doubts_there([]) == []
    assert moves.doubts_there([waits]) == [END_TOLD_THERE] and moves.doubts_there([dies]) == [DEATH_TOLD_THERE]
    assert moves.doubts_there([waits, dies, approved]) == [DEATH_TOLD_THERE, END_TOLD_THERE]
