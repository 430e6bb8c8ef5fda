"""How pages travel: small, from here only, and kept by the browser until they change."""

import re

import pytest

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
    address = addresses(browser.get("/login/").text)[0]
    assert re.search(r"\?v=[0-9a-f]{10}$", address)
    for asked, is_kept in ((address, True), (address.partition("?")[0], False)):
        with browser.get(asked) as answer:
            assert ("immutable" in answer.headers.get("Cache-Control", "")) is is_kept


@pytest.mark.parametrize("path", ["/", "/approvals/", "/register/", "/rounds/"])
def test_no_page_needs_the_frameworks_own_files(portal, path):
    assert "/static/appbuilder" not in portal.officer("registrar").get(path).text


def test_pages_themselves_are_never_kept(portal):
    assert portal.officer("registrar").get("/approvals/").headers["Cache-Control"] == "no-store"
