"""Ends, changes and moves through the screens: a clerk's way, and who may not go it."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION, robot
from app.domain.clock import real_now
from app.domain.people import NoticeKind, PersonnelType, Relation
from app.models import AgencyNotice, ChangeRequest, Entitlement, Person, TransferNotice
from app.models.database import db
from app.services import change_requests, transfers
from app.services.transaction import reading, transaction
from app.services.transfers import TransferForm
from tests.services import rights_register as register
from tests.services.conftest import nid
from tests.views.canary import actor
from tests.views.offices import TAO, TOWN, rows


class Desk:
    """A principal with a spouse at the first agency, and browsers of officers everywhere."""

    def __init__(self, portal) -> None:
        self.portal, self.agencies = portal, portal.agencies
        home = portal.agencies[TOWN]
        register.right(nid(1), agency_id=home, entitled_from=date(2015, 1, 1))
        register.right(
            nid(2),
            agency_id=home,
            through=nid(1),
            relation=Relation.SPOUSE,
            entitled_from=date(2015, 1, 1),
            to_follow="FACTS",
        )
        self.browsers = {}
        officers = {
            "clerk_a": ("personnel_clerk", TOWN), "registrar_a": ("registrar", TOWN), "clerk_b": ("personnel_clerk", TAO),
            "auditor": ("auditor", None),
        }  # fmt: skip
        for name, (role, where) in officers.items():
            portal.account(name, role, where)
            self.browsers[name] = portal.browser()
            self.browsers[name].log_in(name)

    def browser(self, name: str):
        return self.browsers[name]

    def anonymous(self):
        return self.portal.browser()


@pytest.fixture
def desk(portal) -> Desk:
    return Desk(portal)


def right_of(number: str) -> int:
    with reading(NATION) as session:
        return next(one.id for one in session.query(Entitlement) if one.person.national_id == number)


def test_no_search_is_longer_than_its_box(portal):
    clerk = portal.officer("personnel_clerk")
    for path in ("/ends/", "/edits/", "/transfers/"):
        assert clerk.post(path, {"q": "ก" * 60_000}).status_code in (200, 400)


def test_a_clerk_finds_the_person_and_reports_the_end(desk):
    clerk = desk.browser("clerk_a")
    page = clerk.post("/ends/", data={"q": nid(1)})
    assert page.status_code == 200 and page.text.count(nid(1)) == 1  # in the box alone
    own = right_of(nid(1))
    page = clerk.get(f"/ends/{own}")
    assert "ผู้ที่ได้รับผลด้วย" in page.text
    refused = clerk.post(f"/ends/{own}", data={"reason": "DECEASED", "event_date": "1/1/2600"})
    assert refused.status_code == 400
    empty = clerk.post(f"/ends/{own}", data={"reason": "", "event_date": ""})
    assert empty.status_code == 400 and {'id="reason-error"', 'id="event_date-error"'} <= set(
        re.findall(r'id="[a-z_]+-error"', empty.text)
    )
    sent = {"reason": "DISMISSED", "event_date": "1/10/2568"}
    asked = clerk.post(f"/ends/{own}", data=sent)
    assert asked.status_code == 400 and "ยังไม่ได้แนบเอกสาร เหตุนี้ใช้" in asked.text
    done = clerk.post(f"/ends/{own}", data=sent | {"without_papers": "y"})
    assert done.status_code == 303
    registrar = desk.browser("registrar_a")
    assert "CR" not in registrar.get("/approvals/").text.partition("<main")[2].partition("</main>")[0]
    queue = registrar.get("/approvals/?menu=TERMINATION").text
    number = re.search(r"/approvals/(\d+)", queue)[1]
    page = registrar.get(f"/approvals/{number}?menu=TERMINATION")
    assert page.status_code == 200 and "ไม่มีสิทธิตั้งแต่ 1 ต.ค. 2568" in page.text
    assert "ไม่เริ่มเลย" not in page.text
    later = sa.update(Entitlement.__table__).where(Entitlement.__table__.c.id == right_of(nid(2)))
    with db.writer.begin() as connection:
        connection.execute(later.values(entitled_from=date(2025, 11, 1)))
    page = registrar.get(f"/approvals/{number}?menu=TERMINATION")
    assert "ไม่เริ่มเลย (เดิมจะเริ่ม 1 พ.ย. 2568)" in page.text
    assert "ยังไม่มีเอกสารที่พิสูจน์เหตุการณ์นี้" in page.text


def test_the_form_of_a_change_says_that_a_first_day_follows_what_is_put_right(desk):
    clerk = desk.browser("clerk_a")
    words = "วันเกิดสิทธิที่ไม่ได้แก้ จะเปลี่ยนตามวันเกิดหรือวันสมรสที่แก้ให้ถูกต้อง"
    assert words in clerk.get(f"/edits/{right_of(nid(2))}").text
    own = clerk.get(f"/edits/{right_of(nid(1))}").text  # an own right begins with the service
    assert words not in own and "สิทธิของครอบครัวจะเปลี่ยนตามวันเริ่มรับราชการ" in own


@pytest.mark.parametrize("whose", [1, 2])
def test_a_second_change_says_that_the_first_one_waits_and_leads_to_it(desk, whose):
    clerk, right = desk.browser("clerk_a"), right_of(nid(whose))
    page = clerk.get(f"/edits/{right}").text
    kept = dict(re.findall(r'<input type="hidden" name="(seen_right|members-0-[a-z_]+)" value="([^"]*)"', page))
    asked = kept | {"members-0-title_th": "ดร.", "members-0-sex": "F" if whose == 2 else "M", "text": "แก้คำนำหน้า"}
    asked |= {"members-0-first_name_th": "สมชัย", "members-0-last_name_th": "ใจดี", "members-0-birth_date": "7/10/2516"}
    if whose == 1:
        asked |= {"members-0-personnel_type": "MUNICIPAL_OFFICER", "members-0-service_start_date": "1/1/2558"}
    else:
        asked |= {"members-0-entitled_from": "01/01/2558", "members-0-to_follow": "FACTS"}
    first = clerk.post(f"/edits/{right}", data=asked)
    assert first.status_code == 303
    again = clerk.post(f"/edits/{right}", data=asked | {"members-0-title_th": "ผศ."})
    main = again.text.partition("<main")[2]
    assert again.status_code == 400 and 'class="error-summary' in main and "รออนุมัติอยู่แล้ว" in main
    with reading(NATION) as session:
        number = session.query(ChangeRequest).filter_by(target_entitlement_id=right).one().submission_no
    assert f'href="/family-forms/{number}"' in main and clerk.get(f"/family-forms/{number}").status_code == 200


def test_a_faulty_move_says_each_thing_once(desk):
    page = desk.browser("clerk_a").post(f"/edits/{right_of(nid(1))}/pension", data={"without_papers": "y"}).text
    summary = page.partition('class="error-summary"')[2].partition("</ul>")[0]
    lines = [re.sub(r"<[^>]+>", "", line).strip() for line in re.findall(r"<li>(.*?)</li>", summary, re.S)]
    assert lines and len(lines) == len(set(lines)), lines
    assert page.count("โปรดระบุข้อมูลในช่องนี้") == 2, lines  # on top and at the box


def test_the_screens_of_ends_and_changes_are_the_own_agencys_clerks_alone(desk):
    own = right_of(nid(1))
    for address in (
        f"/ends/{own}",
        f"/edits/{own}",
        f"/edits/{own}/pension",
        f"/edits/{own}/return",
        f"/ends/{own}/take-back",
    ):
        assert desk.browser("clerk_b").get(address).status_code == 404
        assert desk.browser("auditor").get(address).status_code == 403
        assert desk.anonymous().get(address).status_code == 302


def test_the_new_agency_takes_over_whom_it_finds_and_the_old_one_hears_of_it(desk):
    clerk, old = desk.browser("clerk_b"), desk.browser("clerk_a")
    assert (
        clerk.post("/transfers/choose", data={"entitlement_id": right_of(nid(1))}).status_code == 404
    )  # not found before
    page = clerk.post("/transfers/", data={"q": nid(1)})
    assert page.status_code == 200 and page.text.count(nid(1)) == 1  # in the box alone
    assert clerk.post("/transfers/choose", data={"entitlement_id": right_of(nid(1))}).status_code == 303
    spouse = right_of(nid(2))
    form = clerk.get("/transfers/form").text
    assert 'name="evidence-0-file"' in form and "&lt;" not in form.partition("<main")[2].partition("</main>")[0]
    row = f"officials-{right_of(nid(1))}-"
    sent = {
        f"{row}service_start_date": "1/10/2568", f"{row}personnel_type": PersonnelType.TAO_OFFICER.value,
        f"{row}along": str(spouse),
    }  # fmt: skip
    assert "ยังไม่ได้แนบเอกสาร" in clerk.post("/transfers/form", data=sent).text
    sent["without_papers"] = "y"
    left = clerk.post("/transfers/form", data=sent | {f"{row}along": ""})  # no reason told
    assert left.status_code == 400 and f'id="{row}why-{spouse}-error"' in left.text
    done = clerk.post("/transfers/form", data=sent)
    assert done.status_code == 303, done.text[done.text.find("error-summary") :][:900]
    with reading(NATION) as session:
        (notice,) = session.query(TransferNotice)
    assert notice.agency_id == desk.agencies[TOWN]
    assert "ทักท้วง" in old.get("/transfer-notices/").text
    assert clerk.post(f"/transfer-notices/{notice.request_id}/objection", data={"reason": "ไม่จริง"}).status_code == 404
    assert (
        old.post(f"/transfer-notices/{notice.request_id}/objection", data={"reason": "ยังไม่ส่งมอบงาน"}).status_code == 303
    )
    assert desk.browser("auditor").get("/transfers/").status_code == 403


def test_who_approves_a_transfer_sees_the_objection_and_who_stays_behind_before_it_is_confirmed(desk):
    """In the queue and in the summary, not only on the opened request."""
    desk.portal.account("registrar_b", "registrar", TAO)
    registrar = desk.portal.browser()
    registrar.log_in("registrar_b")
    own, spouse = right_of(nid(1)), right_of(nid(2))
    form = TransferForm(own, date(2026, 10, 1), PersonnelType.TAO_OFFICER, left_behind={spouse: "หย่าแล้ว"})
    (done,) = transfers.take_over([form], actor=actor(desk.portal, "clerk_b", "personnel_clerk", TAO), submit=True)
    (number,) = done.request_ids
    old = desk.browser("clerk_a")
    assert old.post(f"/transfer-notices/{number}/objection", data={"reason": "ยังไม่ส่งมอบงาน"}).status_code == 303
    assert "หน่วยงานเดิมทักท้วง" in registrar.get("/approvals/?menu=TRANSFER").text
    with reading(NATION) as session:
        version = session.get_one(ChangeRequest, number).version
    asked = {"request_id": str(number), f"version-{number}": str(version), "decision": "approve"}
    summary = registrar.post("/approvals/summary?menu=TRANSFER", data=asked).text
    assert "ยังไม่ส่งมอบงาน" in summary and "หย่าแล้ว" in summary and "สิทธิผ่านผู้นี้สิ้นสุดเมื่อย้าย" in summary


def test_an_agency_notes_what_another_ones_request_did_here(desk):
    with transaction(robot("test")) as session:
        right = session.scalars(sa.select(Entitlement).order_by(Entitlement.id)).first()
        told = AgencyNotice(
            agency_id=right.agency_id, kind=NoticeKind.DEATH, person_id=right.person_id, request_id=right.request_id,
            from_agency_id=next(key for key in desk.agencies.values() if key != right.agency_id), told_at=real_now(),
        )  # fmt: skip
        session.add(told)
        session.flush()
        address = f"/transfer-notices/told/{told.id}"
    clerk, other = desk.browser("clerk_a"), desk.browser("clerk_b")
    page = clerk.get("/transfer-notices/").text
    assert "แจ้งว่าเสียชีวิต" in page and address in page and address not in other.get("/transfer-notices/").text
    assert (other.post(address).status_code, desk.browser("auditor").post(address).status_code) == (404, 403)
    assert desk.anonymous().post(address).status_code == 302
    assert clerk.post(address).status_code == clerk.post(address).status_code == 303
    assert address not in clerk.get("/transfer-notices/").text


def test_a_transfer_that_came_back_is_sent_anew_under_its_number(desk):
    clerk = desk.browser("clerk_b")
    form = TransferForm(right_of(nid(1)), date(2026, 10, 1), PersonnelType.TAO_OFFICER)
    (done,) = transfers.take_over([form], actor=actor(desk.portal, "clerk_b", "personnel_clerk", TAO), submit=False)
    assert done.submission_no not in clerk.get("/transfers/").text
    assert clerk.get(f"/transfers/again/{done.submission_no}").status_code == 303
    assert done.submission_no in clerk.get("/transfers/form").text
    assert clerk.get("/transfers/again/SB-1").status_code == 404


def test_whom_another_first_day_of_service_takes_along_is_told_to_the_clerk_and_the_registrar(desk):
    register.right(
        nid(3), agency_id=desk.agencies[TOWN], through=nid(1), relation=Relation.MOTHER, entitled_from=date(2016, 3, 1)
    )
    own, person = right_of(nid(1)), Person.__table__
    with db.writer.begin() as connection:
        for number, born, sex in ((1, date(1980, 1, 1), "M"), (2, date(1982, 1, 1), "F"), (3, date(1955, 1, 1), "F")):
            mended = sa.update(person).where(person.c.national_id == nid(number))
            connection.execute(mended.values(birth_date=born, sex=sex))
    clerk, registrar = desk.browser("clerk_a"), desk.browser("registrar_a")
    page = clerk.get(f"/edits/{own}").text
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    sent = {name: value for name, value in fields.items() if name.startswith(("members-0-", "seen_"))}
    sent |= {"members-0-sex": "M", "members-0-personnel_type": "MUNICIPAL_OFFICER"}
    told = {"1/6/2559": ["1 มิ.ย. 2559"] * 2, "1/2/2557": ["1 ก.พ. 2557"]}  # the mother's day was her own
    for day, days in told.items():
        done = clerk.post(f"/edits/{own}", data=sent | {"members-0-service_start_date": day})
        assert done.status_code == 303, done.text[done.text.find("error-summary") :][:900]
        said = re.search(r"สิทธิของครอบครัวจะเริ่มวันอื่นตามไปด้วย: ([^<]+)<", clerk.get(done.headers["Location"]).text)[1]
        assert re.findall(r"\(([^)]+)\)", said) == days
        ((asked,),) = rows("SELECT max(id) FROM change_request WHERE type = 'CERTIFY_EDIT'")
        review = registrar.get(f"/approvals/{asked}").text
        assert f"สิทธิของครอบครัว {len(days)} คนจะเริ่มวันอื่นตามไปด้วย:" in review and f"เป็น {days[0]}" in review
        change_requests.cancel([asked], actor=actor(desk.portal, "clerk_a", "personnel_clerk", TOWN))
