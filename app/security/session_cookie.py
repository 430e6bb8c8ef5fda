"""Flask sessions: a visitor's in a signed cookie, an officer's on the server behind a random key (decisions 20)."""

from datetime import timedelta
from typing import Any

from flask import Flask, Request, Response, request
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from app.services import sessions

SERVER_KEY = "s."  # a key of the server; anything else is a visitor's signed cookie
_USER = "_user_id"  # where Flask-Login keeps who is logged in
CARD = "card_session"  # the card session that opened it (app/views/card_login.py)
PIN_AT = "pin_at"  # when its officer last said his PIN (app/views/pin_again.py)
MINUTES = "minutes"  # how long it lives, where that is less than the usual time
_words = TaggedJSONSerializer()
_GONE = object()  # a part that a session has not


def _is_file(app: Flask, asked: Request) -> bool:
    """Whether it is for a file that is the same for everybody: said to depend on a cookie, no browser would keep it."""
    return asked.path.startswith(f"{app.static_url_path}/")


class PortalSession(SecureCookieSession):
    """A session that knows the key under which the server keeps it, None for a visitor's, and how it was read."""

    key: str | None = None
    before: str = ""


def merged(before: Any, mine: Any, now: Any) -> Any:
    """What two requests made of a session at once: the parts that mine changed, the others as the other one left them."""
    if mine == before:
        return now
    if isinstance(mine, dict) and isinstance(now, dict):
        first = before if isinstance(before, dict) else {}
        parts = {name: _part(name, first, mine, now) for name in dict.fromkeys([*now, *mine])}
        return {name: part for name, part in parts.items() if part is not _GONE}
    if isinstance(mine, list) and isinstance(now, list):  # such as words to be told: each is told once
        read = before if isinstance(before, list) else []
        return [*(one for one in now if one in mine or one not in read), *(one for one in mine if one not in read)]
    return mine


def _part(name: str, *sessions_: dict[str, Any]) -> Any:
    """What becomes of one part; a list that one of them has not is an empty one, so that words told go and new ones stay."""
    found = [one.get(name, _GONE) for one in sessions_]
    if _GONE in found and any(isinstance(one, list) for one in found):
        return merged(*([] if one is _GONE else one for one in found)) or _GONE
    return merged(*found)


class PortalSessions(SecureCookieSessionInterface):
    """Writes a row only for somebody who logged in, so that nobody outside can fill the table.

    A new key is made at login and the row ends at logout; a visitor's cookie never logs anybody in.
    """

    session_class = PortalSession

    def open_session(self, app: Flask, request: Request) -> PortalSession | None:
        if _is_file(app, request):
            return PortalSession()
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        if cookie.startswith(SERVER_KEY):
            stored = sessions.load(cookie.removeprefix(SERVER_KEY))
            if stored is None:
                return PortalSession()
            found = PortalSession(_words.loads(stored.data))
            found.key, found.before = cookie.removeprefix(SERVER_KEY), stored.data
            return found
        visitor: Any = super().open_session(app, request)
        if visitor is not None and _USER in visitor:
            return PortalSession()
        return visitor

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        if _is_file(app, request):
            return
        user_id = session.get(_USER)
        if session.key is not None and user_id is None:
            sessions.end(session.key)
            session.key, session.modified = None, True
        if user_id is None:
            super().save_session(app, session, response)
            return
        response.vary.add("Cookie")
        if session.key is not None:
            if session.modified:
                self._keep(session)
            return
        session.key = sessions.new_key()
        lifetime = min(app.permanent_session_lifetime, timedelta(minutes=session.get(MINUTES, 24 * 60)))
        sessions.start(session.key, _words.dumps(dict(session)), int(user_id), lifetime, session.get(CARD))
        self._send_key(app, session.key, response)

    def _keep(self, session: PortalSession) -> None:
        """Write what this request changed; what another one wrote at the same time stays."""
        data, before = _words.dumps(dict(session)), session.before
        while session.key and (now := sessions.keep(session.key, data, before)) is not None:
            ours = merged(_words.loads(before), _words.loads(data), _words.loads(now))
            data, before = _words.dumps(ours), now

    def _send_key(self, app: Flask, key: str, response: Response) -> None:
        response.set_cookie(
            self.get_cookie_name(app),
            SERVER_KEY + key,
            domain=self.get_cookie_domain(app),
            path=self.get_cookie_path(app),
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite=self.get_cookie_samesite(app),
        )
