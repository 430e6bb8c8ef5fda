"""Search everywhere: a number, a name or an ID leads to one place in reach, under an address that names nobody."""

from datetime import date

import pytest

from app.domain.people import Relation
from app.models.database import db
from app.services import change_requests
from tests.services.carried_families import approve, run_next_round
from tests.services.conftest import family, nid, official, relative
from tests.views.family_desk import actor, logged_in
from tests.views.offices import TAO, rows


@pytest.fixture
def clerk(portal):
    return actor(portal, "clerk1", "personnel_clerk")


@pytest.fixture
def browser(portal, clerk):
    return logged_in(portal, "clerk1")


@pytest.fixture
def registrar(portal):
    return actor(portal, "registrar1", "registrar")


def number_of(national_id):
    query = "SELECT request_no, submission_no, r.id FROM change_request r JOIN proposal p ON p.request_id = r.id"
    return rows(f"{query} WHERE p.national_id = :id", id=national_id)[0]


def look(browser, words):
    return browser.post("/search/", {"words": words})


@pytest.fixture
def waiting(clerk):
    """A family that waits for the registrar."""
    change_requests.record(
        family(official(nid(1)), relative(Relation.MOTHER, nid(2), birth_date=date(1955, 1, 2))),
        actor=clerk,
        submit=True,
    )
    return number_of(nid(1))


@pytest.fixture
def in_force(waiting, registrar):
    approve([id for (id,) in rows("SELECT id FROM change_request ORDER BY id")], registrar)
    run_next_round()
    return waiting


@pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}"])
def test_a_clerk_comes_from_a_number_to_its_form(browser, waiting, typed):
    for number in waiting[:2]:
        answer = look(browser, typed.format(number, lower=number.lower()))
        assert answer.status_code == 303
        form = waiting[1] if number == waiting[1] else f"{waiting[1]}.{waiting[2]}"
        assert answer.location == f"/family-forms/{form}"


def test_a_registrar_comes_from_a_number_to_what_he_decides(portal, registrar, waiting):
    answer = look(logged_in(portal, "registrar1"), waiting[0])
    assert answer.location == f"/approvals/{waiting[2]}"


def test_an_id_leads_to_the_family_and_stands_in_no_address(browser, in_force):
    for number in (nid(1), nid(2)):
        answer = look(browser, number)
        assert answer.status_code == 303 and answer.location.startswith("/families/")
        assert number not in answer.location
        assert "ตัวอย่าง" in browser.get(answer.location).text


def test_an_id_typed_in_thai_digits_and_dashes_is_the_same(browser, in_force):
    thai = nid(1).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    typed = f"{thai[0]}-{thai[1:5]}-{thai[5:10]}-{thai[10:12]}-{thai[12]}"
    assert look(browser, typed).location.startswith("/families/")


def test_a_name_leads_to_a_list(browser, in_force):
    name = rows("SELECT first_name_th FROM person WHERE national_id = :id", id=nid(2))[0][0]
    answer = look(browser, name)
    assert answer.location.startswith("/register/")
    assert name in browser.get(answer.location).text


@pytest.mark.parametrize(
    ("typed", "status"),
    [("1990100000000", 400), ("123", 400), ("", 400), ("ก", 400), ("CR2570-99999999-1", 404), ("x\0y", 400)],
)
def test_what_cannot_be_read_or_found_is_said_in_words(browser, typed, status):
    answer = look(browser, typed)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text or "\0" in typed


def test_an_unknown_id_ends_in_an_empty_list(browser):
    answer = look(browser, nid(77))
    assert answer.location.startswith("/register/")
    assert nid(77) not in browser.get(answer.location).text


def test_a_neighbour_finds_nothing(portal, in_force):
    actor(portal, "clerk_b", "personnel_clerk", TAO)
    neighbour = logged_in(portal, "clerk_b")
    assert look(neighbour, in_force[0]).status_code == 404
    found = look(neighbour, nid(1))
    assert found.location.startswith("/register/")
    assert "ตัวอย่าง ทดสอบ" not in neighbour.get(found.location).text


@pytest.mark.parametrize("role", ["finance_clerk", "provincial_officer"])
def test_a_role_without_the_register_is_refused(portal, in_force, role):
    browser = portal.officer(role)
    assert look(browser, in_force[0]).status_code == 403
    assert 'id="search-everywhere"' not in browser.get("/").text


def test_a_visitor_is_sent_to_log_in(portal, in_force):
    answer = look(portal.browser(), in_force[0])
    assert answer.status_code == 302 and "/login/" in answer.location


def test_looking_an_id_up_is_written_down(browser, in_force):
    before = rows_of_reads()
    look(browser, nid(1))
    assert rows_of_reads() > before


def rows_of_reads():
    with db.reads.connect() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM read_access").scalar()


@pytest.mark.parametrize(
    "typed", [nid(1), "-".join(nid(1)), nid(1).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))]
)
def test_an_id_that_was_typed_into_the_search_of_a_list_leaves_the_address(browser, typed):
    answer = browser.get("/rounds/", query_string={"name": typed, "page": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rounds/?page=1")
    assert "ต้องไม่อยู่ในที่อยู่ของหน้าเว็บ" in browser.get("/rounds/?page=1").text
    assert (
        browser.get("/rounds/", query_string={"name": "1234567890123"}).status_code == 200
    )  # no ID has this check digit
