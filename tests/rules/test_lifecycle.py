"""The stories of start, end, cascade, rejoin and pension (spec 3.8), told to the pure rules; the case of each in brackets."""

import csv
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.people import EntitlementState, PersonnelType, Relation, TerminationReason
from app.domain.period import Period
from app.rules import children, majority
from app.rules.children import Spell
from app.rules.ends import first_day_without
from app.rules.family import Child, Family
from app.rules.lifecycle import Break, FamilySpell, Service, ServiceEvent, family_spells, own_spells, state_on
from app.rules.majority import MajorityFacts
from app.rules.rounds import round_for
from tests.rules.case_files import DATA

DAY = timedelta(days=1)
STORIES = list(csv.DictReader((DATA / "cases" / "lifecycle_cases.csv").read_text("utf-8").splitlines()))
START = date(2010, 4, 1)
OFFICER = PersonnelType.MUNICIPAL_OFFICER


def appointed(on=START, personnel_type=OFFICER, agency_id="here"):
    return ServiceEvent(on, Service.APPOINTED, personnel_type, agency_id)


def ended(on, reason):
    return ServiceEvent(on, Service.ENDED, reason=reason)


def spells(*events):
    return [(spell.period.from_on, spell.period.last_day, spell.stopped_by) for spell in own_spells(events)]


MARRIED = (Spell(Period(START), None),)


def of_family(*events, grounds=MARRIED, relation=Relation.SPOUSE, certified_in=frozenset({1})):
    found = family_spells(grounds, own_spells(events), relation, certified_in)
    return [(spell.period.from_on, spell.period.last_day, spell.stopped_by) for spell in found]


@pytest.mark.parametrize(
    "story", [story for story in STORIES if story["expected_round_at"]], ids=lambda s: s["case_id"]
)
def test_each_story_becomes_visible_at_its_round(story):
    slot = round_for(datetime.fromisoformat(story["registrar_decided_at"]))
    assert slot.scheduled_at == datetime.fromisoformat(story["expected_round_at"])


def test_a_new_official_has_the_right_from_the_first_day_of_service():  # LC01, LC02
    (spell,) = own_spells([appointed(date(2018, 11, 1))])
    assert (spell.period, spell.sub_scheme, spell.clause.code) == (Period(date(2018, 11, 1)), "L1", "LIFE_START")
    assert state_on([spell], date(2018, 10, 31)) is EntitlementState.SCHEDULED
    assert state_on([spell], date(2018, 11, 1)) is EntitlementState.ACTIVE
    assert state_on([], date(2018, 11, 1)) is EntitlementState.SCHEDULED


def test_a_dependents_right_starts_with_the_later_of_the_principals_and_its_own_ground():  # LC08
    father = (Spell(Period(date(2019, 3, 2)), None),)
    assert of_family(appointed(), grounds=father) == [(date(2019, 3, 2), None, None)]
    assert of_family(appointed(date(2020, 1, 1)), grounds=father) == [(date(2020, 1, 1), None, None)]


def test_dismissal_ends_everybody_on_the_eve_of_its_date():  # LC10
    gone = ended(date(2018, 11, 15), TerminationReason.DISMISSED)
    assert spells(appointed(), gone) == [(START, date(2018, 11, 14), TerminationReason.DISMISSED)]
    assert of_family(appointed(), gone) == [(START, date(2018, 11, 14), TerminationReason.PRINCIPAL_ENDED)]
    own = own_spells([appointed(), gone])
    assert state_on(own, date(2018, 11, 14)) is EntitlementState.ACTIVE
    assert state_on(own, date(2018, 11, 15)) is EntitlementState.ENDED


def test_death_is_covered_through_its_day_and_nothing_follows_it():  # LC11, LC40
    dead = ended(date(2018, 10, 10), TerminationReason.DECEASED)
    assert spells(appointed(), dead) == [(START, date(2018, 10, 10), TerminationReason.DECEASED)]
    assert of_family(appointed(), dead) == [(START, date(2018, 10, 10), TerminationReason.PRINCIPAL_ENDED)]
    assert spells(appointed(), dead, appointed(date(2019, 1, 1))) == spells(appointed(), dead)
    resigned = ended(date(2018, 10, 11), TerminationReason.RESIGNED_NO_PENSION)
    assert spells(appointed(), resigned, dead) == spells(appointed(), dead)


def test_divorce_ends_the_spouse_alone():  # LC12
    until = first_day_without(TerminationReason.DIVORCED, date(2018, 10, 10))
    grounds = (Spell(Period(START, until), TerminationReason.DIVORCED),)
    assert of_family(appointed(), grounds=grounds) == [(START, date(2018, 10, 9), TerminationReason.DIVORCED)]
    assert of_family(appointed()) == [(START, None, None)]


def test_a_childs_marriage_ends_its_right_on_the_eve():  # LC13
    child = Child(
        "c", date(2012, 1, 1), "c", legitimate_from=date(2012, 1, 1), registered_marriage_date=date(2031, 2, 14)
    )
    grounds = children.spells(Family((Period(START),), (child,)))["c"]
    expected = [(date(2012, 1, 1), date(2031, 2, 13), TerminationReason.CHILD_MARRIED)]
    assert of_family(appointed(), grounds=grounds, relation=Relation.CHILD) == expected


def test_an_executives_right_ends_with_the_term_and_reelection_is_a_new_appointment():  # LC15
    mayor = appointed(date(2017, 3, 28), PersonnelType.POLITICAL_EXECUTIVE)
    over = ended(date(2021, 3, 28), TerminationReason.TERM_ENDED)
    again = appointed(date(2021, 6, 1), PersonnelType.POLITICAL_EXECUTIVE)
    first, second = own_spells([mayor, over, again])
    assert (first.period.last_day, first.sub_scheme, first.appointment) == (date(2021, 3, 27), "L5", 1)
    assert (second.period.from_on, second.appointment, second.clause.code) == (date(2021, 6, 1), 2, "LIFE_REJOIN")


def test_suspension_stops_all_and_reinstatement_reopens_those_still_eligible():  # LC16, LC28
    suspended = ServiceEvent(date(2019, 2, 1), Service.SUSPENDED)
    back = ServiceEvent(date(2019, 8, 1), Service.REINSTATED)
    assert spells(appointed(), suspended) == [(START, date(2019, 1, 31), Break.SUSPENDED)]
    assert state_on(own_spells([appointed(), suspended]), date(2019, 2, 1)) is EntitlementState.SUSPENDED
    assert of_family(appointed(), suspended) == [(START, date(2019, 1, 31), Break.SUSPENDED)]
    reopened = (date(2019, 8, 1), None, None)
    assert spells(appointed(), suspended, back)[1] == reopened
    assert own_spells([appointed(), suspended, back])[1].clause.code == "LIFE_SUSPENSION"
    assert of_family(appointed(), suspended, back)[1] == reopened
    grown = (Spell(Period(START, date(2019, 6, 1)), TerminationReason.AGE_OF_MAJORITY),)
    assert of_family(appointed(), suspended, back, grounds=grown) == [(START, date(2019, 1, 31), Break.SUSPENDED)]


def test_who_was_not_suspended_cannot_be_reinstated_and_an_end_is_final():
    back = ServiceEvent(date(2019, 8, 1), Service.REINSTATED)
    suspended = ServiceEvent(date(2019, 2, 1), Service.SUSPENDED)
    gone = ended(date(2019, 5, 1), TerminationReason.DISMISSED)
    assert spells(back) == spells(suspended) == spells(gone) == []
    assert spells(appointed(), back) == [(START, None, None)]
    assert spells(appointed(), suspended, gone, back) == [(START, date(2019, 1, 31), Break.SUSPENDED)]
    assert spells(appointed(), suspended, back, back, suspended)[1:] == [(date(2019, 8, 1), None, None)]
    assert spells(appointed(), appointed(date(2015, 1, 1))) == [(START, None, None)]


def test_reinstatement_counts_once_and_never_after_a_new_appointment():
    suspended = ServiceEvent(date(2019, 2, 1), Service.SUSPENDED)
    back, again = (ServiceEvent(date(2019, month, 1), Service.REINSTATED) for month in (8, 9))
    expected = [(START, date(2019, 1, 31), Break.SUSPENDED), (date(2019, 8, 1), None, None)]
    assert spells(appointed(), suspended, back, again) == expected
    elsewhere = appointed(date(2019, 8, 1), agency_id="elsewhere")
    assert spells(appointed(), suspended, elsewhere, again) == expected
    assert own_spells([appointed(), suspended, elsewhere, again])[1].agency_id == "elsewhere"


def test_of_two_appointments_on_one_day_always_the_same_counts():
    here, there = appointed(agency_id="here"), appointed(agency_id="there")
    assert own_spells([here, there]) == own_spells([there, here])
    teacher = appointed(personnel_type=PersonnelType.TRANSFERRED_TEACHER)
    assert own_spells([here, teacher]) == own_spells([teacher, here])
    reasons = (TerminationReason.DISMISSED, TerminationReason.RESIGNED_NO_PENSION)
    first, second = (ended(date(2018, 1, 1), reason) for reason in reasons)
    assert spells(appointed(), first, second) == spells(appointed(), second, first)


def test_a_wrong_termination_taken_back_leaves_no_gap():  # LC25
    wrong = ended(date(2018, 11, 1), TerminationReason.RESIGNED_NO_PENSION)
    assert spells(appointed(), wrong) != spells(appointed()) == [(START, None, None)]


def test_coming_back_is_a_new_right_and_the_family_is_certified_again():  # LC26, LC27
    resigned = ended(date(2016, 10, 1), TerminationReason.RESIGNED_NO_PENSION)
    back = appointed(date(2018, 10, 1), agency_id="elsewhere")
    first, second = own_spells([appointed(), resigned, back])
    assert (first.period.last_day, second.period, second.agency_id) == (
        date(2016, 9, 30),
        Period(date(2018, 10, 1)),
        "elsewhere",
    )
    old = (START, date(2016, 9, 30), TerminationReason.PRINCIPAL_ENDED)
    assert of_family(appointed(), resigned, back) == [old]
    assert of_family(appointed(), resigned, back, certified_in=frozenset({1, 2})) == [
        old,
        (date(2018, 10, 1), None, None),
    ]


def test_remarriage_is_a_new_spell():  # LC29
    married = (
        Spell(Period(date(2012, 1, 1), date(2015, 1, 1)), TerminationReason.DIVORCED),
        Spell(Period(date(2018, 5, 5)), None),
    )
    expected = [(date(2012, 1, 1), date(2014, 12, 31), TerminationReason.DIVORCED), (date(2018, 5, 5), None, None)]
    assert of_family(appointed(), grounds=married) == of_family(appointed(), grounds=married[::-1]) == expected


def test_divorce_does_not_make_a_minor_again():  # LC32
    grown = majority.decide(MajorityFacts(date(2000, 1, 1), date(2019, 6, 1), date(2018, 2, 1)))
    assert (grown.accepted, grown.code, grown.holds_until) == (False, "MARRIAGE", None)


def test_a_pension_keeps_the_right_of_all_without_a_gap():  # LC37, LC39
    pension = ServiceEvent(date(2018, 10, 1), Service.PENSIONED)
    first, second = own_spells([appointed(), pension])
    assert (first.sub_scheme, second.sub_scheme, second.clause.code) == ("L1", "L3", "LIFE_PENSION")
    assert (first.period.until_on, first.stopped_by) == (second.period.from_on, Break.PENSIONED)
    family = family_spells([Spell(Period(START), None)], [first, second], Relation.SPOUSE, frozenset({1}))
    assert family == (
        FamilySpell(Period(START, date(2018, 10, 1)), "L2", Break.PENSIONED),
        FamilySpell(Period(date(2018, 10, 1)), "L4", None),
    )
    assert state_on(family, date(2018, 10, 1)) is EntitlementState.ACTIVE


def test_who_retires_while_suspended_has_the_right_of_a_pensioner_from_the_pension_on():
    suspended = ServiceEvent(date(2018, 2, 1), Service.SUSPENDED)
    pension = ServiceEvent(date(2018, 10, 1), Service.PENSIONED)
    back = ServiceEvent(date(2019, 1, 1), Service.REINSTATED)
    expected = [(START, date(2018, 1, 31), Break.SUSPENDED), (date(2018, 10, 1), None, None)]
    assert spells(appointed(), suspended, pension, back) == expected
    assert spells(pension) == []


def test_a_lump_sum_ends_the_right():  # LC24, LC38
    over = ended(date(2018, 10, 1), TerminationReason.RETIRED_LUMP_SUM)
    assert spells(appointed(), over) == [(START, date(2018, 9, 30), TerminationReason.RETIRED_LUMP_SUM)]


def test_a_transfer_keeps_the_right_at_the_new_agency():
    moved = ServiceEvent(date(2018, 10, 1), Service.TRANSFERRED, PersonnelType.TAO_OFFICER, "there")
    first, second = own_spells([appointed(), moved])
    assert (first.period.until_on, first.agency_id, first.stopped_by) == (date(2018, 10, 1), "here", Break.TRANSFERRED)
    assert (second.agency_id, second.personnel_type, second.appointment) == ("there", PersonnelType.TAO_OFFICER, 1)
    assert second.clause.code == "LIFE_TRANSFER"
    assert of_family(appointed(), moved)[1] == (date(2018, 10, 1), None, None)
    (unchanged,) = own_spells([appointed(), ServiceEvent(START, Service.TRANSFERRED)])
    assert (unchanged.agency_id, unchanged.personnel_type) == ("here", OFFICER)
    suspended = ServiceEvent(date(2018, 2, 1), Service.SUSPENDED)
    assert spells(appointed(), suspended, moved) == [(START, date(2018, 1, 31), Break.SUSPENDED)]


def test_an_end_on_the_day_of_the_start_leaves_no_day_and_a_new_start_may_follow_on_the_day_of_an_end():
    over = ended(START, TerminationReason.OTHER)
    assert spells(appointed(), over) == []
    over = ended(date(2018, 1, 1), TerminationReason.TERM_ENDED)
    again = appointed(date(2018, 1, 1))
    assert [spell.period.from_on for spell in own_spells([again, over, appointed()])] == [START, date(2018, 1, 1)]
    suspended, back = (ServiceEvent(date(2018, 1, 1), kind) for kind in (Service.SUSPENDED, Service.REINSTATED))
    assert len(spells(appointed(), back, suspended)) == 2


days = st.dates(date(2005, 1, 1), date(2030, 1, 1))
events = st.builds(
    ServiceEvent,
    on=days,
    kind=st.sampled_from(Service),
    personnel_type=st.sampled_from(PersonnelType),
    agency_id=st.sampled_from(["here", "there"]),
    reason=st.sampled_from([TerminationReason.DISMISSED, TerminationReason.TERM_ENDED, TerminationReason.DECEASED]),
)


@given(st.lists(events, max_size=8), st.lists(days, min_size=2, max_size=2, unique=True))
def test_spells_never_overlap_and_a_familys_lie_within_the_principals(happened, bounds):
    own = own_spells([appointed(date(2005, 1, 1)), *happened])
    assert all(one.period.until_on <= other.period.from_on for one, other in pairwise(own))
    ground = Spell(Period(min(bounds), max(bounds)), TerminationReason.DIVORCED)
    family = family_spells([ground], own, Relation.SPOUSE, frozenset(range(9)))
    assert all(one.period.until_on <= other.period.from_on for one, other in pairwise(family))
    for day in [*bounds, *(spell.period.from_on for spell in own), date(2029, 12, 31)]:
        held = any(spell.period.contains(day) for spell in own)
        assert any(spell.period.contains(day) for spell in family) == (held and ground.period.contains(day))
        assert (state_on(own, day) is EntitlementState.ACTIVE) == held


@given(
    st.lists(events | st.builds(replace, events, on=st.just(date(2010, 1, 1))), max_size=6),
    st.randoms(use_true_random=False),
)
def test_the_order_of_recording_does_not_matter(happened, random):
    mixed = happened[:]
    random.shuffle(mixed)
    assert own_spells(mixed) == own_spells(happened)


@given(st.lists(events, max_size=6), events)
def test_a_later_event_never_changes_the_days_before_it(happened, later):
    before, after = own_spells(happened), own_spells([*happened, later])
    for day in (event.on - offset * DAY for event in [*happened, later] for offset in (0, 1)):
        if day < later.on:
            assert entitled(before, day) == entitled(after, day)


def entitled(own, day):
    return [(spell.personnel_type, spell.agency_id) for spell in own if spell.period.contains(day)]
