"""`doctor`: looks at service, readers, card, server, clock and enrolment, and says of each what is wrong and what to do."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from card_bridge import keys, source
from card_bridge.client import Client
from card_bridge.failures import BridgeError
from card_bridge.keys import Setup
from card_bridge.messages import fingerprint, question, signed
from card_bridge.reading import read_login

CLOCK_TOLERANCE = 60


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    well: bool
    words: str
    code: str = ""


def findings() -> Iterator[Finding]:
    """Everything, in the order in which it must work."""
    yield from _readers()
    try:
        setup = keys.load()
    except BridgeError as failure:
        yield _bad("การลงทะเบียนเครื่อง", failure)
        return
    yield Finding("การลงทะเบียนเครื่อง", True, f"{setup.origin} · {setup.label} · {fingerprint(setup.key)}")
    yield from _server(setup)


def _readers() -> Iterator[Finding]:
    try:
        slots = source.slots()
    except BridgeError as failure:
        if failure.code == "NO_READER":
            yield Finding("บริการสมาร์ตการ์ด", True, "ทำงาน")
        yield _bad("เครื่องอ่านบัตร" if failure.code == "NO_READER" else "บริการสมาร์ตการ์ด", failure)
        return
    yield Finding("บริการสมาร์ตการ์ด", True, "ทำงาน")
    for slot in slots:
        yield Finding("เครื่องอ่านบัตร", True, slot.reader + (f" · ATR {slot.atr.hex().upper()}" if slot.has_card else ""))
    try:
        card = source.read_any(read_login)
    except BridgeError as failure:
        yield _bad("บัตร", failure)
    else:
        yield Finding("บัตร", True, f"อ่านได้ {masked(card.cid)}")


def _server(setup: Setup) -> Iterator[Finding]:
    try:
        client = client_of(setup)
        began = time.time()
        asked = client.ask("challenge", question(setup.key, setup.origin))
        ahead = time.time() - (time.time() - began) / 2 - float(asked.get("time", 0))
    except BridgeError as failure:
        yield _bad("ระบบปลายทาง", failure)
        return
    if asked.get("aud") != setup.origin:
        yield _bad("ระบบปลายทาง", BridgeError("WRONG_SERVER", str(asked.get("aud"))[:80]))
        return
    yield Finding("ระบบปลายทาง", True, f"ติดต่อได้ใน {(time.time() - began) * 1000:.0f} มิลลิวินาที")
    if abs(ahead) > CLOCK_TOLERANCE:
        yield _bad("นาฬิกา", BridgeError("CLOCK", f"{ahead:+.0f} s"))
    else:
        yield Finding("นาฬิกา", True, f"ต่างจากระบบ {ahead:+.0f} วินาที")
    yield state_of(setup, client)


def state_of(setup: Setup, client: Client) -> Finding:
    """How far the portal has come with this computer."""
    what = "สถานะเครื่องในระบบ"
    try:
        said = client.ask("state", {"m": signed(setup.key, "desk", {"aud": setup.origin})})
    except BridgeError as failure:
        return _bad(what, failure)
    if said.get("state") == "ACTIVE":
        return Finding(what, True, "ได้รับอนุมัติแล้ว")
    return _bad(what, BridgeError("NOT_APPROVED" if said.get("state") == "PENDING" else "REVOKED"))


def client_of(setup: Setup) -> Client:
    """The way to the portal that this computer was enrolled with."""
    return Client(setup.origin, ca=Path(setup.ca) if setup.ca else None, proxy=setup.proxy)


def masked(cid: str) -> str:
    """A number of which nobody is known: 1-9901-xxxxx-xx-3."""
    return f"{cid[0]}-{cid[1:5]}-xxxxx-xx-{cid[-1]}"


def _bad(what: str, failure: BridgeError) -> Finding:
    return Finding(what, False, failure.told(), failure.code)
