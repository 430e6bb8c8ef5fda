"""The only door to card readers: PC/SC through pyscard, every connection given back, every read in one transaction.

Readers are named by the service; on each look all of them are asked anew, so one that is plugged in later is found.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from card_bridge.failures import BridgeError, telling_most
from card_bridge.reading import Transmit

ANSWER_WITHIN = 10.0
Found = TypeVar("Found")

# What the service answers, and what that means at a desk.
_CODES = {
    0x8010001D: "NO_SERVICE", 0x8010001E: "NO_SERVICE", 0x80100006: "NO_SERVICE", 0x8010002E: "NO_READER",
    0x80100009: "NO_READER", 0x80100017: "NO_READER", 0x8010000C: "NO_CARD", 0x8010000B: "BUSY", 0x8010000F: "PROTO",
    0x80100069: "REMOVED", 0x80100068: "REMOVED", 0x80100067: "REMOVED", 0x80100016: "REMOVED", 0x80100066: "MUTE",
}  # fmt: skip


@dataclass(frozen=True)
class Slot:
    """A reader and what is in it: `atr` is empty where no card is; `moves` counts cards that came and went."""

    reader: str
    atr: bytes
    moves: int = 0

    @property
    def has_card(self) -> bool:
        """Whether a card is in."""
        return bool(self.atr)


def _scard() -> Any:
    try:
        from smartcard import scard
    except ImportError as error:
        raise BridgeError("NO_LIBRARY", str(error)) from error
    return scard


def _checked(result: int) -> None:
    code = result & 0xFFFFFFFF
    if code:
        raise BridgeError(_CODES.get(code, "READER_FAILED"), f"0x{code:08X}")


@contextlib.contextmanager
def _context() -> Iterator[tuple[Any, Any]]:
    scard = _scard()
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _checked(result)
    try:
        yield scard, context
    finally:
        scard.SCardReleaseContext(context)


def slots(wait_seconds: float = 0.0) -> list[Slot]:
    """Every reader with what is in it; waits so long for a card to come or go. Raises BridgeError NO_SERVICE, NO_READER."""
    with _context() as (scard, context):
        result, names = scard.SCardListReaders(context, [])
        _checked(result)
        if not names:
            raise BridgeError("NO_READER")
        result, states = scard.SCardGetStatusChange(context, 0, [(name, scard.SCARD_STATE_UNAWARE) for name in names])
        _checked(result)
        if wait_seconds:
            known = [(name, state) for name, state, _atr in states]
            result, changed = scard.SCardGetStatusChange(context, int(wait_seconds * 1000), known)
            if result & 0xFFFFFFFF != scard.SCARD_E_TIMEOUT & 0xFFFFFFFF:
                _checked(result)
                states = changed
        return [
            Slot(name, bytes(atr) if state & scard.SCARD_STATE_PRESENT and atr else b"", state >> 16 & 0xFFFF)
            for name, state, atr in states
        ]


def read(reader: str, asks: Callable[[Transmit, bytes], Found]) -> Found:
    """What `asks` reads from the card in this reader, alone with it and within ten seconds.

    Raises BridgeError: NO_CARD, BUSY, PROTO, REMOVED, MUTE and those of `asks`. A card that never answers keeps a thread
    of ours until it is pulled; the officer need not wait for it.
    """
    told: list[Found] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            told.append(_read(reader, asks))
        except BaseException as error:  # handed to the caller, whatever it is
            failed.append(error)

    thread = threading.Thread(target=work, daemon=True, name="card")
    thread.start()
    thread.join(ANSWER_WITHIN)
    if thread.is_alive():
        raise BridgeError("MUTE")
    if failed:
        raise failed[0]
    return told[0]


def read_any(asks: Callable[[Transmit, bytes], Found]) -> Found:
    """The same from the first reader whose card can be read; raises the failure that tells the most."""
    failures = []
    for slot in slots():
        try:
            if not slot.has_card:
                raise BridgeError("NO_CARD")
            return read(slot.reader, asks)
        except BridgeError as failure:
            failures.append(failure)
    raise telling_most(failures)


def _read(reader: str, asks: Callable[[Transmit, bytes], Found]) -> Found:
    with _context() as (scard, context):
        both = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, card, protocol = scard.SCardConnect(context, reader, scard.SCARD_SHARE_SHARED, both)
        _checked(result)
        try:
            # Without it another program's commands land between ours.
            _checked(scard.SCardBeginTransaction(card))
            try:
                result, _reader, _state, _protocol, atr = scard.SCardStatus(card)
                _checked(result)
                return asks(_transmitter(scard, card, protocol), bytes(atr))
            finally:
                scard.SCardEndTransaction(card, scard.SCARD_LEAVE_CARD)
        finally:
            scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)


def _transmitter(scard: Any, card: Any, protocol: int) -> Transmit:
    pci = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1

    def transmit(command: bytes) -> tuple[bytes, bytes]:
        result, answer = scard.SCardTransmit(card, pci, list(command))
        if result & 0xFFFFFFFF and _CODES.get(result & 0xFFFFFFFF) not in ("MUTE", "NO_SERVICE"):
            raise BridgeError("REMOVED", f"0x{result & 0xFFFFFFFF:08X}")
        _checked(result)
        if len(answer) < 2:
            raise BridgeError("REMOVED", "no status")
        return bytes(answer[:-2]), bytes(answer[-2:])

    return transmit
