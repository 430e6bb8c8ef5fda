"""The handbooks: one's own first, whole, and with no link that leads nowhere."""

import re

import pytest


@pytest.mark.parametrize(("role", "first"), [("personnel_clerk", "/help/clerk"), ("registrar", "/help/clerk")])
def test_ones_own_handbook_stands_first(portal, role, first):
    page = portal.officer(role).get("/help/").text
    assert re.findall(r'href="(/help/\w+)"', page)[0] == first


@pytest.mark.parametrize("name", ["clerk", "registrar"])
def test_every_link_of_a_handbook_leads_somewhere(portal, name):
    browser = portal.officer("registrar")
    text = re.search(r"<article.*</article>", browser.get(f"/help/{name}").text, re.DOTALL)
    links = re.findall(r'href="([^"]+)"', text[0])
    assert links
    for link in links:
        assert browser.get(link).status_code == 200, link


def test_there_is_no_other_handbook(portal):
    assert portal.officer("registrar").get("/help/../base").status_code == 404
    assert portal.officer("registrar", "06900101").get("/help/secret").status_code == 404


def test_a_visitor_is_sent_to_log_in(portal):
    for path in ("/help/", "/help/clerk"):
        answer = portal.browser().get(path)
        assert answer.status_code == 302 and "/login/" in answer.location
