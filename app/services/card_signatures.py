"""What a workstation signs: a JWS of exactly one form, read without trusting a byte of it before the signature holds.

The header is compared byte by byte, so there is no algorithm to negotiate and no key to slip in (RFC 7515, RFC 8037).
"""

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ENROL, LOGIN, PRESENCE, DESK, READING = (
    f"lgo-card-{name}+jwt" for name in ("enrol", "login", "presence", "desk", "reading")
)
LONGEST = 4096
VERSION = 1
# What each kind says in this version, no more and no less: another word is another version.
CLAIMS = {
    kind: frozenset(("v", "iss", "aud", *names.split()))
    for kind, names in (
        (ENROL, "code"), (LOGIN, "nonce iat cid card"), (PRESENCE, "csid seq state"), (DESK, ""), (READING, "nonce person"),
    )
}  # fmt: skip
MAY_SAY = {DESK: {"iat"}}  # `doctor` of the first bridges says when it asked; nothing hangs on it
KEY_BYTES = 32
_WORD = re.compile(r"[A-Za-z0-9_-]+")
_HEADER = re.compile(rb'\{"alg":"EdDSA","kid":"(ws_[0-9a-f]{20})","typ":"([a-z+-]{1,40})"\}')


@dataclass(frozen=True)
class Message:
    """A signed message that is whole but not believed yet; `wid` is whose key it claims."""

    wid: str
    kind: str
    payload: bytes
    signed: bytes
    signature: bytes

    def claims(self, public_key: str) -> dict[str, Any] | None:
        """What it says once its signature holds under this key, None where it does not; nothing where it has no one meaning."""
        try:
            key = Ed25519PublicKey.from_public_bytes(unpacked(public_key) or b"")
            key.verify(self.signature, self.signed)
        except (InvalidSignature, ValueError):
            return None
        try:
            said = json.loads(self.payload, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            return {}
        return said if isinstance(said, dict) else {}

    def fault(self, claims: dict[str, Any]) -> str:
        """Why claims of this message are not believed whatever they say: CLAIMS, VERSION, ISSUER, or nothing."""
        if not claims:
            return "CLAIMS"
        if type(claims.get("v")) is not int or claims["v"] != VERSION:
            return "VERSION"
        if claims.get("iss") != self.wid:
            return "ISSUER"
        return "" if claims.keys() - MAY_SAY.get(self.kind, set()) == CLAIMS[self.kind] else "CLAIMS"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a word twice: two programs could read two things")
    return found


def read(text: Any, kind: str) -> Message | None:
    """The message of this kind in a compact JWS; None for anything else."""
    if not isinstance(text, str) or len(text) > LONGEST:
        return None
    parts = [unpacked(part) for part in text.split(".")]
    if len(parts) != 3:
        return None
    header, payload, signature = parts
    if header is None or payload is None or signature is None:
        return None
    found = _HEADER.fullmatch(header)
    if found is None or found[2].decode() != kind:
        return None
    return Message(found[1].decode(), kind, payload, text.rpartition(".")[0].encode(), signature)


def unpacked(word: str) -> bytes | None:
    """The bytes of a base64url word without padding; None unless it is written the one right way."""
    if not _WORD.fullmatch(word):
        return None
    try:
        raw = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
    except ValueError:
        return None
    return raw if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() == word else None


def wid_of(public_key: bytes) -> str:
    """The name that a key gives to its workstation."""
    return f"ws_{hashlib.sha256(public_key).hexdigest()[:20]}"


def fingerprint(public_key: str) -> str:
    """The key in groups that two people compare on two screens."""
    digest = hashlib.sha256(unpacked(public_key) or b"").hexdigest()[:32].upper()
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


def sealed(pepper: str, kind: str, *parts: str) -> str:
    """A keyed hash of what must not stand in the database; without the pepper it cannot be guessed."""
    return hmac.new(pepper.encode(), "\0".join((kind, *parts)).encode(), hashlib.sha256).hexdigest()


def hashed(secret: str) -> str:
    """The hash of a long random secret; of whatever JSON can spell, for strangers send that too."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
