"""How pages travel: small, from here only, and kept by the browser until they change."""

import re

import pytest
import sqlalchemy as sa

from app.models.database import db

FIRST_LOAD_LIMIT = 300_000  # bytes on the wire, fonts included


def bytes_on_the_wire(browser, path):
    with browser.get(path, headers={"Accept-Encoding": "br, gzip"}) as answer:
        assert answer.status_code == 200, path
        return len(answer.data)


def addresses(html):
    return [address for address in re.findall(r'(?:href|src)="(/static/[^"#]+)', html)]


def test_the_first_load_is_small(portal):
    browser = portal.officer("registrar")
    html = browser.get("/approvals/").text
    wanted = set(addresses(html))
    assert len(wanted) > 3
    with browser.get(next(address for address in wanted if "all.css" in address)) as sheet:
        fonts = set(re.findall(r'url\("\.\./\.\.(/[^"]+)"\)', sheet.text))
    assert fonts
    total = bytes_on_the_wire(browser, "/approvals/")
    total += sum(bytes_on_the_wire(browser, path) for path in wanted | {f"/static{font}" for font in fonts})
    assert total < FIRST_LOAD_LIMIT


def test_a_browser_keeps_what_has_a_hash(portal):
    browser = portal.browser()
    named = addresses(browser.get("/login/").text)
    with browser.get(next(address for address in named if "all.css" in address)) as sheet:
        letters = {f"/static{path}" for path in re.findall(r'url\("\.\./\.\.(/[^"]+)"\)', sheet.text)}
    assert letters and letters <= set(named), "letters that the page does not ask for ahead come late and move it"
    for address in named:
        assert re.search(r"\?v=[0-9a-f]{10}$", address)
        for asked, is_kept in ((address, True), (address.partition("?")[0], False)):
            with browser.get(asked) as answer:
                assert ("immutable" in answer.headers.get("Cache-Control", "")) is is_kept, asked


def test_a_file_depends_on_no_cookie_and_stays_kept_when_it_is_asked_for_again(portal):
    browser = portal.officer("registrar")
    for address in addresses(browser.get("/register/").text):
        with browser.get(address) as first:
            assert "Cookie" not in first.headers.get("Vary", "") and "Set-Cookie" not in first.headers, address
        if "ETag" in first.headers:
            with browser.get(address, headers={"If-None-Match": first.headers["ETag"]}) as again:
                assert again.status_code == 304 and "immutable" in again.headers["Cache-Control"], address


def test_a_page_draws_its_icons_itself_and_a_part_of_one_names_their_file(portal):
    browser = portal.officer("nhso_admin")
    page = browser.get("/agencies/list/").text
    used, drawn = set(re.findall(r'<use href="([^"]+)"', page)), re.findall(r'<symbol id="([^"]+)"', page)
    assert used == {f"#{name}" for name in drawn} and len(drawn) == len(set(drawn)) > 5
    part = browser.get(re.search(r'data-aside="([^"]+)"', page)[1]).text
    assert "<symbol" not in part
    assert all("sprite.svg?v=" in address for address in re.findall(r'<use href="([^"]+)"', part))
    assert "<use " in part


@pytest.mark.parametrize("path", ["/", "/approvals/", "/register/", "/rounds/"])
def test_no_page_needs_the_frameworks_own_files(portal, path):
    assert "/static/appbuilder" not in portal.officer("registrar").get(path).text


@pytest.mark.parametrize(
    "path", ["none.css", "../../templates/base.html", "../../../README.md", "%2e%2e/%2e%2e/__init__.py"]
)
def test_only_files_of_the_static_folder_are_served(portal, path):
    with portal.browser().get(f"/static/css/{path}") as answer:
        assert answer.status_code == 404


def test_pages_themselves_are_never_kept(portal):
    assert portal.officer("registrar").get("/approvals/").headers["Cache-Control"] == "no-store"


def test_whoever_asks_for_a_file_is_not_looked_up(portal):
    browser = portal.officer("registrar")
    address = next(one for one in addresses(browser.get("/register/").text) if "all.css" in one)
    asked = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    with browser.get(address) as answer:
        assert answer.status_code == 200 and asked == []
    browser.get("/register/")
    assert any("user_session" in statement for statement in asked)  # as a page does
