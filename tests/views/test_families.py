"""The family page: what it says of rights, requests and history, the way out of a wrong entry, and who may not see it."""

import io
from datetime import date
from html import unescape

import pytest

from app.domain.people import DocType, Relation, Sex
from app.services import change_requests, evidence
from app.views.evidence import shelf
from tests.services.carried_families import approve, in_effect, person_id, run_next_round
from tests.services.conftest import family, nid, official, relative
from tests.services.rights_register import reads
from tests.services.test_evidence import PDF, png
from tests.views.family_desk import actor, logged_in
from tests.views.offices import TAO, rows


@pytest.fixture
def clerk(portal):
    return actor(portal, "clerk1", "personnel_clerk")


@pytest.fixture
def registrar(portal):
    return actor(portal, "registrar1", "registrar")


def attached(portal, clerk, content=PDF, name="ทะเบียนบ้าน.pdf"):
    with portal.app.app_context():
        return evidence.store(
            io.BytesIO(content), name, DocType.HOUSE_REG, doc_no="12/2560", issue_date=None, actor=clerk, shelf=shelf()
        )


def with_child(clerk, registrar, **more):
    child = relative(Relation.CHILD, nid(2), title_th="ด.ช.", first_name_th="ธีร์", sex=Sex.M)
    return in_effect(official(nid(1), **more), child, clerk=clerk, registrar=registrar)


def page_of(browser, number):
    answer = browser.get(f"/families/{person_id(number)}")
    assert answer.status_code == 200
    return unescape(answer.text)


def test_everybody_with_both_clocks_and_the_history(portal, clerk, registrar):
    document = attached(portal, clerk)
    with_child(clerk, registrar, evidence_ids=(document,))
    mother = relative(Relation.MOTHER, nid(3), first_name_th="ประนอม")
    change_requests.record(family(mother, principal_national_id=nid(1)), actor=clerk, submit=True)
    page = page_of(logged_in(portal, "clerk1"), nid(1))
    for words in (
        "ครอบครัวของ นายสมชาย ใจดี", "1-9901-00000-01-", "1 ต.ค. 2558", "ยังไม่มีกำหนดหมดสิทธิ", "มีสิทธิ", "ด.ช.ธีร์",
        "1 ม.ค. 2578", "โรงพยาบาลเห็นสิทธิตั้งแต่", "รออนุมัติ", "ประนอม", "มีผลแล้ว", "เทศบาลเมืองตัวอย่าง",
        f"/evidence/{document}", "ทะเบียนบ้าน.pdf", f"/family-forms/for/{person_id(nid(1))}",
    ):  # fmt: skip
        assert words in page, words
    for one in range(1, 3):  # what is done most is one press away, for each of them
        ((entry,),) = rows(f"SELECT id FROM entitlement WHERE person_id = {person_id(nid(one))}")
        assert f'href="/edits/{entry}"' in page and f'href="/ends/{entry}"' in page
    # A dependent's address leads to the same family.
    assert "ครอบครัวของ นายสมชาย ใจดี" in page_of(logged_in(portal, "clerk1"), nid(2))


def test_opening_is_written_down_for_each_person(portal, clerk, registrar):
    with_child(clerk, registrar)
    page_of(logged_in(portal, "clerk1"), nid(1))
    read = [(row.purpose, row.object_type, row.object_id) for row in reads()]
    assert read == [("FAMILY", "person", str(person_id(nid(1)))), ("FAMILY", "person", str(person_id(nid(2))))]
    assert all(row.person_hash and nid(1) not in str(tuple(row)) for row in reads())


def test_a_wrong_entry_is_asked_to_be_cancelled_and_the_round_cancels_it(portal, clerk, registrar):
    own, child = with_child(clerk, registrar)
    browser, address = logged_in(portal, "clerk1"), f"/families/{person_id(nid(1))}"
    report = f"{address}/entries/{child}/error"
    empty = browser.post(report, {"reason": "  "})
    assert empty.status_code == 400 and "โปรดระบุข้อมูลในช่องนี้" in empty.text
    long = browser.post(report, {"reason": "<b>" + "ก" * 1000})
    assert long.status_code == 400 and "&lt;b&gt;" in long.text
    assert rows("SELECT count(*) FROM change_request WHERE type = 'CORRECTION'") == [(0,)]
    sent = browser.post(report, {"reason": "บันทึกผิดคน"})
    assert sent.status_code == 302 and sent.headers["Location"] == address
    assert browser.post(report, {"reason": "อีกครั้ง"}).status_code == 409
    assert "บันทึกผิดคน" in page_of(browser, nid(1))
    approve([i for (i,) in rows("SELECT id FROM change_request WHERE type = 'CORRECTION'")], registrar)
    run_next_round()
    assert rows("SELECT id FROM entitlement WHERE voided") == [(child,)]
    page = page_of(browser, nid(1))
    assert "ยกเลิกเพราะบันทึกผิด" in page
    assert browser.post(report, {"reason": "อีกครั้ง"}).status_code == 409
    assert browser.post(f"{address}/entries/{own + 10**9}/error", {"reason": "ก"}).status_code == 404


@pytest.mark.parametrize("role", ["nhso_admin", "auditor", "nhso_region"])
def test_officers_above_see_the_family_but_change_nothing(portal, clerk, registrar, role):
    own, _child = with_child(clerk, registrar)
    browser = portal.officer(role)
    page = page_of(browser, nid(1))
    assert "สมชาย" in page and "/error" not in page and "/family-forms/for/" not in page and 'href="/e' not in page
    assert browser.post(f"/families/{person_id(nid(1))}/entries/{own}/error", {"reason": "ก"}).status_code == 403


def test_a_neighbour_finds_neither_family_nor_evidence(portal, clerk, registrar):
    document = attached(portal, clerk, png(), "ภาพ.png")
    own, _child = with_child(clerk, registrar, evidence_ids=(document,))
    address = f"/families/{person_id(nid(1))}"
    for browser in (portal.officer("registrar", TAO), portal.officer("nhso_region", TAO)):
        assert browser.get(address).status_code == 404
        assert browser.get(f"/evidence/{document}").status_code == 404
    neighbour = portal.officer("personnel_clerk", TAO)
    assert neighbour.post(f"{address}/entries/{own}/error", {"reason": "ก"}).status_code == 404
    assert neighbour.get(f"/family-forms/for/{person_id(nid(1))}").status_code == 404
    for closed in (portal.officer("finance_clerk"), portal.officer("provincial_officer")):
        assert closed.get(address).status_code == closed.get(f"/evidence/{document}").status_code == 403
    auditor = portal.officer("auditor")
    for odd in (0, 10**9, 10**30):
        assert auditor.get(f"/families/{odd}").status_code == auditor.get(f"/evidence/{odd}").status_code == 404
    assert rows("SELECT count(*) FROM change_request WHERE type = 'CORRECTION'") == [(0,)]


@pytest.mark.parametrize(
    ("content", "name", "kind", "disposition"),
    [(PDF, "ทะเบียนบ้าน.pdf", "application/pdf", "attachment"), (png(), "ภาพ.png", "image/png", "inline")],
    ids=["pdf", "png"],
)
def test_evidence_is_served_so_that_nothing_in_it_can_run(portal, clerk, content, name, kind, disposition):
    document = attached(portal, clerk, content, name)
    browser = logged_in(portal, "clerk1")
    answer = browser.get(f"/evidence/{document}")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, content, kind)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy and "default-src 'none'" in policy and "script-src" not in policy
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Disposition"].startswith(disposition)
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    assert browser.get(f"/evidence/{document}?download=1").headers["Content-Disposition"].startswith("attachment")


def test_one_who_is_principal_and_dependent_has_both_families(portal, clerk, registrar):
    wife = official(nid(5), title_th="นาง", first_name_th="วิมล", sex=Sex.F)
    in_effect(wife, clerk=clerk, registrar=registrar)
    in_effect(
        official(nid(1)),
        relative(Relation.SPOUSE, nid(5), title_th="นาง", first_name_th="วิมล", birth_date=date(1985, 5, 4)),
        clerk=clerk, registrar=registrar,
    )  # fmt: skip
    page = page_of(logged_in(portal, "clerk1"), nid(5))
    assert "ครอบครัวของ นางวิมล ใจดี" in page and f'href="/families/{person_id(nid(1))}"' in page
