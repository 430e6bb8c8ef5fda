"""What a principal's end or suspension brings to the family (spec 3.8); the case of each story in brackets."""

from dataclasses import replace
from datetime import UTC, date, datetime

from app.domain.people import TerminationReason
from app.rules.cascade import OpenRight, cascade


def right(right_id, person, principal, *, until=None, stands_by=False, at=1):
    return OpenRight(right_id, person, principal, until, stands_by, datetime(2018, 1, at, tzinfo=UTC))


def stop(rights, *, until=date(2018, 11, 1), suspends=False, requests=()):
    return cascade("father", until, suspends=suspends, rights=rights, requests=requests)


def test_the_familys_rights_stop_and_open_requests_lapse():  # LC19
    rights = [right("2", "wife", "father"), right("1", "child", "father"), right("0", "father", "father")]
    done = stop(rights, requests=["CR2", "CR1"])
    assert [(stopped.right_id, stopped.until, stopped.reason) for stopped in done.stops] == [
        ("1", date(2018, 11, 1), TerminationReason.PRINCIPAL_ENDED),
        ("2", date(2018, 11, 1), TerminationReason.PRINCIPAL_ENDED),
    ]
    assert (done.cancelled_requests, done.promoted_rights) == (("CR1", "CR2"), ())
    assert [clause.code for clause in done.clauses] == ["CASCADE_FAMILY", "CASCADE_REQUESTS"]


def test_a_suspension_ends_nothing_and_keeps_the_requests():
    done = stop([right("1", "child", "father")], suspends=True, requests=["CR1"])
    assert [stopped.reason for stopped in done.stops] == [None]
    assert done.cancelled_requests == ()


def test_a_spouses_own_right_stays_and_the_standby_through_the_principal_is_closed():  # LC20
    rights = [right("own", "wife", "wife"), right("via", "wife", "father", stands_by=True)]
    done = stop(rights)
    assert [stopped.right_id for stopped in done.stops] == ["via"]
    assert done.promoted_rights == ()


def test_a_childs_standby_through_the_mother_takes_over_in_the_same_round():  # LC21
    rights = [
        right("first", "child", "father"),
        right("aunt", "child", "aunt", stands_by=True, at=3),
        right("mother", "child", "mother", stands_by=True, at=2),
        right("other", "sister", "mother", stands_by=True),
    ]
    done = stop(rights)
    assert done.promoted_rights == ("mother",)
    assert [clause.code for clause in done.clauses] == ["CASCADE_FAMILY", "CASCADE_STANDBY"]
    same_day = [rights[0], replace(rights[1], registered_at=rights[2].registered_at), rights[2]]
    assert stop(same_day).promoted_rights == ("aunt",)
    used = [rights[0], rights[1], replace(rights[2], stands_by=False)]
    assert stop(used).promoted_rights == ()


def test_a_right_that_ends_earlier_anyway_is_left_alone():
    grown = right("1", "child", "father", until=date(2018, 11, 1))
    assert stop([grown]) == stop([]) == cascade("father", date(2018, 11, 1), suspends=False, rights=[], requests=[])
    assert [stopped.right_id for stopped in stop([replace(grown, until=date(2018, 11, 2))]).stops] == ["1"]


def test_who_only_stood_by_is_not_promoted_elsewhere():
    # The wife uses a right of her own in a scheme that this register does not keep.
    rights = [
        right("via", "wife", "father", stands_by=True),
        right("daughter", "wife", "daughter", stands_by=True),
    ]
    done = stop(rights)
    assert ([stopped.right_id for stopped in done.stops], done.promoted_rights) == (["via"], ())


def test_several_members_are_promoted_in_the_order_of_persons():
    names = ["g", "a", "f", "b", "e", "c", "d"]
    rights = [right(f"{name}1", name, "father") for name in names]
    rights += [right(f"{name}2", name, "mother", stands_by=True) for name in names]
    assert stop(rights).promoted_rights == ("a2", "b2", "c2", "d2", "e2", "f2", "g2")
