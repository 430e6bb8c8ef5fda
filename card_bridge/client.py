"""Talks to the portal and nobody else: one pinned origin, its certificate checked, no redirects, no proxy of the environment."""

import json
import re
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from card_bridge.failures import BridgeError

_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?")
_HERE = re.compile(r"http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?")
_LONGEST_ANSWER = 64 * 1024
_SAID = {403: "REFUSED", 429: "CROWDED"}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A portal that sends us elsewhere is not ours."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def origin_of(server: str, *, development: bool = False) -> str:
    """The bare origin that was typed; raises BridgeError WRONG_SERVER for anything else, and for http but to this machine."""
    origin = server.strip().rstrip("/").lower()
    if _ORIGIN.fullmatch(origin) or (development and _HERE.fullmatch(origin)):
        return origin
    raise BridgeError("WRONG_SERVER", server)


class Client:
    """One portal."""

    def __init__(self, origin: str, *, ca: Path | None = None, proxy: str = "", seconds: float = 10.0) -> None:
        self.origin, self._seconds = origin, seconds
        try:
            context = ssl.create_default_context(cafile=str(ca) if ca else None)
        except (OSError, ssl.SSLError) as error:
            raise BridgeError("BROKEN_SETUP", f"{ca}: {error}") from error
        # An empty list of proxies: otherwise the environment's would be used.
        proxies = urllib.request.ProxyHandler({"https": proxy} if proxy else {})
        secure = urllib.request.HTTPSHandler(context=context)
        self._opener = urllib.request.build_opener(proxies, secure, _NoRedirects())

    def ask(self, door: str, body: dict[str, Any]) -> dict[str, Any]:
        """The portal's answer at /api/card/v1/<door>; raises BridgeError REFUSED, CROWDED, OFFLINE, TLS."""
        request = urllib.request.Request(  # noqa: S310 - the origin was checked
            f"{self.origin}/api/card/v1/{door}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "User-Agent": "lgo-card-bridge"},
        )
        try:
            with self._opener.open(request, timeout=self._seconds) as answer:
                found = json.loads(answer.read(_LONGEST_ANSWER))
        except urllib.error.HTTPError as error:
            with error:
                raise BridgeError(_SAID.get(error.code, "OFFLINE"), str(error.code)) from error
        except urllib.error.URLError as error:
            certificate = isinstance(error.reason, ssl.SSLError)
            raise BridgeError("TLS" if certificate else "OFFLINE", str(error.reason)) from error
        except (OSError, ValueError) as error:
            raise BridgeError("OFFLINE", str(error)) from error
        if not isinstance(found, dict):
            raise BridgeError("OFFLINE", "no object")
        return found
