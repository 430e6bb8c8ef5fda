"""What a form of a refund writes when it comes twice, as after an answer that was lost."""

import re

import sqlalchemy as sa

from app.models.database import db
from tests.views.offices import TOWN, Portal, rows
from tests.views.test_refunds import claim as claim
from tests.views.test_refunds import counter as counter
from tests.views.test_refunds import form, recorded


def test_the_form_of_a_new_refund_that_is_sent_twice_writes_one(claim, portal: Portal):
    clerk = portal.officer("finance_clerk", TOWN)
    address = f"/refund-forms/for/{claim[0]}"
    shown = {"seen_room": re.search(r'name="seen_room" value="(\d+)"', clerk.get(address).text)[1]}
    assert clerk.post(address, form(amount="100") | shown).status_code == 303
    again = clerk.post(address, form(amount="100") | shown)
    assert again.status_code == 409 and "เปลี่ยนไปตั้งแต่ท่านเปิดแบบ" in again.text and "800.00" in again.text
    meant = re.search(r'name="seen_room" value="(\d+)"', again.text)[1]
    assert rows("SELECT amount FROM refund_request") == [(100_00,)]
    assert clerk.post(address, form(amount="100") | {"seen_room": meant}).status_code == 303
    assert rows("SELECT amount FROM refund_request") == [(100_00,), (100_00,)]


def test_what_the_refusal_says_may_come_back_is_what_its_page_sends_next(claim, portal: Portal):
    clerk = portal.officer("finance_clerk", TOWN)
    address = f"/refund-forms/for/{claim[0]}"
    typed = form(amount="100")
    clerk.post(address, typed)
    changes = ["UPDATE refund_request SET amount = 20000"]

    def meanwhile(
        _connection, _cursor, statement, *_more
    ):  # the page has read what may come back, and nothing is written yet
        if "FROM fund_account" in statement and changes:
            with db.writer.begin() as connection:
                connection.execute(sa.text(changes.pop()))

    sa.event.listen(db.engine, "after_cursor_execute", meanwhile)
    try:
        late = clerk.post(address, typed | {"seen_room": "80000"})
    finally:
        sa.event.remove(db.engine, "after_cursor_execute", meanwhile)
    assert late.status_code == 409 and "700.00" in late.text and 'name="seen_room" value="70000"' in late.text


def test_a_form_that_a_colleague_was_quicker_with_shows_what_changed_and_loses_no_word(claim, portal: Portal):
    clerk = portal.officer("finance_clerk", TOWN)
    refund_id = recorded(clerk, claim, amount="100")
    address, mine = f"/refund-forms/{refund_id}", form(amount="300", words="ของฉัน") | {"version": "1"}
    assert clerk.post(address, form(amount="200", words="ของเพื่อน") | {"version": "1"}).status_code == 303
    late = clerk.post(address, mine)
    assert late.status_code == 409 and "ของเพื่อน" in late.text and "200.00" in late.text
    assert 'value="300"' in late.text and "ของฉัน</textarea>" in late.text
    version = re.search(r'name="version"[^>]* value="(\d+)"', late.text)[1]
    assert clerk.post(address, mine | {"version": version}).status_code == 303
    assert rows("SELECT amount, words FROM refund_request") == [(300_00, "ของฉัน")]
    clerk.post(f"/refund-deeds/{refund_id}/cancel", {"version": str(int(version) + 1), "confirmed": "yes"})
    over = clerk.post(address, mine | {"version": version})
    assert over.status_code == 409 and "data-left-words" in over.text and "ของฉัน" in over.text
    assert f"/refunds/show/{refund_id}" in over.text and clerk.get(address).status_code == 303
