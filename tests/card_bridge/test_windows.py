"""What a desk with Windows does differently, with Windows' own doors stood in for: no Windows runs these tests (docs/card.md)."""

import ctypes
import sys

import pytest

from card_bridge import cli, keys, notices
from card_bridge.failures import BridgeError
from card_bridge.messages import Ed25519PrivateKey


class Windows:
    """As much of crypt32, kernel32 and user32 as the bridge calls; `user` seals, another one cannot open it."""

    def __init__(self):
        self.user, self.freed, self.shown, self._kept = 7, 0, [], []
        self.crypt32 = self.kernel32 = self.user32 = self

    def _turn(self, given, found, head):
        raw = ctypes.string_at(given._obj.data, given._obj.size)
        if head is None and raw[0] != self.user:
            return 0
        text = bytes(byte ^ 0x5A for byte in (raw if head is not None else raw[1:]))
        made = ctypes.create_string_buffer((bytes([head]) if head is not None else b"") + text)
        self._kept.append(made)
        found._obj.size, found._obj.data = len(made) - 1, ctypes.cast(made, ctypes.POINTER(ctypes.c_char))
        return 1

    def CryptProtectData(self, given, _about, _more, _reserved, _prompt, _flags, found):
        return self._turn(given, found, self.user)

    def CryptUnprotectData(self, given, _about, _more, _reserved, _prompt, _flags, found):
        return self._turn(given, found, None)

    def LocalFree(self, _data):
        self.freed += 1

    def MessageBoxW(self, _window, words, _title, _kind):
        self.shown.append(words)


@pytest.fixture
def windows(monkeypatch, tmp_path):
    machine = Windows()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "windll", machine, raising=False)
    monkeypatch.delenv("LGO_CARD_BRIDGE", raising=False)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    return machine


def test_the_key_is_sealed_to_the_user_and_nobody_else_of_the_computer_opens_it(windows, tmp_path):
    key = Ed25519PrivateKey.generate()
    keys.save(keys.Setup("https://portal.example.go.th", key, label="โต๊ะ", cards=["mark"]))
    kept = (tmp_path / "LGO Card Bridge" / "setup.json").read_text("utf-8")
    assert key.private_bytes_raw().hex() not in kept and windows.freed == 1
    found = keys.load()
    assert found.key.private_bytes_raw() == key.private_bytes_raw() and found.cards == ["mark"] and windows.freed == 2
    windows.user = 8
    with pytest.raises(BridgeError, match="BROKEN_SETUP"):
        keys.load()


def test_without_a_console_the_officer_still_sees_it_and_status_remembers(windows, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)  # pythonw
    monkeypatch.setattr(sys, "stderr", None)
    assert cli.main(["run"]) == 78
    notices.say("รหัส 39", code="X", urgent=True)
    assert keys.last_status() == {"said": "รหัส 39", "code": "X"}
    for _ in range(100):
        if windows.shown:
            break
        notices.threading.Event().wait(0.02)
    assert windows.shown == ["รหัส 39"]
