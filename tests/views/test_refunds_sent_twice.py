"""What a form of a refund writes when it comes twice, as after an answer that was lost."""

import re

from tests.views.offices import TOWN, Portal, rows
from tests.views.test_refunds import claim as claim
from tests.views.test_refunds import counter as counter
from tests.views.test_refunds import form


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
