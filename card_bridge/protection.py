"""How the key lies on the disk: on Windows sealed to the user by DPAPI, elsewhere in a file that only its owner reads."""

import ctypes
import sys
from typing import Any


class _Blob(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint32), ("data", ctypes.POINTER(ctypes.c_char))]


def closed(secret: bytes) -> bytes:
    """The secret as it is written."""
    return _called("CryptProtectData", secret) if sys.platform == "win32" else secret


def opened(kept: bytes) -> bytes:
    """The secret as it was; raises OSError where another user of Windows wrote it."""
    return _called("CryptUnprotectData", kept) if sys.platform == "win32" else kept


def _called(name: str, raw: bytes) -> bytes:
    library: Any = ctypes
    given, found = (
        _Blob(len(raw), ctypes.cast(ctypes.create_string_buffer(raw), ctypes.POINTER(ctypes.c_char))),
        _Blob(),
    )
    function = getattr(library.windll.crypt32, name)
    if not function(ctypes.byref(given), None, None, None, None, 0, ctypes.byref(found)):
        raise OSError(f"{name} failed")
    try:
        return ctypes.string_at(found.data, found.size)
    finally:
        library.windll.kernel32.LocalFree(found.data)
