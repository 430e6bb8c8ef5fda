"""A desk with a card: an enrolled computer, an officer with a made-up card and a PIN, and what a bridge would send."""

import hashlib
import json
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.models.account import PortalUser
from app.models.database import db
from app.security.roles import actor_for_user
from app.services import appointments, officer_cards, pins, workstations
from card_bridge import messages
from tests.services.conftest import nid
from tests.views.offices import Browser, Portal, rows

ORIGIN, PEPPER, PIN = "https://portal.test", "p" * 40, "804172"
BRIDGE = {"User-Agent": "lgo-card-bridge"}


@dataclass
class Card:
    """A made-up card as a bridge reads it."""

    cid: str
    expire: str = "99999999"
    numbers: str = "20200101\0" + "99999999\0" + "1234567\0" + "req1"

    def claims(self) -> dict[str, Any]:
        digest = hashlib.sha256(f"lgo-card-v1\0{self.cid}\0{self.numbers}".encode()).hexdigest()
        return {"cid": self.cid, "card": {"hash": digest, "issue": "20200101", "expire": self.expire}}


@dataclass
class Desk:
    """One computer with a card in its reader."""

    portal: Portal
    card: Card
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    id: int = 0
    seq: int = 0

    def post(self, door: str, body: Any, **headers: str):
        """Ask as a bridge does."""
        client = self.portal.app.test_client()
        return client.post(f"/api/card/v1/{door}", json=body, headers=BRIDGE | headers)

    def nonce(self, key: Ed25519PrivateKey | None = None) -> str:
        return str(self.post("challenge", messages.question(key or self.key, ORIGIN)).json["nonce"])

    def claims(self, **changes: Any) -> dict[str, Any]:
        """What an honest bridge would sign now, changed by a dishonest one."""
        return {"aud": ORIGIN, "iat": int(time.time()), **self.card.claims(), **changes}

    def assertion(self, **changes: Any) -> str:
        changes.setdefault("nonce", self.nonce())
        return messages.signed(self.key, "login", self.claims(**changes))

    def insert(self, **changes: Any):
        """Put the card in; the portal's answer."""
        return self.post("assert", {"assertion": self.assertion(**changes)})

    def opened(self) -> tuple[Browser, dict[str, Any]]:
        """A browser at the page for the PIN, and what the bridge was told."""
        told = self.insert().json
        browser = self.portal.browser()
        assert browser.get(told["login_url"].removeprefix(ORIGIN)).status_code == 303
        return browser, told

    def logged_in(self) -> tuple[Browser, dict[str, Any]]:
        browser, told = self.opened()
        assert pin(browser, PIN).status_code == 303
        return browser, told

    def presence(self, csid: str, state: str = "present", seq: int | None = None, **changes: Any):
        self.seq = self.seq + 1 if seq is None else seq
        claims = {"aud": ORIGIN, "csid": csid, "seq": self.seq, "state": state, **changes}
        return self.post("presence", {"m": messages.signed(self.key, "presence", claims)})

    def enrol(self, typed: str, **changes: Any):
        """Bring the key with a code."""
        said = {"aud": ORIGIN, "code": hashlib.sha256(typed.encode()).hexdigest()} | changes
        proof = messages.signed(self.key, "enrol", said)
        return self.post(
            "enrol", {"code": typed, "pub": messages.packed(messages.public_key(self.key)), "proof": proof}
        )


def pin(browser: Browser, word: str):
    """Send the page of the PIN."""
    return browser.post("/login/card/pin", {"pin": word})


def inside(browser: Browser) -> bool:
    """Whether the browser is logged in."""
    return browser.get("/").status_code == 200


def people(portal: Portal) -> None:
    """A registrar, a clerk with a card, and the administrator, who is the second person."""
    for username, role in (("clerk1", "personnel_clerk"), ("registrar1", "registrar"), ("nhso1", "nhso_admin")):
        portal.account(username, role)


def enrolled(portal: Portal, serial: int = 4001) -> Desk:
    """A desk of the town, approved, with the clerk's confirmed card and his PIN; made through the officers' verbs."""
    desk = Desk(portal, Card(nid(serial)))
    registrar = acting(portal, "registrar1")
    clerk = portal.ids["clerk1"]
    with portal.app.app_context():
        code = workstations.issue_code("โต๊ะทะเบียน", actor=registrar)
        assert desk.enrol(code).status_code == 200
        desk.id = rows("SELECT max(id) FROM workstation")[0][0]
        second = acting(portal, "nhso1")
        workstations.approve(desk.id, 1, actor=second)
        workstations.assign(desk.id, [clerk], 2, actor=registrar)
        appointments.appoint(clerk, "คำสั่งที่ 1/2569", appointments.today() - timedelta(days=5), None, actor=registrar)
        officer_cards.register_card(clerk, desk.card.cid, actor=second, pepper=PEPPER)
    assert desk.insert().status_code == 403  # shown, not confirmed yet
    with portal.app.app_context():
        setup = officer_cards.confirm_card(clerk, waiting(clerk), actor=registrar)
    browser, _told = desk.opened()
    form = {"setup": setup, "new_pin": PIN, "again": PIN}
    assert browser.post("/login/card/pin", form).status_code == 303
    browser.post("/logout/")
    return desk


def waiting(user_id: int) -> str:
    """The mark of the card that waits to be confirmed, as the officer's page carries it."""
    return str(rows(f"SELECT substr(shown_hash, 1, 16) FROM officer_card WHERE user_id = {user_id}")[0][0])


def acting(portal: Portal, username: str):
    """The account as an actor for the verbs."""
    with portal.app.app_context():
        return actor_for_user(db.session.get_one(PortalUser, portal.ids[username]))


def reasons() -> list[str]:
    """Why the last cards were refused, as the audit says."""
    found = rows("SELECT detail FROM audit_event WHERE verb IN ('card_refused', 'presence_refused') ORDER BY id")
    told = [json.loads(detail) if isinstance(detail, str) else detail for (detail,) in found]
    return [detail["reason"] for detail in told]


def settle(patch, app) -> None:
    """Cheap PINs, and the portal at a known address with a known pepper."""
    patch.setattr(pins, "COST", {"time_cost": 1, "memory_cost": 8, "parallelism": 1})
    for name, value in {"BASE_URL": ORIGIN, "CARD_PEPPER": PEPPER}.items():
        patch.setitem(app.config, name, value)
