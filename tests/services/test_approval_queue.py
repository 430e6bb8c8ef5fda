"""What the registrar reads before he decides, and what people see of rounds; on both databases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.domain.actor import NATION
from app.domain.approval_menus import ApprovalMenu
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, NotAllowed, NotFound
from app.domain.national_id import display
from app.domain.people import EntitlementState, Relation, RequestStatus, RequestType, RoundError, RoundStatus
from app.models import ChangeRequest
from app.models.database import db
from app.services import approval_queue, approvals, change_requests, request_reviews, round_history, rounds
from app.services.clock import business_now
from app.services.coming_round import coming_round
from app.services.queue_filters import QueueFilters
from app.services.request_reviews import FourEyes
from app.services.transaction import reading
from tests.builders import Ask, approved, clock, planned_round
from tests.services.conftest import family, nid, official, relative
from tests.services.rights_register import KEY, lose_the_audit_of_reads, reads, right

EVERYTHING = QueueFilters()


def sent(people, *members, by=None):
    form = family(*(members or (official(nid(1)),)))
    return change_requests.record(form, actor=by or people.clerk, submit=True).request_ids


def version(request_id: int) -> dict[int, int]:
    with reading(NATION) as session:
        return {request_id: session.get_one(ChangeRequest, request_id).version}


def queue(people, filters: QueueFilters = EVERYTHING, page: int = 1, actor=None):
    return approval_queue.waiting(filters, page=page, actor=actor or people.registrar)


def ids(page) -> list[int]:
    return [row.request.id for row in page.rows]


def review(request_id: int, actor, filters: QueueFilters = EVERYTHING):
    return request_reviews.open_(request_id, actor=actor, hash_key=KEY, filters=filters)


def by_sql(statement: str, **values) -> None:
    with Session(db.writer) as session:
        session.execute(sa.text(statement), values)
        session.commit()


def test_the_queue_is_oldest_first_with_families_together(people):
    clock("2026-11-18 09:00")
    old = sent(people, official(nid(1)), relative(Relation.CHILD, nid(2), birth_order=1))
    clock("2026-11-20 10:00")
    new = sent(people, official(nid(3), first_name_th="อนันต์"))
    page = queue(people)
    assert ids(page) == [*old, *new] and page.count == 3
    assert (page.coming.now - page.oldest_at).days == 2
    assert [row.principal_name for row in page.rows] == ["นายสมชาย ใจดี"] * 2 + ["นายอนันต์ ใจดี"]
    assert {row.recorder_name for row in page.rows} == {"c1 ทดสอบ"}
    assert page.recorders == {people.clerk.user_id: "c1 ทดสอบ"}
    assert approval_queue.counts_waiting(actor=people.registrar)[ApprovalMenu.CERTIFICATION] == 3


def test_a_registrar_sees_his_own_agency_alone(people):
    mine, theirs = sent(people), sent(people, official(nid(9), personnel_type="TAO_OFFICER"), by=people.other_clerk)
    assert ids(queue(people)) == list(mine)
    page = queue(people, actor=people.other_registrar)
    assert ids(page) == list(theirs) and list(page.recorders) == [people.other_clerk.user_id]
    assert approval_queue.counts_waiting(actor=people.other_registrar)[ApprovalMenu.CERTIFICATION] == 1
    with pytest.raises(NotFound):
        review(theirs[0], people.registrar)
    assert approval_queue.names_of([*mine, *theirs], actor=people.registrar) == {mine[0]: "นายสมชาย ใจดี"}
    assert approval_queue.find(nid(9), actor=people.registrar, hash_key=KEY) is None


def test_without_the_power_nothing_is_shown(people):
    (id_,) = sent(people)
    for call in (
        lambda: queue(people, actor=people.clerk),
        lambda: review(id_, people.clerk),
        lambda: approval_queue.find(nid(1), actor=people.clerk, hash_key=KEY),
        lambda: round_history.rounds(page=1, actor=replace(people.clerk, powers=frozenset())),
        lambda: round_history.round_(1, page=1, actor=replace(people.clerk, powers=frozenset())),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_each_filter_narrows_the_queue(people):
    clock("2026-11-18 09:00")
    own, child = sent(people, official(nid(1)), relative(Relation.CHILD, nid(2), title_th="ด.ญ.", first_name_th="พิมพ์"))
    clock("2026-11-20 23:30")
    (late,) = sent(people, official(nid(3), last_name_th="วงศ์ไทย"), by=people.registrar)
    (void,) = change_requests.report_error(
        right(nid(7), agency_id=people.clerk.agency_id), "ผิดคน", actor=people.clerk
    ).request_ids
    eighteenth, twentieth = date(2026, 11, 18), date(2026, 11, 20)
    for filters, wanted in (
        (QueueFilters(type=RequestType.CORRECTION), [void]),
        (QueueFilters(recorder_id=people.registrar.user_id), [late]),
        (QueueFilters(submitted_until=eighteenth), [own, child]),
        (QueueFilters(submitted_from=twentieth), [late, void]),
        (QueueFilters(submitted_from=eighteenth, submitted_until=eighteenth), [own, child]),
        (QueueFilters(submitted_from=date(2026, 11, 21)), []),
        (QueueFilters(relation=Relation.CHILD), [child]),
        (QueueFilters(name="ด.ญ.พิมพ์  ใจดี"), [child]),
        (QueueFilters(name="วงศ์ไทย"), [late]),
        (QueueFilters(name="%"), []),
        (QueueFilters(name="สมชาย", relation=Relation.CHILD), []),
    ):
        assert ids(queue(people, filters)) == wanted, filters
        assert queue(people, filters).count == len(wanted)


def test_pages_are_bounded_at_both_ends(people, monkeypatch):
    monkeypatch.setattr(approval_queue, "PAGE_SIZE", 2)
    all_ids = [sent(people, official(nid(n)))[0] for n in range(1, 6)]
    assert [ids(queue(people, page=page)) for page in (1, 2, 3)] == [all_ids[:2], all_ids[2:4], all_ids[4:]]
    assert (queue(people, page=10**9).page, queue(people, page=-5).page, queue(people).pages) == (3, 1, 3)


def test_the_row_says_what_the_law_and_four_eyes_would_say(people):
    (mine,) = sent(people, by=people.registrar)
    (fine,) = sent(people, official(nid(2)))
    by_sql("UPDATE agency SET agency_type = 'TAO' WHERE id = :a", a=people.clerk.agency_id)
    rows = {row.request.id: row for row in queue(people).rows}
    assert [r.code for r in rows[fine].refusals] == ["TYPE_AGENCY_MISMATCH"]
    assert rows[mine].edited_by_reader and not rows[fine].edited_by_reader


def test_a_number_finds_its_waiting_request_and_the_search_is_written_down(people):
    (id_,) = sent(people)
    number = queue(people).rows[0].request.request_no
    assert approval_queue.find(number.lower(), actor=people.registrar, hash_key=KEY) == id_
    assert reads() == []
    assert approval_queue.find(display(nid(1)), actor=people.registrar, hash_key=KEY) == id_
    assert approval_queue.find(nid(2), actor=people.registrar, hash_key=KEY) is None
    assert [row.answer for row in reads()] == ["FOUND", "NOT_FOUND"]
    with pytest.raises(BadInput, match="CHECK_DIGIT"):
        approval_queue.find(nid(1)[:-1] + str((int(nid(1)[-1]) + 1) % 10), actor=people.registrar, hash_key=KEY)


def test_an_opened_request_is_written_down_or_not_shown(people):
    (id_,) = sent(people)
    assert review(id_, people.registrar).request.id == id_
    (row,) = reads()
    assert (row.object_type, row.object_id, row.purpose) == ("change_request", str(id_), "APPROVAL")
    assert row.person_hash and row.actor_id == people.registrar.user_id
    lose_the_audit_of_reads()
    with pytest.raises(SQLAlchemyError):
        review(id_, people.registrar)


def test_what_was_never_sent_cannot_be_opened(people):
    (draft,) = change_requests.record(family(official(nid(1))), actor=people.clerk).request_ids
    (taken_back,) = sent(people, official(nid(2)))
    change_requests.cancel([taken_back], actor=people.clerk)
    for id_ in (draft, taken_back, 0, -1, 4711, 2**31, 10**30):
        with pytest.raises(NotFound):
            review(id_, people.registrar)


def test_after_a_return_the_reason_and_every_changed_field_are_shown(people):
    (id_,) = sent(people)
    assert review(id_, people.registrar).earlier is None
    approvals.return_([id_], "วันเกิดไม่ตรงบัตร", actor=people.registrar, seen_versions=version(id_))
    number = change_requests.correct(id_, actor=people.clerk).submission_no
    again = official(nid(1), birth_date=date(1985, 5, 14), title_th="พ.อ.อ.", request_id=id_)
    change_requests.record(family(again, submission_no=number), actor=people.clerk, submit=True)
    earlier = review(id_, people.registrar).earlier
    assert (earlier.outcome, earlier.reason, earlier.decided_by) == (
        RequestStatus.RETURNED,
        "วันเกิดไม่ตรงบัตร",
        "r1 ทดสอบ",
    )
    assert {(c.field, c.before, c.after) for c in earlier.changes} == {
        ("title_th", "นาย", "พ.อ.อ."),
        ("birth_date", "1985-05-04", "1985-05-14"),
    }


def test_four_eyes_is_said_before_he_tries(people):
    (mine,), (theirs,) = sent(people, by=people.registrar), sent(people, official(nid(2)))
    assert review(mine, people.registrar).four_eyes is FourEyes.BARRED
    assert review(theirs, people.registrar).four_eyes is FourEyes.SECOND_PERSON
    by_sql("UPDATE ab_user SET active = :off WHERE id = :id", off=False, id=people.clerk.user_id)
    assert review(mine, people.registrar).four_eyes is FourEyes.ONLY_OFFICER


def test_the_family_around_a_request_is_in_scope_only(people):
    home = people.clerk.agency_id
    right(nid(1), agency_id=home)
    right(nid(5), through=nid(1), agency_id=home)
    right(nid(6), through=nid(1), agency_id=people.other_clerk.agency_id)
    right(nid(8), through=nid(1), agency_id=home, voided=True, voided_at=business_now())
    mother = relative(Relation.MOTHER, nid(2), birth_date=date(1950, 1, 1))
    form = family(mother, relative(Relation.CHILD, nid(3)), principal_national_id=nid(1))
    first, second = change_requests.record(form, actor=people.clerk, submit=True).request_ids
    found = review(first, people.registrar)
    assert [one.right.person.national_id for one in found.rights] == [nid(1), nid(5)]
    assert {one.state for one in found.rights} == {EntitlementState.ACTIVE}
    assert [other.id for other in found.requests] == [second]
    assert found.principal_name == "สมชายผู้ลับ ใจดีนามสกุลลับ"


def test_previous_and_next_follow_the_filtered_queue(people):
    clock("2026-11-18 09:00")
    first, child = sent(people, official(nid(1)), relative(Relation.CHILD, nid(2)))
    clock("2026-11-18 10:00")
    (last,) = sent(people, official(nid(3)))
    around = [
        (review(i, people.registrar).previous_id, review(i, people.registrar).next_id) for i in (first, child, last)
    ]
    assert around == [(None, child), (first, last), (child, None)]
    own = QueueFilters(relation=Relation.SELF)
    assert (review(first, people.registrar, own).next_id, review(child, people.registrar, own).previous_id) == (
        last,
        first,
    )
    approvals.approve([child], actor=people.registrar, seen_versions=version(child))
    assert (review(child, people.registrar).previous_id, review(child, people.registrar).next_id) == (first, last)


def test_a_correction_shows_the_entry_that_it_voids(people):
    entry = right(nid(1), agency_id=people.clerk.agency_id)
    (id_,) = change_requests.report_error(entry, "บันทึกผิดคน", actor=people.clerk).request_ids
    found = review(id_, people.registrar)
    assert (found.target.id, found.target.person.national_id) == (entry, nid(1))
    assert (found.request.reason, found.refusals, found.evidence) == ("บันทึกผิดคน", [], [])


@pytest.mark.parametrize(
    ("now", "left", "today"),
    [("2026-11-21 14:59:30", 30, True), ("2026-11-21 10:00", 3600, True), ("2026-11-21 15:00:01", 20 * 3600, False)],
)
def test_the_countdown_follows_the_business_clock(people, now, left, today):
    clock(now)
    coming = coming_round()
    assert left - 20 < coming.seconds_left <= left + 1 and coming.is_today is today


def test_rounds_show_counts_and_outcomes_in_scope(people):
    clock("2026-11-18 10:00")
    round_id = planned_round("2026-11-18 11:00")
    home, away = people.clerk.agency_id, people.other_clerk.agency_id
    one, rival = approved(round_id, [Ask(1, agency_id=home), Ask(1, agency_id=home)])
    lonely, _ = approved(round_id, [Ask(3, 2, Relation.SPOUSE, agency_id=home), Ask(4, agency_id=away)])
    clock("2026-11-18 11:25")
    list(rounds.run_due())
    line = next(one for one in round_history.rounds(page=1, actor=people.clerk).lines if one.round.id == round_id)
    assert line.counts == {RequestStatus.EFFECTIVE: 1, RequestStatus.ROUND_ERROR: 2}
    assert line.is_late and timedelta(minutes=25) <= line.late_by < timedelta(minutes=26)
    page = round_history.round_(round_id, page=1, actor=people.clerk)
    assert [r.status for r in page.rows] == [RequestStatus.ROUND_ERROR] * 2 + [RequestStatus.EFFECTIVE]
    assert {r.request.id: r.round_error for r in page.rows} == {
        lonely: RoundError.PRINCIPAL_NOT_EFFECTIVE,
        rival: RoundError.CONFLICT,
        one: None,
    }
    assert list(page.rivals) == [one]
    assert [r.request.agency_id for r in round_history.round_(round_id, page=1, actor=people.other_clerk).rows] == [
        away
    ]
    for missing in (0, -1, 4711, 2**31, 10**30):
        with pytest.raises(NotFound):
            round_history.round_(missing, page=1, actor=people.clerk)


def test_a_round_that_is_due_and_does_not_start_is_late(people):
    clock("2026-11-18 10:00")
    (id_,) = sent(people)
    approvals.approve([id_], actor=people.registrar, seen_versions=version(id_))
    (line,) = round_history.rounds(page=1, actor=people.clerk).lines
    assert (line.round.status, line.is_late) == (RoundStatus.PLANNED, False)
    assert line.counts == {RequestStatus.APPROVED: 1}
    clock("2026-11-18 11:00:30")
    assert not round_history.rounds(page=1, actor=people.clerk).lines[0].is_late
    clock("2026-11-18 12:00")
    assert round_history.rounds(page=1, actor=people.clerk).lines[0].is_late
    assert bangkok_day(business_now()) == date(2026, 11, 18)
