"""The law of the family through the verbs: told and filed on a form, decided at submission, approval and round."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION
from app.domain.errors import BadInput, InvalidForm
from app.domain.people import DocType, EntitlementState, PersonnelType, Relation, RequestStatus, RoundError, Sex
from app.models import Entitlement, RequestFlag, RequestRevision
from app.models.database import db
from app.rules.papers import MarriagePaper
from app.rules.told import Told
from app.services import approvals, change_requests, evidence
from app.services.clock import business_now
from app.services.invariants import findings
from app.services.transaction import reading
from tests.services.carried_families import approve, in_effect, run_next_round
from tests.services.conftest import family, nid, official, relative
from tests.services.test_approvals import by_sql, request, versions
from tests.services.test_evidence_sweeps import PDF, io, shelf  # noqa: F401 - a fixture

WEDDING = date(2010, 2, 14)
WIFE = Told(marriage_paper=MarriagePaper.MARRIAGE_CERT_TH, marriage_date=WEDDING)
OF_MARRIAGE = Told(marriage_date=WEDDING)


def filed(people, shelf, *kinds: DocType) -> tuple[int, ...]:  # noqa: F811
    about = {"doc_no": "1", "issue_date": None, "actor": people.clerk, "shelf": shelf}
    return tuple(evidence.store(io.BytesIO(PDF), "a.pdf", kind, **about) for kind in kinds)


@pytest.fixture
def papers(people, shelf):  # noqa: F811
    """The documents of a child of a married father, and of a wife."""
    return filed(people, shelf, DocType.BIRTH_CERT, DocType.MARRIAGE_CERT_TH)


def child(serial: int, papers, **values):
    given = {"told": OF_MARRIAGE, "evidence_ids": papers, "birth_date": date(2015, 1, 2)}
    return relative(Relation.CHILD, nid(serial), **(given | values))


def wife(serial: int, papers, **values):
    given = {"told": WIFE, "evidence_ids": papers[1:], "birth_date": date(1986, 1, 2)}
    return relative(Relation.SPOUSE, nid(serial), **(given | values))


def refused(people, *members, **form) -> list[tuple[str, str | None]]:
    with pytest.raises(InvalidForm) as refusal:
        change_requests.record(family(*members, **form), actor=people.clerk, submit=True)
    assert all(error.citation for error in refusal.value.errors)
    return [(error.code, error.field) for error in refusal.value.errors]


def right(entitlement_id: int) -> Entitlement:
    with reading(NATION) as session:
        return session.get_one(Entitlement, entitlement_id)


def test_what_was_told_and_decided_goes_from_the_form_to_the_right(people, papers):
    _own, spouse, eldest = in_effect(
        official(nid(1)), wife(2, papers), child(3, papers), clerk=people.clerk, registrar=people.registrar
    )
    found = right(eldest)
    assert (found.marriage_date, found.legitimate_from, found.legitimacy_basis) == (
        WEDDING,
        date(2015, 1, 2),
        "BORN_IN_WEDLOCK",
    )
    assert (found.entitled_from, found.entitled_until) == (date(2015, 10, 1), date(2035, 1, 2))
    assert right(spouse).entitled_from == date(2015, 10, 1)
    assert request(found.request_id).law_code == "OK"


def test_the_law_refuses_at_the_field_with_its_clause(people, papers):
    unmarried = child(3, papers[:1], told=Told())
    stepmother = relative(Relation.MOTHER, nid(4), birth_date=date(1955, 1, 1), told=Told())
    assert refused(people, official(nid(1)), unmarried, stepmother) == [
        ("FATHER_NOT_LEGITIMATE", "members-1-marriage_date"),
        ("EVIDENCE_NOT_ACCEPTED", "members-2-evidence_ids"),
    ]
    four = [child(10 + n, papers, birth_date=date(2012 + n, 1, 2)) for n in range(4)]
    assert refused(people, official(nid(1)), *four) == [("BEYOND_ORDER_3", "members-4-birth_order")]
    second = wife(6, papers, told=replace(WIFE, marriage_date=date(2019, 1, 1)))
    assert refused(people, official(nid(1)), wife(5, papers), second) == [("ONE_SPOUSE_ONLY", "members-2-relation")]


def test_a_child_who_died_after_its_right_began_is_recorded_until_its_death(people, papers):
    told = replace(OF_MARRIAGE, death_date=date(2017, 1, 1))
    members = (official(nid(1), birth_date=date(1985, 5, 4)), child(2, papers, told=told))
    (_, ended) = in_effect(*members, clerk=people.clerk, registrar=people.registrar)
    assert (right(ended).entitled_from, right(ended).entitled_until) == (date(2015, 10, 1), date(2017, 1, 2))


def test_children_who_stand_take_their_places(people, papers):
    three = [child(10 + n, papers, birth_date=date(2012 + n, 1, 2)) for n in range(3)]
    in_effect(official(nid(1)), *three, clerk=people.clerk, registrar=people.registrar)
    fourth = child(20, papers, birth_date=date(2020, 1, 2))
    assert refused(people, fourth, principal_national_id=nid(1)) == [("BEYOND_ORDER_3", "members-0-birth_order")]
    by_sql(
        "UPDATE entitlement SET death_date = '2018-03-04' WHERE birth_order IS NULL AND id = (SELECT MAX(id) FROM entitlement)"
    )
    change_requests.record(family(fourth, principal_national_id=nid(1)), actor=people.clerk, submit=True)


def test_of_two_spouses_decided_apart_for_one_round_the_first_decided_comes_in(people, papers):
    in_effect(official(nid(1)), clerk=people.clerk, registrar=people.registrar)
    form = {"principal_national_id": nid(1)}
    draft = change_requests.record(family(wife(2, papers), **form), actor=people.clerk)
    second = change_requests.record(family(wife(3, papers), **form), actor=people.clerk, submit=True)
    approve(second.request_ids, people.registrar)
    with pytest.raises(
        InvalidForm, match="INVALID_FORM"
    ):  # he who was decided first is before him who was written first
        change_requests.submit(draft.submission_no, actor=people.clerk)
    run_next_round()
    assert request(second.request_ids[0]).status is RequestStatus.EFFECTIVE


def test_children_decided_apart_for_one_round_are_judged_together_again(people, papers):
    own, *_standing = in_effect(
        official(nid(1)), *[child(10 + n, papers, birth_date=date(2012 + n, 1, 2)) for n in range(2)],
        clerk=people.clerk, registrar=people.registrar,
    )  # fmt: skip
    assert own
    form = {"principal_national_id": nid(1)}
    third = change_requests.record(family(child(20, papers), **form), actor=people.clerk, submit=True)
    approve(third.request_ids, people.registrar)
    elder = change_requests.record(
        family(child(21, papers, birth_date=date(2011, 1, 2)), **form), actor=people.clerk, submit=True
    )  # fmt: skip
    approve(elder.request_ids, people.registrar)
    run_next_round()
    found = [request(ids[0]) for ids in (elder.request_ids, third.request_ids)]
    assert [row.status for row in found] == [RequestStatus.EFFECTIVE, RequestStatus.ROUND_ERROR]
    assert found[1].law_code == "BEYOND_ORDER_3"


def test_what_was_frozen_before_the_law_told_more_keeps_its_hash(people):
    (id_,) = change_requests.record(family(official(nid(1))), actor=people.clerk, submit=True).request_ids
    with reading(NATION) as session:
        frozen = session.get_one(RequestRevision, (id_, 1)).frozen
    assert set(frozen) == {
        "national_id", "principal_national_id", "title_th", "first_name_th", "middle_name_th", "last_name_th",
        "birth_date", "birth_date_precision", "sex", "nationality_code", "relation", "personnel_type",
        "service_start_date", "birth_order", "entitled_from", "entitled_until", "evidence",
    }  # fmt: skip


def test_a_doubt_waits_for_the_registrars_note(people, papers):
    younger = child(4, papers, birth_date=date(2018, 1, 2), birth_order=1)
    done = change_requests.record(
        family(official(nid(1)), child(3, papers), younger), actor=people.clerk, submit=True
    )  # fmt: skip
    approve(done.request_ids[:2], people.registrar)
    doubtful = done.request_ids[2]
    # A doubt that came up after the submission has no flag yet; approving many at once finds it all the same.
    with db.writer.begin() as connection:
        connection.execute(sa.text("DELETE FROM request_flag WHERE request_id = :id"), {"id": doubtful})
    (plain,) = change_requests.record(family(official(nid(9))), actor=people.clerk, submit=True).request_ids
    seen = versions(plain, doubtful)
    both = approvals.approve([plain, doubtful], actor=people.registrar, seen_versions=seen)
    assert [outcome.error.code if outcome.error else None for outcome in both] == [None, "FLAGS_OPEN"]
    (outcome,) = approvals.approve([doubtful], actor=people.registrar, seen_versions=seen)
    assert (outcome.error.code, outcome.error.facts["clauses"]) == ("FLAGS_OPEN", ("CHILD_ORDER_DIFFERS",))
    with pytest.raises(BadInput, match="TOO_LONG"):
        approvals.approve([doubtful], actor=people.registrar, seen_versions=seen, note="ก" * 1001)
    noted = {"actor": people.registrar, "seen_versions": seen, "note": " ตรวจสูติบัตรแล้ว "}
    (outcome,) = approvals.approve([doubtful], **noted, seen_doubts={doubtful: ["CHILD_PUSHES_OUT"]})
    assert (outcome.error.code, outcome.error.facts["clauses"]) == ("OTHER_DOUBTS", ("CHILD_ORDER_DIFFERS",))
    (outcome,) = approvals.approve([doubtful], **noted, seen_doubts={doubtful: ["CHILD_ORDER_DIFFERS"]})
    assert outcome.error is None
    with reading(NATION) as session:
        (flag,) = session.scalars(sa.select(RequestFlag))
    assert (flag.note, flag.noted_by_id, flag.noted_at is not None) == ("ตรวจสูติบัตรแล้ว", people.registrar.user_id, True)


def test_an_elder_who_is_told_late_leaves_who_stands_and_breaks_no_rule(people, papers):
    """The registrar sees whom the elder pushes out, and ends that right himself where he wants it ended (spec 3.5)."""
    three = (child(n, papers, birth_date=date(2010 + n, 1, 2)) for n in (3, 4, 5))
    *_others, third = in_effect(official(nid(1)), *three, clerk=people.clerk, registrar=people.registrar)
    elder = family(child(6, papers, birth_date=date(2010, 6, 2)), principal_national_id=nid(1))
    done = change_requests.record(elder, actor=people.clerk, submit=True)
    approve(
        done.request_ids, people.registrar, note="ตรวจสูติบัตรแล้ว", seen_doubts={done.request_ids[0]: ["CHILD_PUSHES_OUT"]}
    )
    run_next_round()
    now = business_now()
    assert right(third).state_on(now.date(), now) is EntitlementState.ACTIVE
    with db.engine.connect() as connection:
        assert [one.invariant.code for one in findings(connection) if one.count] == []


def test_a_spouse_who_is_an_official_elsewhere_stands_by(people, papers):
    in_effect(
        official(nid(2), sex=Sex.F, personnel_type=PersonnelType.TAO_OFFICER),
        clerk=people.other_clerk,
        registrar=people.other_registrar,
    )
    own = {"first_name_th": "สมชาย", "birth_date": date(1985, 5, 4)}
    _own, spouse = in_effect(
        official(nid(1)), wife(2, papers, **own), clerk=people.clerk, registrar=people.registrar
    )  # fmt: skip
    found = right(spouse)
    assert found.standby_since == found.entitled_from
    now = business_now()
    assert found.state_on(now.date(), now) is EntitlementState.STANDBY


def test_a_round_decides_again_where_the_family_has_changed_and_says_by_which_rule(people, papers):
    _own, first = in_effect(official(nid(1)), wife(2, papers), clerk=people.clerk, registrar=people.registrar)
    # The first marriage ended; this is taken back between the approval of a second one and its round.
    end = "UPDATE entitlement SET entitled_until = :day, version = version + 1 WHERE id = :id"
    by_sql(end, day="2019-01-01", id=first)
    second = wife(3, papers, told=replace(WIFE, marriage_date=date(2019, 1, 1)))
    done = change_requests.record(family(second, principal_national_id=nid(1)), actor=people.clerk, submit=True)
    approve(done.request_ids, people.registrar)
    by_sql(end, day=None, id=first)
    run_next_round()
    found = request(done.request_ids[0])
    assert (found.status, found.round_error) == (RequestStatus.ROUND_ERROR, RoundError.REFUSED_BY_RULES)
    assert found.law_code == "ONE_SPOUSE_ONLY"
