"""`make demo-card`: a whole log-in by card on a machine without a reader; development only."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa

import config
from app import create_app
from app.domain.actor import Actor, acting_as
from app.models.account import PortalUser
from app.models.database import db
from app.security.roles import actor_for_user
from app.services import appointments, officer_cards, workstations
from card_bridge import cli, desk, doctor, keys, source
from card_bridge.failures import BridgeError
from card_bridge.messages import wid_of
from card_bridge.reading import read_login
from run import LAST_WORDS
from virtual_card import service
from virtual_card.card import VirtualCard, made_up_id
from virtual_card.slot import Slot

DESK = "โต๊ะสาธิต"
WHAT_NOW = """
────────────────────────────────────────────────────────────────────────
1. เปิดในเบราว์เซอร์ (ภายใน 90 วินาที ครั้งเดียว) · Open in a browser (once, within 90 seconds):
   {address}
2. รหัสจากนายทะเบียน · Code of the registrar:  {setup}
3. ตั้งรหัส PIN 6 หลักที่จำได้ เช่น 804172 · Choose a PIN of 6 digits, such as 804172
4. Ctrl-C: ดึงบัตรออกและจบการสาธิต · pulls the card out and ends the demonstration; watch the open page
   ตรวจเครื่องนี้ · Look at this desk, in another terminal:
   LGO_CARD_BRIDGE={folder} .venv/bin/python -m card_bridge doctor
────────────────────────────────────────────────────────────────────────"""
SEEN_FOR = 10  # the open page asks every few seconds
STOPS_SOON = """บัตรถูกดึงออกแล้ว หน้าที่เปิดอยู่ปิดเองในไม่กี่วินาที ระบบจะหยุดใน {seconds} วินาที
The card is out and the open page closes by itself; the portal stops in {seconds} seconds."""
CLERK, REGISTRAR, SECOND = "clerk1", "registrar1", "nhso1"


def main() -> int:
    """Serve the demo portal unless it runs, enrol this machine with it, put clerk1's made-up card in, and out with Ctrl-C."""
    if config.is_production(os.environ):
        print("The virtual card is for development only; this is a portal in production.")
        return 1
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    with (
        tempfile.TemporaryDirectory(prefix="lgo-card-") as folder,
        service.running(log=Path(folder) / "pcscd.log"),
        _portal(),
    ):
        os.environ["LGO_CARD_BRIDGE"] = folder
        settings = config.load_config()
        with create_app(settings).app_context(), contextlib.suppress(KeyboardInterrupt):
            _demonstrate(settings["BASE_URL"], settings["CARD_PEPPER"])
    return 0


@contextlib.contextmanager
def _portal() -> Iterator[None]:
    address = config.instance_dir(os.environ) / "address"
    if address.exists() and _answers(address.read_text()):
        yield
        return
    portal = subprocess.Popen(
        [sys.executable, str(config.BASE_DIR / "run.py")], start_new_session=True, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        if not _told_until_ready(portal):
            raise SystemExit(1)
        yield
        print(STOPS_SOON.format(seconds=SEEN_FOR), flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            time.sleep(SEEN_FOR)
    finally:
        portal.terminate()
        portal.wait()


def _told_until_ready(portal: subprocess.Popen[str]) -> bool:
    """Pass on what the portal says until it has said all, so that the address to open stands below it; False where it ends."""
    assert portal.stdout is not None
    for line in portal.stdout:
        if line.strip() == LAST_WORDS:
            threading.Thread(target=portal.stdout.read, daemon=True).start()  # nobody's pipe fills up
            return True
        print(line, end="", flush=True)
    return False


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/login/", timeout=3) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _demonstrate(origin: str, pepper: str) -> None:
    card = VirtualCard(cid=made_up_id(4001))
    if cli.main(["enrol", "--development", "--server", origin, "--code", _code()]) != 0:
        raise SystemExit(1)
    _approve(card, pepper)
    with Slot(card):
        _until_in(True)
        cli.main(["enrol", "--card"])
        setup = _setup_code()
    _until_in(False)
    found = keys.load()
    bridge = desk.Desk(found, doctor.client_of(found), open_browser=partial(_show, setup))
    with Slot(card):
        bridge.run()


def _show(setup: str, address: str) -> None:
    print(WHAT_NOW.format(address=address, setup=setup, folder=keys.folder()), flush=True)
    if os.environ.get("DISPLAY") or sys.platform != "linux":
        webbrowser.open(address)


def _until_in(there: bool) -> None:
    while any(slot.has_card for slot in source.slots(0.2)) != there:
        time.sleep(0.05)


def _actor(username: str) -> Actor:
    db.session.remove()  # the portal has written meanwhile
    user = db.session.scalars(sa.select(PortalUser).where(PortalUser.username == username)).one()
    return actor_for_user(user)


def _code() -> str:
    return workstations.issue_code(DESK, actor=_actor(REGISTRAR))


def _approve(card: VirtualCard, pepper: str) -> None:
    registrar, second, clerk = _actor(REGISTRAR), _actor(SECOND), _actor(CLERK)
    assert clerk.user_id is not None
    with acting_as(second):
        at = next(one for one in workstations.listed(actor=second) if one.wid == wid_of(keys.load().key))
        appointed = appointments.of_officer(clerk.user_id, actor=second)
    workstations.approve(at.id, at.version, actor=second)
    workstations.assign(at.id, [clerk.user_id], at.version + 1, actor=registrar)
    if not appointed:
        day = appointments.today() - timedelta(days=1)
        appointments.appoint(clerk.user_id, "คำสั่งสาธิตที่ 1/2569", day, None, actor=registrar)
    officer_cards.register_card(clerk.user_id, card.cid, actor=second, pepper=pepper)


def _setup_code() -> str:
    """The officer shows the card once at the computer, the registrar confirms it with him present."""
    found = keys.load()
    try:
        desk.login(found, doctor.client_of(found), source.read_any(read_login))
    except BridgeError as refusal:
        if refusal.code != "REFUSED":
            raise
    clerk, registrar = _actor(CLERK).user_id, _actor(REGISTRAR)
    assert clerk is not None
    with acting_as(registrar):
        shown = officer_cards.officers(actor=registrar, user_id=clerk)[0][0]
    return officer_cards.confirm_card(clerk, shown.shown_mark, actor=registrar)


if __name__ == "__main__":
    sys.exit(main())
