"""What the program at the desk makes of the portal's answers while a card is in."""

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from card_bridge import source
from card_bridge.client import Client
from card_bridge.desk import FAREWELL_EVERY, FAREWELL_FOR, PRESENCE_EVERY, UNHEARD_AGAIN, Desk, Session
from card_bridge.keys import Setup
from card_bridge.messages import Ed25519PrivateKey
from tests.card_bridge.test_real_card import inserted
from virtual_card.card import VirtualCard, made_up_id


@pytest.fixture
def answering(tmp_path, monkeypatch):
    """A portal that answers everything with one status; the desk that asks it has a card in."""
    monkeypatch.setenv("LGO_CARD_BRIDGE", str(tmp_path))
    status = [429]

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status[0])
            self.end_headers()

        def log_message(self, *_args):
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"
    setup = Setup(origin, Ed25519PrivateKey.generate(), development=True)
    yield status, Desk(setup, Client(origin), session=Session("csid", "reader"))
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("code", [429, 503])
def test_a_portal_that_cannot_answer_now_is_asked_again_soon_and_a_refusal_ends_it(answering, code):
    status, desk = answering
    status[0] = code
    desk._say_present(desk.session)
    assert desk.session is not None
    due_in = desk.session.told_at + PRESENCE_EVERY - time.monotonic()
    assert due_in == pytest.approx(UNHEARD_AGAIN, abs=5)
    status[0] = 403
    desk._say_present(desk.session)
    assert desk.session is None


def test_a_pulled_card_that_the_portal_did_not_hear_of_is_told_until_it_has(answering):
    status, desk = answering
    gone = desk.session
    desk._end("")  # 429
    assert desk.session is None and [session for session, _since in desk._unheard] == [gone]
    desk._say_farewell_again()
    assert gone.seq == 1  # not in a hurry
    gone.told_at -= FAREWELL_EVERY
    desk._say_farewell_again()
    assert gone.seq == 2 and desk._unheard
    gone.told_at -= FAREWELL_EVERY
    status[0] = 403  # heard meanwhile, and over
    desk._say_farewell_again()
    assert gone.seq == 3 and not desk._unheard
    desk._unheard = [(gone, time.monotonic() - FAREWELL_FOR)]
    desk._say_farewell_again()
    assert gone.seq == 3 and not desk._unheard  # the portal has ended it by itself


def test_another_card_put_in_between_two_looks_ends_the_session(answering, pcsc):
    status, desk = answering
    status[0] = 403
    with inserted(VirtualCard()):
        slot = next(slot for slot in source.slots() if slot.has_card)
        desk.session, desk._seen = Session("csid", slot.reader, slot.moves), {slot.reader: slot.moves}
        desk.step()
        assert desk.session is not None
    with inserted(VirtualCard(cid=made_up_id(7))):  # the reader looks full at both looks
        desk.step()
        assert desk.session is None and slot.reader in desk._visitors
