"""Who asks for other agencies' people has one allowance on all pages; who works on his own people uses none of it."""

from tests.services.conftest import nid
from tests.services.rights_register import agency, right
from tests.views.rights_portal import csrf, logged_in, officer, portal

MINE, STRANGER, NOBODY = nid(201), nid(203), nid(204)
HINT, SEARCH, RIGHTS = "/family-forms/hints/person", "/transfers/", "/rights/"


def test_hints_searches_and_questions_share_what_one_officer_may_ask_of_strangers(sqlite_database, tmp_path):
    app = portal(sqlite_database, tmp_path / "instance", OFFICER_LOOKUP_LIMIT="4 per hour")
    right(MINE)
    right(STRANGER, agency_id=agency("06900101", "อบต.ตัวอย่าง"))
    clerk = logged_in(app, officer("personnel_clerk"))
    sign = {"csrf_token": csrf(clerk, SEARCH)}

    def hint(number: str) -> int:
        return clerk.post(HINT, data=sign | {"national_id": number}).status_code

    def search(typed: str) -> int:
        return clerk.post(SEARCH, data=sign | {"q": typed}).status_code

    assert [hint(number) for number in (MINE, NOBODY, "1") * 3] == [200] * 9, "nothing of strangers is told"
    assert [search("สมชาย") for _ in range(5)] == [400] * 5, "no search is made for less than a full name"
    assert (hint(STRANGER), search(STRANGER), search(NOBODY)) == (200, 200, 200)
    assert clerk.post(RIGHTS, data=sign | {"national_id": MINE}).status_code == 200, "there each question counts"
    assert (hint(STRANGER), search(STRANGER)) == (429, 429)
    assert [hint(number) for number in (MINE, NOBODY, "1")] == [200, 429, 200], "nor that nobody knows a number"
    assert clerk.post(RIGHTS, data=sign | {"national_id": MINE}).status_code == 429
    assert clerk.get(SEARCH).status_code == 200
    for going_on in ("leave-out", "choose"):
        assert clerk.post(f"/transfers/{going_on}", data=sign | {"entitlement_id": "999"}).status_code in (303, 404)
