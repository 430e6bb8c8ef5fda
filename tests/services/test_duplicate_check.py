"""Duplicate check: what a clerk is told while typing an ID, that it is little, and that it is written down."""

from dataclasses import replace

import pytest

from app.domain.errors import NotAllowed
from app.domain.national_id import display
from app.domain.people import PersonnelType, Relation
from app.domain.thai_calendar import to_thai_digits
from app.services import change_requests
from app.services.audit import person_hash
from app.services.crossings import duplicate_check
from app.services.crossings.duplicate_check import DuplicateHint
from app.services.crossings.rights_lookup import ReadAuditFailed
from tests.services.carried_families import in_effect, person_id
from tests.services.conftest import family, nid, official, relative
from tests.services.rights_register import KEY, lose_the_audit_of_reads, reads


def check(typed, actor, **more) -> DuplicateHint:
    return duplicate_check.check(typed, actor=actor, hash_key=KEY, **more)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "REQUIRED"),
        ("12345", "LENGTH"),
        ("1-9901-01000-01-0", "CHECK_DIGIT"),
        ("สมชาย", "NOT_DIGITS"),
        ("9990101000015", "UNASSIGNED_CATEGORY"),
        ("\0%_'--", "NOT_DIGITS"),
    ],
)
def test_an_id_that_cannot_be_is_named_and_nobody_is_asked(people, typed, code):
    hint = check(typed, people.clerk)
    assert hint.error.code == code and replace(hint, error=None) == DuplicateHint()
    assert reads() == []


def test_an_unknown_person_is_free_and_the_question_is_written_down(people):
    assert check(to_thai_digits(display(nid(1_000_001))), people.clerk) == DuplicateHint()
    (row,) = reads()
    assert (row.purpose, row.answer, row.actor_id) == ("DUPLICATE_CHECK", "NOTHING", people.clerk.user_id)
    assert row.person_hash == person_hash(nid(1_000_001), KEY)


def test_the_own_register_is_named_by_person_and_a_neighbour_learns_that_there_is_a_right_and_no_more(people):
    mother = relative(Relation.MOTHER, nid(2))
    in_effect(official(nid(1)), mother, clerk=people.clerk, registrar=people.registrar)
    here = check(nid(1), people.clerk)
    assert (here.registered_here, here.person_id, here.own_right_elsewhere) == (True, person_id(nid(1)), False)
    assert check(nid(2), people.clerk).registered_here
    there = check(nid(1), people.other_clerk)
    assert (there.registered_here, there.person_id) == (False, None)
    assert there == DuplicateHint(own_right_elsewhere=True)  # neither who nor where
    # Whose mother she is, or that she is anybody's, is no business of another agency.
    assert check(nid(2), people.other_clerk) == DuplicateHint()
    assert [row.answer for row in reads()] == ["REGISTERED_HERE", "REGISTERED_HERE", "OWN_RIGHT_ELSEWHERE", "NOTHING"]


def test_requests_count_from_the_draft_here_and_once_sent_elsewhere(people):
    form = family(official(nid(1), personnel_type=PersonnelType.PERMANENT_EMPLOYEE), relative(Relation.MOTHER, nid(2)))
    draft = change_requests.record(form, actor=people.clerk)
    assert check(nid(1), people.clerk).pending_here == draft.submission_no
    assert check(nid(1), people.clerk, submission_no=draft.submission_no) == DuplicateHint()
    assert check(nid(1), people.other_clerk) == DuplicateHint()
    change_requests.submit(draft.submission_no, actor=people.clerk)
    there = check(nid(1), people.other_clerk)
    assert there == DuplicateHint(pending_elsewhere=True)
    assert check(nid(2), people.other_clerk) == DuplicateHint()


def test_without_the_power_or_without_the_audit_there_is_no_hint(people):
    with pytest.raises(NotAllowed):
        check(nid(1), replace(people.clerk, powers=frozenset()))
    lose_the_audit_of_reads()
    with pytest.raises(ReadAuditFailed):
        check(nid(1), people.clerk)
