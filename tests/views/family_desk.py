"""A clerk at the family form: fills it in, reads it back as a browser would, and acts beside it through the verbs."""

import io
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.domain.actor import Actor, Scope, ScopeKind
from app.domain.roles import powers_of
from tests.services.conftest import nid
from tests.views.offices import TOWN, Browser, Portal, rows

NEW = "/family-forms/new"


class FormReader(HTMLParser):
    """The values that a browser would send for the family form; what stands in templates and other forms is left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._inside, self._in_template, self._select = False, False, ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("id") == "family-form"
        elif tag == "template":
            self._in_template = True
        if not self._inside or self._in_template:
            return
        name = given.get("name") or ""
        if tag == "select":
            self._select = name
            self.values[name] = [""]
        elif tag == "option" and "selected" in given:
            self.values[self._select] = [given.get("value") or ""]
        elif tag == "input" and name and (given.get("type") not in ("file", "checkbox") or "checked" in given):
            self.values.setdefault(name, []).append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._in_template = False
        elif tag == "form":
            self._inside = False


def filled_in(html: str) -> dict[str, Any]:
    """What the page's form would send if a button were pressed now."""
    return {name: values if len(values) > 1 else values[0] for name, values in FormReader(html).values.items()}


def principal(number: str, **changes: Any) -> dict[str, Any]:
    """The principal's fields with everything that a submission needs."""
    fields = {
        "relation": "SELF", "national_id": number, "title_th": "นาย", "first_name_th": "สมชาย", "last_name_th": "ใจดี",
        "birth_date": "4 พ.ค. 2528", "sex": "M", "personnel_type": "MUNICIPAL_OFFICER",
        "service_start_date": "๑/๑๐/๒๕๕๘",
    }  # fmt: skip
    return {f"members-0-{name}": value for name, value in (fields | changes).items()}


def relative(row: int, number: str, **changes: Any) -> dict[str, Any]:
    """A child's fields with everything that a submission needs: born in marriage, its papers to follow."""
    fields = {
        "relation": "CHILD", "national_id": number, "title_th": "ด.ญ.", "first_name_th": "ใบบุญ", "last_name_th": "ใจดี",
        "birth_date": "2/1/2563", "sex": "F", "marriage_date": "1/2/2550", "to_follow": "1",
    }  # fmt: skip
    return {f"members-{row}-{name}": value for name, value in (fields | changes).items()}


def send(browser: Browser, action: str, *fields: dict[str, Any], path: str = NEW) -> TestResponse:
    """Open the form, change what it shows to `fields`, press a button; the answer is not followed."""
    shown = filled_in(browser.get(path).text) | {"action": action}
    for more in fields:
        shown |= more
    return post(browser, path, shown)


def post(browser: Browser, path: str, fields: dict[str, Any]) -> TestResponse:
    """Post fields and files as a browser does, whatever their size."""
    sent = {n: FileStorage(v[0], v[1], n) if isinstance(v, tuple) else v for n, v in fields.items()}
    boundary, body = encode_multipart({"csrf_token": browser.token()} | sent)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return browser.client.post(path, input_stream=io.BytesIO(body), content_length=len(body), content_type=kind)


def official_form() -> dict[str, Any]:
    """A principal of his own."""
    return principal(nid(1))


def actor(portal: Portal, username: str, role: str, where: str = TOWN) -> Actor:
    """The actor of a new account, to act through the verbs beside the browser."""
    agency_id = portal.agencies[where]
    return Actor(
        name=username, scope=Scope(ScopeKind.AGENCY, agency_id), powers=powers_of((role,)),
        user_id=portal.account(username, role, where), roles=(role,), agency_id=agency_id,
    )  # fmt: skip


def logged_in(portal: Portal, username: str) -> Browser:
    """The browser of an account that `actor` made."""
    browser = portal.browser()
    assert browser.log_in(username).status_code == 302
    return browser


def requests() -> list[tuple[str]]:
    """The status of every request, in the order of their making."""
    return rows("SELECT status FROM change_request ORDER BY id")


def complaints(page: TestResponse) -> str:
    """The words of the summary above the form, without markup."""
    found = re.search(r'id="complaints".*?</section>', page.text, re.S)
    return re.sub(r"<[^>]+>|\s+", " ", unescape(found[0])) if found else ""
