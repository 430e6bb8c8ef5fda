"""The law as a service and as pages: a family in the body, a real one in reach, and who is refused."""

import json

import pytest
import sqlalchemy as sa
from jsonschema import Draft202012Validator

from app.domain.people import Relation
from app.models import Entitlement, Person
from app.models.database import db
from app.views import openapi_law
from tests.services.conftest import nid
from tests.services.rights_register import TODAY, agency, days, person, reads, right
from tests.views.approval_desk import text_of
from tests.views.rights_portal import csrf, logged_in, officer, portal, token

EXPLAIN, WHAT_IF = "/api/v1/law/explain", "/api/v1/law/what-if"
FAMILY = openapi_law._FAMILY
SOMCHAI, SUDA, STRANGER = nid(301), nid(302), nid(303)


@pytest.fixture
def app(sqlite_database, tmp_path):
    return portal(sqlite_database, tmp_path / "instance")


@pytest.fixture
def ask(app):
    word, client = token(), app.test_client()

    def ask(path, body, *, word=word):
        headers = {"Authorization": f"Bearer {word}"} if word else {}
        data = body if isinstance(body, str) else json.dumps(body)
        return client.post(path, data=data, content_type="application/json", headers=headers)

    return ask


def stored():
    with db.engine.connect() as connection:
        tables = ("person", "entitlement", "change_request", "audit_event")
        return [connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar() for table in tables]


def test_a_family_in_the_body_is_explained_and_tried_as_described_and_nothing_is_stored(app, ask):
    before, document = stored(), app.test_client().get("/api/v1/openapi.json").json
    for path, body in (
        (EXPLAIN, FAMILY),
        (WHAT_IF, FAMILY | {"changes": [{"key": "wife", "event": "BECOMES_OFFICIAL", "on": "2026-12-01"}]}),
    ):
        answer = ask(path, body)
        assert answer.status_code == 200, answer.json
        operation = document["paths"][path.removeprefix("/api/v1")]["post"]
        asked = operation["requestBody"]["content"]["application/json"]["schema"]
        told = operation["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator(document | asked).validate(body)
        Draft202012Validator(document | told).validate(answer.json)
    wife = {one["key"]: one for one in answer.json["people"]}["wife"]
    assert wife["changed"] and wife["before"]["state"] == "ACTIVE" and wife["after"]["state"] == "STANDBY"
    assert [one["scheme"] for one in wife["after"]["order"]] == ["CSMBS"]
    assert wife["after"]["not_used"][0]["rule"]
    clause = wife["before"]["clauses"][0]
    assert clause["citation"] and clause["says"] != clause["says_th"]
    assert stored() == before and not reads()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"on": None}, "REQUIRED"),
        ({"on": "1/1/2570"}, "INVALID_ISO_DATE"),
        ({"principal": {"personnel_type": "KING", "active": [{"from": "2010-10-01"}]}}, "UNKNOWN_CODE"),
        ({"principal": {"personnel_type": "TAO_OFFICER", "active": [{"from": "2010-10-01", "until": "2010-10-01"}]}},
         "PERIOD_EMPTY"),
        ({"principal": {"personnel_type": "TAO_OFFICER", "birth_date": "2010-10-01", "active": [{"from": "2010-10-01"}]}},
         "DATE_BEFORE_BIRTH"),
        ({"relatives": [{"key": "x", "relation": "SELF"}]}, "UNKNOWN_CODE"),
        ({"relatives": [{"relation": "MOTHER"}]}, "REQUIRED"),
        ({"relatives": ["x"]}, "NOT_AN_OBJECT"),
        ({"relatives": [{"key": "own", "relation": "MOTHER"}]}, "REPEATED_KEY"),
        ({"relatives": "x"}, "NOT_A_LIST"),
        ({"relatives": [{"key": str(n), "relation": "CHILD"} for n in range(21)]}, "TOO_MANY_ENTRIES"),
        ({"national_id": "1"}, "UNKNOWN_KEY"),
        ({"principal": {"personnel_type": "TAO_OFFICER", "active": [{"from": "2010-10-01"}],
                        "elections": [{"scheme": "SSO", "declared_on": "2026-10-01", "year": 2570}]}}, "UNKNOWN_KEY"),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_read_names_its_fault(ask, change, code):
    answer = ask(EXPLAIN, FAMILY | change)
    assert (answer.status_code, answer.json["code"]) == (400, code)


@pytest.mark.parametrize(
    ("key", "event", "code"),
    [
        ("wife", "MARRIES", "NOT_OF_RELATION"),
        ("own", "DIVORCES", "NOT_OF_RELATION"),
        ("x", "DIES", "UNKNOWN_PERSON"),
        ("child", "INCOMPETENCE_LIFTED", "NO_ORDER_TO_LIFT"),
    ],
)
def test_what_cannot_happen_to_the_one_who_is_named_is_refused(ask, key, event, code):
    answer = ask(WHAT_IF, FAMILY | {"changes": [{"key": key, "event": event, "on": "2026-12-01"}]})
    assert (answer.status_code, answer.json["code"]) == (400, code) and "{" not in answer.json["message"]


def test_a_key_that_stands_twice_at_any_depth_is_refused_and_a_fault_inside_names_its_list(ask):
    body = json.dumps(FAMILY | {"changes": []})
    for once, twice in (
        ('"on": "2026-12-01"', '"on": "2020-01-01", "on": "2026-12-01"'),
        ('"marriage_date": "2005-01-01"', '"marriage_date": "2015-01-01", "marriage_date": "2005-01-01"'),
    ):
        sent = body.replace(once, twice)
        answer = ask(WHAT_IF, sent)
        assert sent != body and (answer.status_code, answer.json["code"]) == (400, "REPEATED_KEY")
    inside = ask(WHAT_IF, FAMILY | {"changes": ["x"]}).json
    assert (inside["code"], inside["field"]) == ("NOT_AN_OBJECT", "changes")


def test_an_order_that_nobody_told_of_cannot_be_lifted_on_the_page_either(app):
    browser = logged_in(app, officer("personnel_clerk"))
    typed = {"csrf_token": csrf(browser, "/what-if/"), "since-own": "1/10/2553", "sex-own": "M", "on": "23/11/2569"}
    child = {"relation": "CHILD", "sex": "F", "born": "1/5/2549", "married": "1/1/2548", "event": "INCOMPETENCE_LIFTED"}
    typed |= {f"{name}-1": value for name, value in child.items()}
    refused = browser.post("/what-if/", data=typed)
    assert refused.status_code == 400 and "ไม่มีคำสั่งศาล" in refused.text
    ordered = {"told-1-incompetent_from": "1/6/2560", "told-1-in_care": "1"}
    assert browser.post("/what-if/", data=typed | ordered).status_code == 200


def test_without_token_nobody_is_answered(app, ask):
    assert ask(EXPLAIN, FAMILY, word="").status_code == ask(EXPLAIN, FAMILY, word="wrong").status_code == 401
    sent = {"data": json.dumps(FAMILY), "content_type": "application/json"}
    assert logged_in(app, officer("personnel_clerk")).post(EXPLAIN, **sent).status_code == 401


def test_a_clerk_reads_why_and_tries_the_family_without_saving(app):
    right(SOMCHAI, entitled_from=days(-4000))
    right(SUDA, through=SOMCHAI, relation=Relation.CHILD, entitled_from=days(-300), entitled_until=days(20),
          termination_reason="AGE_OF_MAJORITY")  # fmt: skip
    with db.writer.begin() as connection:
        table = Person.__table__
        connection.execute(sa.update(table).where(table.c.national_id == SUDA).values(birth_date=days(-4000)))
    browser = logged_in(app, officer("personnel_clerk"))
    page = browser.get(f"/why/{person(SUDA)}")
    assert page.status_code == 200 and "✓ มีสิทธิ" in page.text and "แนวทางทะเบียนบุคลากร อปท." in page.text
    assert [(row.purpose, row.object_id) for row in reads()] == [("EXPLAIN", str(person(SUDA)))]
    ended = days(20)
    after = browser.get(f"/why/{person(SUDA)}?on={ended.day}/{ended.month}/{ended.year + 543}")
    assert "✗ ไม่มีสิทธิ" in after.text and "ป.พ.พ. มาตรา 16 และ 19" in after.text
    assert browser.get(f"/why/{person(SUDA)}?on=31/2/2569").status_code == 400
    address, before = f"/what-if/{person(SOMCHAI)}", stored()
    word = csrf(browser, address)
    sent = {
        "csrf_token": word,
        f"event-{person(SOMCHAI)}": "LEAVES_SERVICE",
        "on": f"{TODAY.day}/{TODAY.month}/{TODAY.year + 543}",
    }
    tried = browser.post(address, data=sent)
    assert tried.status_code == 200 and "หากเกิดเหตุ" in tried.text and "หมดสิทธิ" in tried.text
    assert stored() == before
    made_up = {"csrf_token": word, "since-own": "1/10/2553", "sex-own": "M", "relation-1": "CHILD", "sex-1": "F",
               "born-1": "1/5/2557", "married-1": "1/1/2548"}  # fmt: skip
    assert "บุตร 1" in text_of(browser.post("/what-if/", data=made_up).text)
    assert browser.post("/what-if/", data=made_up | {"born-1": "x"}).status_code == 400
    for number, born in enumerate(("1/6/2550", "1/2/2552", "1/1/2556", "1/1/2556"), start=1):  # twins in third place
        row = {"relation": "CHILD", "sex": "F", "born": born, "married": "1/1/2548"}
        made_up |= {f"{name}-{number}": value for name, value in row.items()}
    told = {"on": "23/11/2569", "told-3-seq_in_delivery": "1", "told-4-seq_in_delivery": "2"}
    for given, refused in ((told, False), ({"on": "23/11/2569"}, True)):  # two children of one day may have two mothers
        tried = text_of(browser.post("/what-if/", data=made_up | given).text)
        assert ("เฉพาะบุตรชอบด้วยกฎหมายสามคนแรกเรียงตามลำดับการเกิดจึงมีสิทธิ" in tried) is refused and "บุตร 4" in tried


def test_the_page_tries_what_the_law_asks_beside_birth_and_marriage(app):
    browser = logged_in(app, officer("personnel_clerk"))
    typed = {"csrf_token": csrf(browser, "/what-if/"), "since-own": "1/10/2553", "sex-own": "M", "on": "23/11/2569"}

    def tried(**row: str) -> str:
        row = {"relation": "CHILD", "sex": "F", "born": "1/5/2557"} | row
        beside = ("relation", "sex", "born", "married")
        row = {f"{name}-1" if name in beside else f"told-1-{name}": value for name, value in row.items()}
        return browser.post("/what-if/", data=typed | row).text

    wife = {"relation": "SPOUSE", "born": "1/5/2530", "married": "1/1/2553", "marriage_paper": "NIKAH_CERT_TH"}
    for row, says in (
        ({}, "ไม่มีสิทธิ"),
        ({"paternity_registered_date": "1/6/2560"}, "1 มิ.ย. 2560 –"),
        ({"court_final_date": "2/6/2560"}, "2 มิ.ย. 2560 –"),
        ({"married": "1/1/2550", "is_adopted": "1"}, "ไม่มีสิทธิ"),
        ({"married": "1/1/2550", "adopted_out_date": "1/6/2560"}, "ไม่มีสิทธิ"),
        (
            {"born": "1/5/2548", "married": "1/1/2547", "incompetent_from": "1/6/2560", "in_care": "1"},
            "ยังไม่มีกำหนดหมดสิทธิ",
        ),
        (wife | {"is_muslim": "1", "home_province_code": "94"}, "ใบนิกะห์"),
        (wife | {"is_muslim": "1", "home_province_code": "54"}, "ไม่มีสิทธิ"),
    ):
        assert says in tried(**row), (row, text_of(tried(**row))[-900:])
    faulty = tried(incompetent_from="31/2/2560", seq_in_delivery="x")
    assert 'id="told-1-incompetent_from-error"' in faulty and 'id="told-1-seq_in_delivery-error"' in faulty


def test_who_moved_away_has_a_right_at_the_other_agency_and_both_pages_say_so(app):
    new = agency("06900101", "อบต.ปลายทาง")
    right(SOMCHAI, entitled_from=days(-400), entitled_until=days(-30), termination_reason="TRANSFERRED_LGO")
    later = right(SOMCHAI, agency_id=new, entitled_from=days(-30))
    browser = logged_in(app, officer("personnel_clerk"))
    text = text_of(browser.get(f"/why/{person(SOMCHAI)}").text)
    assert "✓ มีสิทธิ ที่หน่วยงานอื่น" in text and "สิทธิอยู่ที่ อบต.ปลายทาง" in text and "✗" not in text
    assert {(row.purpose, row.answer) for row in reads()} == {("EXPLAIN", None), ("RIGHTS_LOOKUP", "ENTITLED")}
    past = days(-60)
    text = text_of(browser.get(f"/why/{person(SOMCHAI)}?on={past.day}/{past.month}/{past.year + 543}").text)
    assert "✓ มีสิทธิ" in text and "✓ มีสิทธิ ที่หน่วยงานอื่น" not in text
    with db.writer.begin() as connection:
        table = Entitlement.__table__
        connection.execute(sa.update(table).where(table.c.id == later).values(entitled_until=days(-1)))
    text = text_of(browser.get(f"/why/{person(SOMCHAI)}").text)
    assert "✗ ไม่มีสิทธิ" in text and "อบต.ปลายทาง" not in text


def test_a_family_that_cannot_be_is_refused_in_explain_and_what_if(ask):
    mother = {"key": "m", "relation": "MOTHER", "sex": "M", "birth_date": "1950-01-01"}
    child = {"key": "c", "relation": "CHILD", "birth_date": "1985-01-01"}
    wife = {"key": "w", "relation": "SPOUSE", "sex": "F", "birth_date": "1984-01-01",
            "told": {"marriage_date": "2100-01-01", "marriage_paper": "MARRIAGE_CERT_TH"}}  # fmt: skip
    body = FAMILY | {"relatives": [mother, child, wife]}
    for path, key, more in ((EXPLAIN, None, {}), (WHAT_IF, "before", {"changes": []})):
        people = [one if key is None else one[key] for one in ask(path, body | more).json["people"]]
        codes = {one["key"]: (one["code"], one["entitled"]) for one in people}
        assert codes["m"] == ("SEX_NOT_OF_RELATION", False)
        assert codes["c"] == ("PARENT_TOO_YOUNG", False) and codes["w"] == ("EVENT_IN_FUTURE", False)
    ahead = ask(EXPLAIN, body | {"on": "2100-01-02"}).json["people"]
    assert {one["key"]: one["code"] for one in ahead}["w"] == "OK", "what lies behind the day that is asked about"


def test_a_service_before_the_birth_is_asked_back_and_a_birth_without_a_day_is_read(app):
    browser = logged_in(app, officer("personnel_clerk"))
    typed = {"csrf_token": csrf(browser, "/what-if/"), "since-own": "1/10/2553", "sex-own": "M"}
    answer = browser.post("/what-if/", data=typed | {"born-own": "1/10/2553"})
    assert answer.status_code == 400 and 'id="since-own-error"' in answer.text
    for born in ("00/05/2528", "2528"):
        row = {"born-own": born, "relation-1": "CHILD", "sex-1": "F", "born-1": "00/05/2557", "married-1": "1/1/2548"}
        assert browser.post("/what-if/", data=typed | row).status_code == 200, born


def test_a_row_of_the_page_without_a_known_relation_is_asked_back(app):
    browser = logged_in(app, officer("personnel_clerk"))
    typed = {"csrf_token": csrf(browser, "/what-if/"), "since-own": "1/10/2553", "sex-own": "M"}
    lone = (
        {"born-1": "1/5/2557"},
        {"event-1": "DIES"},
        {"told-1-incompetent_from": "1/5/2560"},
        {"told-1-is_adopted": "1"},
    )
    for row in ({"relation-1": "UNCLE"}, {"relation-1": "SELF"}, *lone):
        answer = browser.post("/what-if/", data=typed | row)
        assert answer.status_code == 400 and 'id="relation-1-error"' in answer.text, row
    assert browser.post("/what-if/", data=typed | {"relation-1": "", "sex-1": "F"}).status_code == 200


def test_what_says_nothing_of_the_relation_of_its_row_is_asked_back(app):
    browser = logged_in(app, officer("personnel_clerk"))
    typed = {"csrf_token": csrf(browser, "/what-if/"), "since-own": "1/10/2553", "sex-own": "M"}
    wife = {"relation-1": "SPOUSE", "sex-1": "F", "married-1": "1/1/2553"}
    mother = {"relation-1": "MOTHER", "sex-1": "F"}
    for row, name, value in (
        (wife, "told-1-seq_in_delivery", "1"), (wife, "told-1-in_care", "1"), (wife, "event-1", "ADOPTED_OUT"),
        (mother, "married-1", "1/1/2500"), (mother, "told-1-home_province_code", "94"), (mother, "when-1", "1/1/2570"),
    ):  # fmt: skip
        assert browser.post("/what-if/", data=typed | row).status_code == 200
        answer = browser.post("/what-if/", data=typed | row | {name: value})
        assert answer.status_code == 400 and f'id="{"event-1" if name == "when-1" else name}-error"' in answer.text, (
            name
        )
    assert (
        browser.post("/what-if/", data=typed | wife | {"event-1": "DIVORCES", "when-1": "1/1/2570"}).status_code == 200
    )


def test_a_neighbour_s_family_is_not_there(app):
    stranger = agency("06900101", "ที่อื่น")
    right(STRANGER, agency_id=stranger)
    browser = logged_in(app, officer("personnel_clerk"))
    assert browser.get(f"/why/{person(STRANGER)}").status_code == 404
    assert browser.get(f"/what-if/{person(STRANGER)}").status_code == 404
    assert app.test_client().get(f"/why/{person(STRANGER)}").status_code == 302
    assert logged_in(app, officer("finance_clerk")).get("/what-if/").status_code == 403
    with db.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(Entitlement.__table__)).scalar() == 1
