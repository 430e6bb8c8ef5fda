"""The bridge at work: a card comes in, is read, signed for and opens the browser; while it is in, word goes out that it is."""

import time
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from card_bridge import source
from card_bridge.client import Client
from card_bridge.failures import BridgeError
from card_bridge.keys import Setup
from card_bridge.messages import question, signed
from card_bridge.notices import say
from card_bridge.reading import LoginCard, Transmit, read_login, read_person
from card_bridge.source import Slot

T = TypeVar("T")
PRESENCE_EVERY = 30.0
UNHEARD_AGAIN = 10.0  # the portal lets 90 seconds of silence pass
FAREWELL_EVERY, FAREWELL_FOR = (
    2.0,
    90.0,
)  # how often a pulled card is told until the portal has heard, or ends it itself
RETRIES = (0.0, 0.3, 0.7, 1.5)  # some readers cannot read right after the card came in
LOOK_FOR = 0.5
ASK_EVERY, ASK_FOR = (
    3.0,
    120.0,
)  # whether a page waits for the card of a visitor, as long as it lies in the reader unread


@dataclass
class Session:
    """A card that opened the portal."""

    csid: str
    reader: str
    moves: int = 0  # of the reader while this card is in; another number means another card, however quick the hand was
    seq: int = 0
    told_at: float = field(default_factory=time.monotonic)


@dataclass
class Desk:
    """One computer with its readers; `step` looks once, `run` for good."""

    setup: Setup
    client: Client
    open_browser: Callable[[str], Any] = webbrowser.open
    session: Session | None = None
    _seen: dict[str, int] = field(default_factory=dict)
    _visitors: dict[str, tuple[Slot, float]] = field(default_factory=dict)  # no officers' cards, and until when
    _asked_at: float = 0.0
    _unheard: list[tuple[Session, float]] = field(default_factory=list)  # pulled, but the portal did not answer; since
    _last_failure: str = ""

    def run(self) -> None:
        """Until the program is ended."""
        say("พร้อมแล้ว เสียบบัตรประจำตัวประชาชนเพื่อเข้าระบบ")
        try:
            while True:
                self.step()
        finally:
            self._end("โปรแกรมปิดแล้ว")

    def step(self) -> None:
        """Look at all readers once, wait a moment for a change, and do what it asks for."""
        try:
            slots = source.slots(LOOK_FOR)
        except BridgeError as failure:
            # Without readers nothing is in any more.
            slots = []
            self._complain(failure)
            time.sleep(LOOK_FOR)
        else:
            self._last_failure = ""
        now = {slot.reader: slot.moves for slot in slots if slot.has_card}
        if self.session is not None and now.get(self.session.reader) != self.session.moves:
            self._end("ดึงบัตรออกแล้ว ออกจากระบบแล้ว")
        came = [slot for slot in slots if slot.has_card and self._seen.get(slot.reader) != slot.moves]
        self._seen = now
        self._visitors = {
            reader: (slot, until) for reader, (slot, until) in self._visitors.items() if now.get(reader) == slot.moves
        }
        for slot in came:
            if self.session is None:
                self._come_in(slot)
            else:
                self._visit(slot)
        self._serve_visitors()
        self._say_farewell_again()
        if self.session is not None and time.monotonic() - self.session.told_at >= PRESENCE_EVERY:
            self._say_present(self.session)

    def _come_in(self, slot: Slot) -> None:
        try:
            card = self._read(slot, read_login)
            if self.setup.mark(card.cid) not in self.setup.cards:
                self._visit(slot)
                return
            told = login(self.setup, self.client, card)
        except BridgeError as failure:
            say(failure.told(), code=failure.code, urgent=True)
            return
        self.session = Session(told["csid"], slot.reader, slot.moves)
        say(f"รหัส {told['code']} — ต้องตรงกับรหัสในหน้าใส่รหัส PIN", urgent=True)
        self.open_browser(told["login_url"])

    def _visit(self, slot: Slot) -> None:
        """A card that opens nothing: it is read only where an officer's page waits for it."""
        self._visitors[slot.reader] = (slot, time.monotonic() + ASK_FOR)
        self._asked_at = 0.0
        say(BridgeError("NOT_AN_OFFICER").told(), code="NOT_AN_OFFICER")

    def _serve_visitors(self) -> None:
        waiting = [slot for slot, until in self._visitors.values() if until > time.monotonic()]
        if not waiting or time.monotonic() - self._asked_at < ASK_EVERY:
            return
        self._asked_at = time.monotonic()
        try:
            wish = self.client.ask("wanted", {"m": signed(self.setup.key, "desk", {"aud": self.setup.origin})})
            if not isinstance(wish.get("nonce"), str):
                return
            self._show_to(waiting[-1], wish)
        except BridgeError as failure:
            self._complain(failure)

    def _show_to(self, slot: Slot, wish: dict[str, Any]) -> None:
        say(f"กำลังอ่านบัตรของผู้มาติดต่อให้ {wish.get('officer', '')}", urgent=True)
        claims = {"aud": self.setup.origin, "nonce": wish["nonce"], "person": self._read(slot, read_person).told()}
        self.client.ask("reading", {"m": signed(self.setup.key, "reading", claims)})
        del self._visitors[slot.reader]
        say("อ่านบัตรแล้ว ดูข้อมูลในหน้าเว็บ แล้วคืนบัตรให้ผู้มาติดต่อ", urgent=True)

    def _read(self, slot: Slot, what: Callable[[Transmit, bytes], T]) -> T:
        failure = BridgeError("REMOVED")
        for pause in RETRIES:
            time.sleep(pause)
            try:
                return source.read(slot.reader, what)
            except BridgeError as caught:
                failure = caught
                if caught.code not in ("REMOVED", "MUTE", "READER_FAILED") or not _is_in(slot.reader):
                    break
        raise failure

    def _tell(self, session: Session, state: str) -> BridgeError | None:
        """Say it once; why the portal could not answer now, where it could not."""
        session.seq, session.told_at = session.seq + 1, time.monotonic()
        claims = {"aud": self.setup.origin, "csid": session.csid, "seq": session.seq, "state": state}
        try:
            self.client.ask("presence", {"m": signed(self.setup.key, "presence", claims)})
        except BridgeError as failure:
            if failure.code != "REFUSED":
                return failure
            if state == "present":
                self.session = None
                say("ระบบปิดการเข้าระบบครั้งนี้แล้ว ดึงบัตรออกแล้วเสียบใหม่เพื่อเข้าอีกครั้ง", code="REFUSED")
        return None

    def _say_present(self, session: Session) -> None:
        if failure := self._tell(session, "present"):
            session.told_at -= PRESENCE_EVERY - UNHEARD_AGAIN
            self._complain(failure)  # the portal ends the session by itself after a minute and a half of silence

    def _end(self, words: str) -> None:
        session, self.session = self.session, None
        if session is None:
            return
        if failure := self._tell(session, "removed"):
            self._unheard.append((session, time.monotonic()))
            self._complain(failure)
        say(words)

    def _say_farewell_again(self) -> None:
        """A pulled card that the portal has not heard of is told again: until then the page may still be open."""
        now = time.monotonic()
        self._unheard = [(session, since) for session, since in self._unheard if now - since < FAREWELL_FOR]
        for session, since in list(self._unheard):
            if now - session.told_at >= FAREWELL_EVERY and self._tell(session, "removed") is None:
                self._unheard.remove((session, since))

    def _complain(self, failure: BridgeError) -> None:
        if failure.code != self._last_failure:
            self._last_failure = failure.code
            say(failure.told(), code=failure.code)


def _is_in(reader: str) -> bool:
    try:
        return any(slot.reader == reader and slot.has_card for slot in source.slots())
    except BridgeError:
        return False


def login(setup: Setup, client: Client, card: LoginCard) -> dict[str, Any]:
    """Sign for the card and return what the portal answers; raises BridgeError, WRONG_SERVER for a strange address."""
    asked = client.ask("challenge", question(setup.key, setup.origin))
    if asked.get("aud") != setup.origin:
        raise BridgeError("WRONG_SERVER", str(asked.get("aud"))[:80])
    claims = {
        "aud": setup.origin, "nonce": asked.get("nonce"), "iat": asked.get("time"), "cid": card.cid,
        "card": {"hash": card.hash, "issue": card.issue, "expire": card.expire},
    }  # fmt: skip
    told = client.ask("assert", {"assertion": signed(setup.key, "login", claims)})
    if not str(told.get("login_url")).startswith(f"{setup.origin}/login/card/?ticket="):
        raise BridgeError("WRONG_SERVER", "login_url")
    return told
