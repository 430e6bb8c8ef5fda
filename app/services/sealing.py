"""Short secrets that the portal must read again, sealed under SECRET_KEY, which stands outside the database (AES-GCM)."""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


def seal(key: str, purpose: str, text: str) -> str:
    """`text` so that only this portal reads it, and only for this purpose (which names whose it is)."""
    nonce = os.urandom(_NONCE)
    return base64.urlsafe_b64encode(nonce + _cipher(key).encrypt(nonce, text.encode(), purpose.encode())).decode()


def unsealed(key: str, purpose: str, sealed: str) -> str | None:
    """What was sealed for this purpose; None where it was changed, is another's, or the key is another one by now."""
    try:
        raw = base64.b64decode(sealed.encode(), b"-_", validate=True)
        return _cipher(key).decrypt(raw[:_NONCE], raw[_NONCE:], purpose.encode()).decode()
    except (InvalidTag, ValueError):
        return None


def _cipher(key: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"lgo-portal sealing v1").derive(key.encode()))
