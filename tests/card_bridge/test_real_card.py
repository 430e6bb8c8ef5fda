"""The card bridge through the real smart-card service, over HTTPS, to a real browser."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

import config
from app.services import appointments, card_signatures, officer_cards, workstations
from card_bridge import cli, doctor, keys, source
from card_bridge.failures import FAILURES, BridgeError
from card_bridge.reading import read_login, read_person
from tests.views.card_desk import PEPPER, acting, waiting
from tests.views.offices import PASSWORD, rows
from virtual_card import service
from virtual_card.card import DIRECT, OLD, VirtualCard, made_up_id
from virtual_card.slot import Slot


def wait_for(what, seconds: float = 30.0):
    """What `what` returns as soon as that is something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s for nothing: {what}")


def is_in(there: bool = True) -> bool:
    return any(slot.has_card for slot in source.slots()) == there


@contextlib.contextmanager
def inserted(card: VirtualCard):
    """The card in the reader, seen by the service; gone from it afterwards."""
    with Slot(card):
        wait_for(is_in)
        yield
    wait_for(lambda: is_in(False))


def code_of(call) -> str:
    with pytest.raises(BridgeError) as caught:
        call()
    assert "—" in caught.value.told() and caught.value.code in FAILURES
    return caught.value.code


def test_cards_of_each_kind_are_read_and_each_fault_has_its_name(pcsc, monkeypatch):
    def read():
        return source.read_any(read_login)

    assert code_of(read) == "NO_CARD"
    found = {}
    for atr in (VirtualCard().atr, OLD, DIRECT):
        with inserted(VirtualCard(atr=atr)):
            found[atr] = read()
    assert len(set(found.values())) == 1 and found[OLD].cid == made_up_id(4001) and found[OLD].expire == "99999999"
    with inserted(VirtualCard(expires="25740114")):
        person, card = source.read_any(read_person), read()
        assert (person.first, person.birth_date, person.sex) == ("กมล", "1980-05-04", "M") and card.expire == "20310114"
        assert card.hash != found[OLD].hash
        scard, held = _hold_exclusively()
        assert code_of(read) == "BUSY"
        scard.SCardReleaseContext(held)
        assert read() == card
    for fault, code in (
        ({"applets": ()}, "WRONG_CARD"), ({"garbled": True}, "GARBLED"), ({"pulled_after": 3}, "REMOVED"),
    ):  # fmt: skip
        with inserted(VirtualCard(**fault)):
            assert code_of(read) == code
    monkeypatch.setattr(source, "ANSWER_WITHIN", 0.5)
    with inserted(VirtualCard(mute=True)):
        assert code_of(read) == "MUTE"


def _hold_exclusively():
    from smartcard import scard

    _result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    reader = next(slot.reader for slot in source.slots() if slot.has_card)
    result, _card, _protocol = scard.SCardConnect(context, reader, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0)
    assert result == 0
    return scard, context


class Bridge:
    """`lgo-card-bridge run` in a process of its own, whose browser writes down the address."""

    def __init__(self, folder: Path) -> None:
        self.address, opener = folder / "address", folder / "open"
        opener.write_text(f'#!/bin/sh\nprintf "%s" "$1" >{self.address}.new && mv {self.address}.new {self.address}\n')
        opener.chmod(0o700)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "card_bridge", "run"], cwd=config.BASE_DIR,
            env=os.environ | {"BROWSER": f"{opener} %s", "PATH": "/usr/bin:/bin"},
            stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def opened(self) -> str:
        """The address at which the browser was opened, once."""
        wait_for(self.address.exists)
        text = self.address.read_text()
        self.address.unlink()
        return text

    def listens(self) -> bool:
        """Whether any socket of the process waits for others."""
        inodes = {str(link.readlink()) for link in Path(f"/proc/{self.process.pid}/fd").iterdir() if link.exists()}
        table = [
            line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
        ]
        return any(line[3] == "0A" and f"socket:[{line[9]}]" in inodes for line in table)


@pytest.fixture
def enrolled(https_portal, bridge_folder, pcsc, capsys):
    """This computer enrolled by the command, approved, with the clerk's card recorded but not yet confirmed."""
    portal, registrar = https_portal.portal, acting(https_portal.portal, "registrar1")
    clerk = portal.ids["clerk1"]
    with portal.app.app_context():
        code = workstations.issue_code("โต๊ะทะเบียน", actor=registrar)
        words = ["enrol", "--server", https_portal.origin, "--code", code, "--ca", str(https_portal.ca)]
        assert cli.main(words) == 0
        shown = re.search(r"(?:[0-9A-F]{4} ){7}[0-9A-F]{4}", capsys.readouterr().out)
        at, key = rows("SELECT id, public_key FROM workstation")[0]
        assert shown and shown[0] == card_signatures.fingerprint(key)
        assert cli.main(["status"]) == 1 and "ยังไม่ได้รับอนุมัติ" in capsys.readouterr().out
        workstations.approve(at, 1, actor=acting(portal, "nhso1"))
        workstations.assign(at, [clerk], 2, actor=registrar)
        appointments.appoint(clerk, "1/2569", appointments.today() - timedelta(1), None, actor=registrar)
        officer_cards.register_card(clerk, VirtualCard().cid, actor=acting(portal, "nhso1"), pepper=PEPPER)
    assert cli.main(["status"]) == 0
    with inserted(VirtualCard()):
        assert cli.main(["enrol", "--card"]) == 0
    assert VirtualCard().cid not in (bridge_folder / "setup.json").read_text() + capsys.readouterr().out
    return https_portal


def test_from_the_card_to_the_home_page_in_a_browser_and_out_when_it_is_pulled(enrolled, chromium, tmp_path):
    portal = enrolled.portal
    bridge = Bridge(tmp_path)
    try:
        with inserted(VirtualCard(cid=made_up_id(7))):  # a citizen's card: nothing is sent
            wait_for(lambda: keys.last_status().get("code") == "NOT_AN_OFFICER")
        with inserted(VirtualCard()):
            wait_for(lambda: keys.last_status().get("code") == "REFUSED")
        assert rows("SELECT count(*) FROM audit_event WHERE verb = 'card_refused'") == [(1,)]
        with portal.app.app_context():
            clerk = portal.ids["clerk1"]
            setup = officer_cards.confirm_card(clerk, waiting(clerk), actor=acting(portal, "registrar1"))
        page = chromium.new_page(ignore_https_errors=True, locale="th-TH")
        with inserted(VirtualCard()):
            page.goto(bridge.opened())
            assert "ticket" not in page.url and page.inner_text("[data-card-code]") in keys.last_status()["said"]
            for box, word in (("setup", setup), ("new_pin", "804172"), ("again", "804172")):
                page.fill(f"[name={box}]", word)
            page.click("form.login [type=submit]")
            page.wait_for_url(enrolled.origin + "/")
            assert not bridge.listens()
        wait_for(lambda: rows("SELECT count(*) FROM audit_event WHERE verb = 'card_removed'") == [(1,)])
        page.goto(enrolled.origin + "/")
        assert "/login/" in page.url
        with inserted(VirtualCard()):
            page.goto(bridge.opened())
            page.fill("[name=pin]", "804172")
            page.click("form.login [type=submit]")
            page.wait_for_url(enrolled.origin + "/")
            bridge.process.terminate()  # whoever stops the program does not leave the officer logged in
            assert bridge.process.wait(20) == 0
            page.goto(enrolled.origin + "/")
            assert "/login/" in page.url
        page.close()
    finally:
        bridge.process.kill()
        bridge.process.wait()


def test_the_doctor_names_what_is_wrong_and_what_to_do(enrolled, capsys, monkeypatch):
    with inserted(VirtualCard()):
        assert cli.main(["doctor"]) == 0, capsys.readouterr().out
        assert all(line.startswith("✓") for line in capsys.readouterr().out.splitlines())
        assert cli.main(["read", "--json"]) == 0 and json.loads(capsys.readouterr().out)["first"] == "กมล"

    def said(code: str) -> None:
        assert cli.main(["doctor"]) == 1
        told = capsys.readouterr().out
        assert f"({code}" in told and FAILURES[code].step in told, told

    said("NO_CARD")
    with inserted(VirtualCard(applets=())):
        said("WRONG_CARD")
    with inserted(VirtualCard()):
        with monkeypatch.context() as patch:
            real = time.time
            patch.setattr(doctor.time, "time", lambda: real() + 3600)
            said("CLOCK")
        setup = keys.load()
        for origin, ca, code in (
            (setup.origin, "", "TLS"),
            ("https://localhost:9", setup.ca, "OFFLINE"),
            (setup.origin.replace("localhost", "127.0.0.1"), setup.ca, "WRONG_SERVER"),
        ):
            keys.save(keys.Setup(origin, setup.key, ca=ca))
            said(code)
        keys.save(setup)
        with enrolled.portal.app.app_context():
            workstations.revoke(1, 3, actor=acting(enrolled.portal, "registrar1"))
        said("REVOKED")
        (keys.folder() / "setup.json").chmod(0o644)
        said("BROKEN_SETUP")
        (keys.folder() / "setup.json").unlink()
        said("NOT_ENROLLED")
        assert cli.main(["run"]) == 78


def test_no_service_and_no_reader_are_told_apart(one_at_a_time, bridge_folder, tmp_path, capsys):
    if service.is_running():
        pytest.fail("a smart-card service runs on this machine: stop it for this test")
    assert code_of(source.slots) == "NO_SERVICE"
    (tmp_path / "no_readers").mkdir()
    with service.running(tmp_path / "no_readers"):
        assert code_of(source.slots) == "NO_READER"
        assert cli.main(["doctor"]) == 1 and FAILURES["NO_READER"].step in capsys.readouterr().out


@pytest.mark.parametrize(
    "server", ["http://portal.example.go.th", "https://portal.example.go.th/path", "https://u@x.go.th", "ftp://x", ""]
)
def test_only_a_bare_https_origin_can_be_enrolled_with(server, bridge_folder, capsys):
    assert cli.main(["enrol", "--server", server or "x", "--code", "X"]) == 1
    assert "WRONG_SERVER" in capsys.readouterr().err
    assert not (bridge_folder / "setup.json").exists()


def test_a_visitors_card_fills_the_clerks_form_and_what_differs_is_marked(enrolled, chromium, tmp_path):
    bridge = Bridge(tmp_path)
    page = chromium.new_page(ignore_https_errors=True, locale="th-TH", base_url=enrolled.origin)
    try:
        page.goto("/login/?next=/family-forms/new")
        for box, word in (("username", "clerk1"), ("password", PASSWORD)):
            page.fill(f"[name={box}]", word)
        page.click("main form [type=submit]")
        page.fill("[name='members-0-last_name_th']", "พิมพ์ไว้")
        page.click("[data-member='members-0'] [data-read-card]")
        page.check("[data-consent]")
        page.click("[data-begin]")
        page.get_by_text("เสียบบัตรของผู้มาติดต่อที่เครื่องอ่านของ โต๊ะทะเบียน").wait_for()
        with inserted(VirtualCard(cid=made_up_id(7))):
            page.locator("[data-use]").wait_for()
            assert "ต่างจากที่พิมพ์ไว้: พิมพ์ไว้" in page.inner_text("[data-differs=name]")
            page.click("[data-use]")
        filled = page.input_value("[name='members-0-national_id']").replace("-", "")
        assert filled == made_up_id(7) and page.input_value("[name='members-0-last_name_th']") not in ("", "พิมพ์ไว้")
        assert page.input_value("[name='members-0-birth_date']") and page.input_value("[name='members-0-sex']")
        assert made_up_id(7) not in repr(rows("SELECT detail FROM audit_event")) + keys.last_status()["said"]
    finally:
        bridge.process.kill()
        bridge.process.wait()


def test_at_the_look_up_desk_the_card_asks_the_question_itself(enrolled, chromium, tmp_path):
    bridge = Bridge(tmp_path)
    page = chromium.new_page(ignore_https_errors=True, locale="th-TH", base_url=enrolled.origin)
    try:
        page.goto("/login/?next=/rights/")
        for box, word in (("username", "clerk1"), ("password", PASSWORD)):
            page.fill(f"[name={box}]", word)
        page.click("main form [type=submit]")
        page.click("[data-read-card]")
        page.check("[data-consent]")
        page.click("[data-begin]")
        page.get_by_text("เสียบบัตรของผู้มาติดต่อที่เครื่องอ่านของ โต๊ะทะเบียน").wait_for()
        with inserted(VirtualCard(cid=made_up_id(7))):
            page.locator(".right-answer").wait_for()
        assert made_up_id(7) not in page.url and "ไม่มีสิทธิ" in page.inner_text(".right-answer")
    finally:
        bridge.process.kill()
        bridge.process.wait()
