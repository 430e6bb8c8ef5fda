"""What this computer keeps: its key, its portal, and sealed marks of the cards that may be sent; readable by its owner only."""

import hashlib
import hmac
import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_bridge import protection
from card_bridge.failures import BridgeError

_SETUP, _STATUS = "setup.json", "status.json"


@dataclass
class Setup:
    """An enrolled computer; `cards` are marks that only this computer's key can make again."""

    origin: str
    key: Ed25519PrivateKey
    label: str = ""
    development: bool = False
    ca: str = ""
    proxy: str = ""
    cards: list[str] = field(default_factory=list)

    def mark(self, cid: str) -> str:
        """A mark of a card's number that says nothing to anybody without the key."""
        return hmac.new(self.key.private_bytes_raw(), cid.encode(), hashlib.sha256).hexdigest()


def folder() -> Path:
    """Where this user's files are: LGO_CARD_BRIDGE, else the place that the system has for them."""
    if named := os.environ.get("LGO_CARD_BRIDGE"):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "LGO Card Bridge"
    return Path(os.environ.get("XDG_CONFIG_HOME", str(Path.home() / ".config"))) / "lgo-card-bridge"


def load() -> Setup:
    """The setup of this computer; raises BridgeError NOT_ENROLLED, BROKEN_SETUP (damaged, or open to others)."""
    file = folder() / _SETUP
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise BridgeError("BROKEN_SETUP", f"{file} can be read by others")
        said = json.loads(file.read_text("utf-8"))
        key = Ed25519PrivateKey.from_private_bytes(protection.opened(bytes.fromhex(said.pop("key"))))
        return Setup(key=key, **said)
    except FileNotFoundError as error:
        raise BridgeError("NOT_ENROLLED") from error
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BridgeError("BROKEN_SETUP", f"{file}: {type(error).__name__}") from error


def save(setup: Setup) -> None:
    """Keep the setup; a crash meanwhile leaves the one before."""
    said = {name: value for name, value in vars(setup).items() if name != "key"}
    _write(_SETUP, said | {"key": protection.closed(setup.key.private_bytes_raw()).hex()})


def note_status(**said: Any) -> None:
    """Leave word for `status` of what the running bridge does; never a card's number."""
    _write(_STATUS, said)


def last_status() -> dict[str, Any]:
    """The last word of the running bridge; empty when there is none."""
    try:
        found = json.loads((folder() / _STATUS).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(name: str, said: dict[str, Any]) -> None:
    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place / f"{name}.{os.getpid()}"
    with open(draft, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        json.dump(said, file)
    draft.replace(place / name)
