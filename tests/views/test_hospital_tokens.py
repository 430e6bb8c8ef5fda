"""A hospital's token: how long it lives, what it opens, and its successor that goes on beside it for a week."""

from datetime import timedelta

import pytest

from app.domain.clock import real_now
from app.domain.errors import BadInput, WrongState
from app.domain.roles import TokenScope
from app.services import tokens
from tests.views.offices import ADMINISTRATOR, rows, write


def ask(portal, word: str, path: str = "/api/v1/rights/lookup", **body):
    client = portal.app.test_client()
    return client.post(path, json=body or {"national_id": "1990100000011"}, headers={"Authorization": f"Bearer {word}"})


def secret_of(page: str) -> str:
    return "lgo_" + page.partition("lgo_")[2][:43]


def test_a_renewed_token_goes_on_for_a_week_beside_its_successor_and_is_renewed_once(portal):
    owner = portal.officer("nhso_admin", None)
    old = secret_of(
        owner.post("/tokens/add", {"name": "รพ.ก", "hospital_code": "11111", "scope": "RIGHTS", "days": "90"}).text
    )
    ((id_, made, ends),) = rows("SELECT id, created_at, expires_at FROM api_token")
    asked = owner.post("/tokens/action_post", {"action": "rotate", "rowid": str(id_)}).text
    assert "อีกหนึ่งสัปดาห์" in asked and rows("SELECT count(*) FROM api_token") == [(1,)]
    new = secret_of(owner.post("/tokens/action_post", {"action": "rotate", "rowid": str(id_), "confirmed": "yes"}).text)
    assert new != old and ask(portal, old).status_code == ask(portal, new).status_code != 401
    with portal.app.app_context(), pytest.raises(WrongState):
        tokens.rotate_token(id_, actor=ADMINISTRATOR)
    in_a_week = (real_now() + timedelta(days=7, minutes=1)).replace(tzinfo=None).isoformat(sep=" ")
    assert rows("SELECT id FROM api_token WHERE expires_at > :then", then=in_a_week) == [(id_ + 1,)]
    assert (
        "ใช้ไม่ได้แล้วหรือออกรหัสใหม่ไปแล้ว"
        in owner.post(
            "/tokens/action_post", {"action": "rotate", "rowid": str(id_), "confirmed": "yes"}, follow_redirects=True
        ).text
    )
    write("UPDATE api_token SET expires_at = created_at WHERE id = :id", id=id_)
    assert ask(portal, old).status_code == 401 and ask(portal, new).status_code != 401
    assert new not in repr(rows("SELECT * FROM audit_event")) + repr(rows("SELECT * FROM api_token"))


def test_a_token_of_the_law_alone_asks_for_nobody(portal):
    with portal.app.app_context():
        word = tokens.create_token("ผู้พัฒนา", "11111", scope=TokenScope.LAW, actor=ADMINISTRATOR)
        everything = tokens.create_token("รพ.ข", "11111", actor=ADMINISTRATOR)
        with pytest.raises(BadInput):
            tokens.create_token("รพ.ค", "11111", days=3650, actor=ADMINISTRATOR)
    assert ask(portal, word).status_code == 403 and ask(portal, everything).status_code != 403
    assert ask(portal, word, "/api/v1/law/what-if", nonsense=True).status_code not in (401, 403)
