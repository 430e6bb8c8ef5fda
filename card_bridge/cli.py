"""lgo-card-bridge: enrol this computer, run, say how it stands, read a card for a technician, find what is wrong."""

import argparse
import getpass
import hashlib
import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_bridge import doctor, keys, source
from card_bridge.client import origin_of
from card_bridge.desk import Desk
from card_bridge.failures import BridgeError
from card_bridge.keys import Setup
from card_bridge.messages import fingerprint, packed, public_key, signed
from card_bridge.notices import say
from card_bridge.reading import read_login, read_person

NOT_ENROLLED, FAILED = 78, 1


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, 1 for a failure, 78 where this computer is not enrolled."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # consoles of Windows know no Thai otherwise
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except BridgeError as failure:
        print(failure.told(), file=sys.stderr)  # noqa: T201
        return NOT_ENROLLED if failure.code == "NOT_ENROLLED" else FAILED
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lgo-card-bridge", description=__doc__)
    commands = parser.add_subparsers(required=True)
    enrol = commands.add_parser("enrol", help="make a key and bring it to the portal, or remember an officer's card")
    enrol.add_argument("--server", help="https://portal.example.go.th")
    enrol.add_argument("--code", help="the registrar's code; asked for when left out")
    enrol.add_argument("--card", action="store_true", help="remember the card in the reader as an officer's")
    enrol.add_argument("--new-key", action="store_true", help="forget the key until now")
    enrol.add_argument("--ca", default="", help="file of the certificate authority, where it is not a public one")
    enrol.add_argument("--proxy", default="", help="http://proxy:3128, where there is no other way out")
    enrol.add_argument("--development", action="store_true", help="allow http to a portal on this very computer")
    enrol.set_defaults(command=_enrol)
    for name, command, help_ in (
        ("run", _run, "wait for cards, until it is ended"),
        ("status", _status, "how this computer stands"),
        ("doctor", _doctor, "find what is wrong and what to do"),
    ):
        commands.add_parser(name, help=help_).set_defaults(command=command)
    read = commands.add_parser("read", help="read the card in the reader; nothing is sent or kept")
    read.add_argument("--json", action="store_true", help="all fields, with the whole number")
    read.set_defaults(command=_read)
    return parser


def _enrol(options: argparse.Namespace) -> int:
    if options.card and not options.server:
        return _remember_card(keys.load())
    if (keys.folder() / "setup.json").exists() and not options.new_key:
        say("เครื่องนี้ลงทะเบียนไว้แล้ว ถ้าต้องการลงทะเบียนใหม่ให้เพิ่ม --new-key")
        return FAILED
    origin = origin_of(options.server or input("ที่อยู่ของระบบ (https://...): "), development=options.development)
    code = (options.code or getpass.getpass("รหัสจากนายทะเบียน: ")).strip().upper()
    ca = str(Path(options.ca).resolve()) if options.ca else ""
    setup = Setup(origin, Ed25519PrivateKey.generate(), "", options.development, ca, options.proxy)
    proof = signed(setup.key, "enrol", {"aud": origin, "code": hashlib.sha256(code.encode()).hexdigest()})
    said = doctor.client_of(setup).ask("enrol", {"code": code, "pub": packed(public_key(setup.key)), "proof": proof})
    setup.label = str(said.get("label", ""))
    keys.save(setup)
    say(f"ลงทะเบียนแล้ว: {setup.label}\nลายนิ้วมือของเครื่อง: {fingerprint(setup.key)}\n"
        "อ่านให้บุคคลที่สองเทียบก่อนอนุมัติ แล้วให้เจ้าหน้าที่แต่ละคนเสียบบัตรและใช้คำสั่ง lgo-card-bridge enrol --card")  # fmt: skip
    return _remember_card(setup) if options.card else 0


def _remember_card(setup: Setup) -> int:
    card = source.read_any(read_login)
    mark = setup.mark(card.cid)
    if mark not in setup.cards:
        setup.cards.append(mark)
        keys.save(setup)
    say(f"จำบัตร {doctor.masked(card.cid)} ไว้แล้ว เก็บเป็นรหัสปิดผนึกในเครื่องนี้เท่านั้น")
    return 0


def _run(_options: argparse.Namespace) -> int:
    setup = keys.load()
    # Whoever stops the program must not leave the officer logged in.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    Desk(setup, doctor.client_of(setup)).run()
    return 0


def _status(_options: argparse.Namespace) -> int:
    setup = keys.load()
    print(f"ระบบ: {setup.origin}\nเครื่อง: {setup.label}\nลายนิ้วมือของเครื่อง: {fingerprint(setup.key)}")  # noqa: T201
    print(f"บัตรที่จำไว้: {len(setup.cards)} ใบ")  # noqa: T201
    print(f"ล่าสุด: {keys.last_status().get('said', '–')}")  # noqa: T201
    found = doctor.state_of(setup, doctor.client_of(setup))
    print(f"{found.what}: {found.words}")  # noqa: T201
    return 0 if found.well else FAILED


def _read(options: argparse.Namespace) -> int:
    if options.json:
        print(json.dumps(asdict(source.read_any(read_person)), ensure_ascii=False))  # noqa: T201
    else:
        print(doctor.masked(source.read_any(read_login).cid))  # noqa: T201
    return 0


def _doctor(_options: argparse.Namespace) -> int:
    well = True
    for found in doctor.findings():
        print(f"{'✓' if found.well else '✗'} {found.what}: {found.words}")  # noqa: T201
        well = well and found.well
    return 0 if well else FAILED


if __name__ == "__main__":
    sys.exit(main())
