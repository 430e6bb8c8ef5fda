"""Puts a virtual card into the virtual reader of vpcd: real PC/SC from there on (docs/card.md)."""

import contextlib
import socket
import threading
import time
from types import TracebackType

from virtual_card.card import VirtualCard

PORT = 35963
_OFF, _ON, _RESET, _ATR = b"\x00", b"\x01", b"\x02", b"\x04"


class Slot:
    """One card in one reader, from `with` to its end; `pull` takes it out."""

    def __init__(self, card: VirtualCard, port: int = PORT, within: float = 15.0) -> None:
        self.card, self._port, self._within = card, port, within
        self._socket: socket.socket | None = None

    def __enter__(self) -> "Slot":
        self.insert()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pull()

    def insert(self) -> None:
        """Put the card in; raises OSError when no virtual reader answers in time."""
        until = time.monotonic() + self._within
        while True:
            try:
                self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=1)
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
        self._socket.settimeout(None)
        threading.Thread(target=self._serve, args=(self._socket,), daemon=True, name="virtual card").start()

    def pull(self) -> None:
        """Take the card out; twice is as good as once."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._socket = None

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while (message := _received(connection)) is not None:
                answer = self._answer(message)
                if answer is None and not self.card.mute:
                    self.pull()
                    return
                if answer:
                    connection.sendall(len(answer).to_bytes(2) + answer)

    def _answer(self, message: bytes) -> bytes | None:
        if message == _ATR:
            return self.card.atr
        return b"" if message in (_OFF, _ON, _RESET) else self.card.answer(message)


def _received(connection: socket.socket) -> bytes | None:
    length = _exactly(connection, 2)
    return None if length is None else _exactly(connection, int.from_bytes(length))


def _exactly(connection: socket.socket, count: int) -> bytes | None:
    found = b""
    while len(found) < count:
        # The reader sends a length and its body apart: without this each command would wait for the other's acknowledgement.
        connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, "TCP_QUICKACK", socket.TCP_NODELAY), 1)
        part = connection.recv(count - len(found))
        if not part:
            return None
        found += part
    return found
