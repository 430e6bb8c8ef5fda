"""What the bridge signs: a JWS of exactly one form with the key of this computer (RFC 7515, RFC 8037)."""

import base64
import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def packed(raw: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def public_key(key: Ed25519PrivateKey) -> bytes:
    """The half of the key that the portal knows."""
    return key.public_key().public_bytes_raw()


def wid_of(key: Ed25519PrivateKey) -> str:
    """The name that the key gives to this computer."""
    return f"ws_{hashlib.sha256(public_key(key)).hexdigest()[:20]}"


def fingerprint(key: Ed25519PrivateKey) -> str:
    """The key in groups that two people compare on two screens."""
    digest = hashlib.sha256(public_key(key)).hexdigest()[:32].upper()
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


def signed(key: Ed25519PrivateKey, kind: str, claims: dict[str, Any]) -> str:
    """The claims as a compact JWS of the kind `lgo-card-<kind>+jwt`; version and issuer are added."""
    header = {"alg": "EdDSA", "kid": wid_of(key), "typ": f"lgo-card-{kind}+jwt"}
    whole = {"v": 1, "iss": wid_of(key), **claims}
    words = ".".join(packed(json.dumps(part, separators=(",", ":")).encode()) for part in (header, whole))
    return f"{words}.{packed(key.sign(words.encode()))}"


def question(key: Ed25519PrivateKey, origin: str) -> dict[str, str]:
    """What asks for a challenge; signed, so that nobody else's junk uses up this computer's questions."""
    return {"wid": wid_of(key), "m": signed(key, "desk", {"aud": origin})}
