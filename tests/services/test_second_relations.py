"""One person, one relation to a principal; kin are no couple, a told death holds, a second father is looked at."""

from datetime import date

import pytest

from app.domain.errors import InvalidForm
from app.domain.people import Relation, RequestStatus, Sex, ToFollow
from app.models import ChangeRequest, RequestFlag
from app.rules.told import Told
from app.services import approvals, change_requests
from app.services.prospects import prospects
from tests.services.carried_families import approve, run_next_round
from tests.services.conftest import family, nid, official, relative
from tests.services.test_approvals import by_sql, request, versions
from tests.services.test_change_requests import rows

CHILD, SPOUSE, MOTHER, FATHER = Relation.CHILD, Relation.SPOUSE, Relation.MOTHER, Relation.FATHER
BORN = date(2008, 1, 2)


def added(member, actor, principal=1):
    form = family(member, principal_national_id=nid(principal))
    return change_requests.record(form, actor=actor, submit=True).request_ids


def refused(member, people, **more):
    with pytest.raises(InvalidForm) as refusal:
        added(member, people.clerk, **more)
    (error,) = refusal.value.errors
    return error


def typing(member, people, principal=1):
    """What the form says before it is sent."""
    (found,) = prospects([member], principal_national_id=nid(principal), actor=people.clerk)
    return found


def stand(people, *members):
    ids = change_requests.record(family(*members), actor=people.clerk, submit=True).request_ids
    approve(ids, people.registrar, note="ดูแล้ว")
    run_next_round()


@pytest.mark.parametrize(("stands", "wanted"), [(CHILD, SPOUSE), (SPOUSE, CHILD), (MOTHER, SPOUSE), (CHILD, MOTHER)])
def test_who_stands_in_one_relation_is_no_other(people, stands, wanted):
    born = date(1955, 1, 2) if MOTHER in (stands, wanted) and stands is not CHILD else BORN
    stand(people, official(nid(1)), relative(stands, nid(2), birth_date=born))
    if (stands, wanted) == (CHILD, MOTHER):
        by_sql("UPDATE person SET birth_date = '1955-01-02' WHERE national_id = :who", who=nid(2))
        born = date(1955, 1, 2)
    error = refused(relative(wanted, nid(2), birth_date=born), people)
    assert (error.code, error.field, error.facts["relation"]) == ("OTHER_RELATION", "members-0-relation", stands)
    assert error.facts["since"] and ("1450" in error.citation) == (SPOUSE in (stands, wanted))
    typed = typing(relative(wanted, nid(2), birth_date=born), people)
    assert [one.facts["relation"] for one in typed.refusals if one.code == "OTHER_RELATION"] == [stands]


def test_what_waits_counts_as_well_and_the_first_sent_goes_first(people):
    change_requests.record(
        family(official(nid(1)), relative(CHILD, nid(2), birth_date=BORN)), actor=people.clerk, submit=True
    )
    assert refused(relative(SPOUSE, nid(2), birth_date=BORN), people).code == "OTHER_RELATION_ASKED"


def test_both_that_wait_are_not_both_approved(people):
    own, first = change_requests.record(
        family(official(nid(1)), relative(CHILD, nid(2), birth_date=BORN)), actor=people.clerk, submit=True
    ).request_ids
    move = "UPDATE change_request SET status = :now WHERE id = :one"
    by_sql(move, now="CANCELLED", one=first)  # unseen meanwhile, as by a release that did not ask
    (second,) = added(relative(SPOUSE, nid(2), birth_date=BORN), people.clerk)
    by_sql(move, now="PENDING_APPROVAL", one=first)
    approve([own, first], people.registrar, note="ดูแล้ว")
    (outcome,) = approvals.approve([second], actor=people.registrar, seen_versions=versions(second), note="ดูแล้ว")
    assert outcome.error.code == "OTHER_RELATION_ASKED"


def test_a_sister_is_no_wife(people):
    mother = official(nid(5), sex=Sex.F, birth_date=date(1955, 1, 2), service_start_date=date(1980, 1, 1))
    stand(people, mother, relative(CHILD, nid(2), birth_date=BORN))
    stand(people, official(nid(1)), relative(MOTHER, nid(5), birth_date=date(1955, 1, 2), first_name_th="สมชาย"))
    assert refused(relative(SPOUSE, nid(2), birth_date=BORN), people).code == "SPOUSE_IS_KIN"


def test_a_death_told_once_holds(people):
    told = Told(death_date=date(2016, 1, 1), to_follow=ToFollow.FACTS)
    stand(people, official(nid(1)), relative(MOTHER, nid(2), told=told))
    stand(people, official(nid(3), birth_date=date(1986, 1, 1)))
    error = refused(relative(MOTHER, nid(2)), people, principal=3)
    assert (error.code, error.facts["since"], error.facts["relation"]) == ("DEATH_TOLD", date(2016, 1, 1), MOTHER)
    added(relative(MOTHER, nid(2), told=told), people.clerk, principal=3)


@pytest.mark.parametrize(("sex", "is_looked_at"), [(Sex.M, True), (Sex.F, False)])
def test_a_second_father_is_looked_at(people, sex, is_looked_at):
    stand(people, official(nid(1)), relative(CHILD, nid(2)))
    stand(people, official(nid(3), sex=sex))
    told_before = {clause.code for clause in typing(relative(CHILD, nid(2)), people, principal=3).doubts}
    assert ("CHILD_OF_TWO" in told_before) == is_looked_at
    (his,) = added(relative(CHILD, nid(2)), people.clerk, principal=3)
    assert ("CHILD_OF_TWO" in {flag.clause for flag in rows(RequestFlag)}) == is_looked_at
    approve([his], people.registrar, note="ดูแล้ว")
    run_next_round()
    assert request(his).status is RequestStatus.EFFECTIVE
    assert len(rows(ChangeRequest)) == 4
