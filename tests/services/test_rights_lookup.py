"""The rights look-up, asked of a real register on both databases."""

from dataclasses import asdict
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION, Actor, Scope, ScopeKind
from app.domain.clock import BANGKOK, bangkok_day, real_now
from app.domain.errors import BadInput, NotAllowed
from app.domain.people import EntitlementState, Relation
from app.domain.powers import Power
from app.models import BusinessClock
from app.models.database import db
from app.services.audit import person_hash
from app.services.crossings.rights_lookup import NoRight, ReadAuditFailed, UnreadableId, look_up
from tests.services.conftest import nid
from tests.services.rights_register import (
    HOSPITAL,
    KEY,
    NAMES,
    TODAY,
    agency,
    days,
    lose_the_audit_of_reads,
    reads,
    right,
)

SOMCHAI, SUDA, MANA, STRANGER = nid(201), nid(202), nid(203), nid(204)


def ask(national_id, on=None, actor=HOSPITAL):
    (answer,) = look_up([national_id], on, actor=actor, hash_key=KEY)
    return answer


def test_an_official_is_entitled_today_and_the_answer_names_scheme_agency_and_dates(database):
    right(SOMCHAI, entitled_from=days(-10), entitled_until=days(20))
    answer = ask(SOMCHAI)
    assert answer.entitled and answer.reason is None and not answer.provisional
    assert answer.national_id == SOMCHAI and answer.on == TODAY
    assert asdict(answer.right) == {
        "sub_inscl": "L1",
        "agency_code": "04110101",
        "agency_name": "เทศบาลเมืองตัวอย่าง",
        "successor_code": None,
        "relation": Relation.SELF,
        "state": EntitlementState.ACTIVE,
        "entitled_from": days(-10),
        "entitled_until": days(20),
    }
    assert answer.right.last_day == days(19)
    assert answer.order == (answer.right,)


def test_no_name_stands_in_the_answer(database):
    right(SOMCHAI)
    right(SUDA, through=SOMCHAI)
    for asked in (SOMCHAI, SUDA):
        told = str(asdict(ask(asked)))
        assert not [name for name in NAMES if name in told]
    assert SOMCHAI not in str(asdict(ask(SUDA)))


@pytest.mark.parametrize(
    ("day", "entitled", "reason"),
    [
        (-11, False, NoRight.NOT_YET),
        (-10, True, None),
        (19, True, None),
        (20, False, NoRight.ENDED),
    ],
)
def test_the_first_day_counts_and_the_end_day_no_longer(database, day, entitled, reason):
    right(SOMCHAI, entitled_from=days(-10), entitled_until=days(20))
    answer = ask(SOMCHAI, days(day))
    assert (answer.entitled, answer.reason) == (entitled, reason)
    assert answer.right.entitled_from == days(-10)
    assert answer.order == ((answer.right,) if entitled else ())


def test_an_open_right_counts_on_a_far_day(database):
    right(SOMCHAI)
    answer = ask(SOMCHAI, days(5000))
    assert answer.entitled and answer.right.entitled_until is None and answer.right.last_day is None


@pytest.mark.parametrize(("day", "provisional"), [(-1, False), (0, False), (1, True)])
def test_only_days_ahead_are_provisional(database, day, provisional):
    right(SOMCHAI)
    assert ask(SOMCHAI, days(day)).provisional is provisional
    assert ask(STRANGER, days(day)).provisional is provisional


def test_today_is_the_business_day_in_bangkok(database):
    right(SOMCHAI, entitled_from=days(3))
    assert ask(SOMCHAI).reason is NoRight.NOT_YET
    tomorrow_but_two = datetime.combine(days(3), datetime.min.time(), BANGKOK)
    with db.writer.begin() as connection:
        seconds = round((tomorrow_but_two - real_now()).total_seconds()) + 60
        connection.execute(sa.delete(BusinessClock.__table__))
        connection.execute(sa.insert(BusinessClock.__table__).values(id=1, offset_seconds=seconds))
    answer = ask(SOMCHAI)
    assert answer.on == days(3) == bangkok_day(answer.answered_at)
    assert answer.entitled and not answer.provisional


def test_a_right_counts_only_once_a_round_has_carried_it(database):
    right(SOMCHAI, effective_at=real_now() + timedelta(hours=1))
    answer = ask(SOMCHAI)
    assert (answer.entitled, answer.reason, answer.right) == (False, NoRight.NO_RIGHT_KNOWN, None)


def test_a_right_voided_in_error_never_counts_and_tells_nothing(database):
    right(SOMCHAI, voided=True, voided_at=real_now() - timedelta(hours=1))
    answer = ask(SOMCHAI)
    assert (answer.entitled, answer.reason, answer.right, answer.order) == (False, NoRight.VOIDED, None, ())


def test_beside_a_voided_right_the_true_one_counts(database):
    right(SOMCHAI, voided=True, voided_at=real_now() - timedelta(hours=1), sub_inscl="L3")
    right(SOMCHAI, agency_id=agency("06900101", "อบต.ตัวอย่าง"))
    answer = ask(SOMCHAI)
    assert answer.entitled and [(r.sub_inscl, r.agency_code) for r in answer.order] == [("L1", "06900101")]


def test_a_suspended_right_does_not_count(database):
    right(SOMCHAI, suspended=True, entitled_until=days(-1))
    answer = ask(SOMCHAI)
    assert (answer.entitled, answer.reason) == (False, NoRight.SUSPENDED)
    assert answer.right.state is EntitlementState.SUSPENDED


def test_between_two_spells_the_next_one_explains_the_no(database):
    right(SOMCHAI, entitled_from=days(-100), entitled_until=days(-50))
    right(SOMCHAI, entitled_from=days(50))
    answer = ask(SOMCHAI)
    assert (answer.entitled, answer.reason, answer.right.entitled_from) == (False, NoRight.NOT_YET, days(50))


def test_of_several_ended_spells_the_last_explains_the_no(database):
    right(SOMCHAI, entitled_from=days(-100), entitled_until=days(-50))
    right(SOMCHAI, entitled_from=days(-300), entitled_until=days(-200))
    assert ask(SOMCHAI).right.last_day == days(-51)


def test_own_right_first_then_by_the_principals_seniority_and_standby_last(database):
    early, late = real_now() - timedelta(days=900), real_now() - timedelta(days=800)
    right(MANA, registered_at=late)
    right(STRANGER, registered_at=early)
    right(SUDA, through=MANA, sub_inscl="L4")
    right(SUDA, through=STRANGER, relation=Relation.FATHER, sub_inscl="L6")
    right(SUDA, through=SOMCHAI, relation=Relation.CHILD, standby_since=days(-5))
    right(SUDA)
    answer = ask(SUDA)
    assert [(r.sub_inscl, r.state.value) for r in answer.order] == [
        ("L1", "ACTIVE"),
        ("L6", "ACTIVE"),
        ("L4", "ACTIVE"),
        ("L2", "STANDBY"),
    ]
    assert answer.right == answer.order[0]


def test_of_two_principals_of_one_round_who_was_asked_for_first_goes_first(database):
    right(MANA)
    right(STRANGER)  # by the later request (decisions 5)
    right(SUDA, through=STRANGER, sub_inscl="L4")
    right(SUDA, through=MANA, sub_inscl="L6")
    assert [one.sub_inscl for one in ask(SUDA).order] == ["L6", "L4"]


def test_somebody_unknown_has_no_known_right(database):
    answer = ask(STRANGER)
    assert (answer.entitled, answer.reason, answer.right) == (False, NoRight.NO_RIGHT_KNOWN, None)


def test_a_batch_answers_in_the_order_asked_and_bad_rows_fail_alone(database):
    right(SOMCHAI)
    dashed = f"{SOMCHAI[0]}-{SOMCHAI[1:5]}-{SOMCHAI[5:10]}-{SOMCHAI[10:12]}-{SOMCHAI[12]}"
    wrong = SOMCHAI[:12] + str((int(SOMCHAI[12]) + 1) % 10)
    asked = [STRANGER, wrong, dashed, "12", 1990101000016, SOMCHAI]
    answers = look_up(asked, None, actor=HOSPITAL, hash_key=KEY)
    assert [answer.national_id for answer in answers] == asked
    assert [answer.error.code if isinstance(answer, UnreadableId) else answer.entitled for answer in answers] == [
        False, "CHECK_DIGIT", True, "LENGTH", "NOT_TEXT", True,
    ]  # fmt: skip


def test_every_answer_leaves_one_row_without_the_number(database):
    right(SOMCHAI)
    officer = Actor(
        "clerk", Scope(ScopeKind.AGENCY, 7), frozenset({Power.LOOKUP_RIGHT}), 3, agency_id=7, address="10.0.0.9"
    )
    look_up([SOMCHAI, "bad", STRANGER, SOMCHAI], None, actor=officer, hash_key=KEY)
    rows = reads()
    assert [(row.person_hash, row.answer) for row in rows] == [
        (person_hash(SOMCHAI, KEY), "ENTITLED"),
        (person_hash(STRANGER, KEY), "NO_RIGHT_KNOWN"),
        (person_hash(SOMCHAI, KEY), "ENTITLED"),
    ]
    assert {(r.actor_name, r.actor_id, r.agency_id, r.purpose, r.address) for r in rows} == {
        ("clerk", 3, 7, "RIGHTS_LOOKUP", "10.0.0.9")
    }
    assert SOMCHAI not in str(rows)


def test_an_officer_of_one_agency_is_answered_about_another_agencys_person(database):
    right(SOMCHAI, agency_id=agency("06900101", "อบต.ตัวอย่าง"))
    officer = Actor("clerk", Scope(ScopeKind.AGENCY, agency()), frozenset({Power.LOOKUP_RIGHT}), 3)
    assert ask(SOMCHAI, actor=officer).right.agency_code == "06900101"


def test_without_its_audit_row_there_is_no_answer(database):
    right(SOMCHAI)
    lose_the_audit_of_reads()
    with pytest.raises(ReadAuditFailed) as failed:
        ask(SOMCHAI)
    assert failed.value.code == "READ_AUDIT_FAILED"


def test_without_the_power_nothing_is_answered_nor_written(database):
    right(SOMCHAI)
    with pytest.raises(NotAllowed) as refused:
        ask(SOMCHAI, actor=Actor("auditor", NATION, frozenset({Power.VIEW_AUDIT})))
    assert refused.value.code == "POWER_MISSING"
    assert reads() == []


@pytest.mark.parametrize("count", [0, 101])
def test_a_batch_has_one_to_a_hundred_rows(database, count):
    with pytest.raises(BadInput) as refused:
        look_up([nid(serial) for serial in range(300, 300 + count)], None, actor=HOSPITAL, hash_key=KEY)
    assert (refused.value.code, refused.value.facts) == ("BATCH_SIZE", {"count": count, "most": 100})
    assert reads() == []


def test_a_hundred_are_answered_by_one_query(database):
    numbers = [nid(serial) for serial in range(300, 400)]
    for number in numbers[:50]:
        right(number)
    statements = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    answers = look_up(numbers, None, actor=HOSPITAL, hash_key=KEY)
    assert [answer.entitled for answer in answers] == [True] * 50 + [False] * 50
    assert len([text for text in statements if "entitlement" in text]) == 1
    assert len(reads()) == 100
