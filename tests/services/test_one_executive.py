"""One chief executive of an agency at a time: at the sending, at the approval, and as the round's last line."""

from datetime import date

import pytest

from app.domain.errors import InvalidForm
from app.domain.people import PersonnelType, RequestStatus, RoundError, TerminationReason
from app.models import Entitlement
from app.rules import executives
from app.services import approvals, change_requests, endings, withdrawals
from app.services.endings import EndForm
from tests.services.carried_families import approve, run_next_round
from tests.services.conftest import family, nid, official
from tests.services.test_approvals import request, versions
from tests.services.test_change_requests import rows

SINCE = date(2021, 12, 1)


def head(serial: int, **values):
    given = {"personnel_type": PersonnelType.POLITICAL_EXECUTIVE, "service_start_date": SINCE}
    return official(nid(serial), **(given | values))


def sent(people, *members, clerk=None):
    form = family(*members)
    return change_requests.record(form, actor=clerk or people.clerk, submit=True).request_ids[0]


def unseen(people, monkeypatch, *members):
    with monkeypatch.context() as older:
        older.setattr(executives, "refusals", lambda *_known: [])
        return sent(people, *members)


@pytest.mark.parametrize("is_carried", [False, True])
def test_a_second_one_is_refused_by_name_while_another_waits_or_stands(people, is_carried):
    first = sent(people, head(1))
    if is_carried:
        approve([first], people.registrar)
        run_next_round()
    with pytest.raises(InvalidForm) as refusal:
        sent(people, head(2))
    (error,) = refusal.value.errors
    assert (error.code, error.field) == ("SECOND_EXECUTIVE", "members-0-personnel_type")
    assert (error.facts["holder"], error.facts["since"]) == ("สมชาย ใจดี", SINCE)
    sent(people, official(nid(2)))
    sent(people, head(3), clerk=people.other_clerk)


def succession(people):
    """The request for the end of who holds the office, and that for his successor."""
    approve([sent(people, head(1))], people.registrar)
    run_next_round()
    (right,) = rows(Entitlement)
    ended = date(2026, 1, 1)
    end = endings.report_end(EndForm(right.id, TerminationReason.TERM_ENDED, ended), actor=people.clerk).request_ids[0]
    return end, sent(people, head(2, service_start_date=ended))


def test_the_successor_is_not_approved_once_the_end_is_rejected(people):
    end, second = succession(people)
    approvals.reject([end], "ยังไม่พ้นตำแหน่ง", actor=people.registrar, seen_versions=versions(end))
    (outcome,) = approvals.approve([second], actor=people.registrar, seen_versions=versions(second))
    assert outcome.error and outcome.error.code == "SECOND_EXECUTIVE"


def test_the_round_takes_no_successor_whose_predecessors_end_was_withdrawn(people):
    end, second = succession(people)
    approve([end, second], people.registrar, note="ดูแล้ว")
    withdrawals.withdraw([end], actor=people.registrar, seen_versions=versions(end))
    run_next_round()
    lost = request(second)
    assert (lost.round_error, lost.law_code) == (RoundError.REFUSED_BY_RULES, "SECOND_EXECUTIVE")
    assert [right.entitled_until for right in rows(Entitlement)] == [None]


def test_the_round_is_the_last_line(people, monkeypatch):
    first, second = sent(people, head(1)), unseen(people, monkeypatch, head(2))
    with monkeypatch.context() as older:
        older.setattr(executives, "refusals", lambda *_known: [])
        approve([first, second], people.registrar)
    run_next_round()
    assert request(first).status is RequestStatus.EFFECTIVE and len(rows(Entitlement)) == 1
    lost = request(second)
    assert (lost.round_error, lost.law_code) == (RoundError.REFUSED_BY_RULES, "SECOND_EXECUTIVE")
