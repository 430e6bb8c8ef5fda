"""The handbooks: one's own first, whole, and with no link that leads nowhere."""

import re

import pytest


@pytest.mark.parametrize(
    ("role", "found"),
    [
        ("personnel_clerk", ["/help/clerk"]),
        ("registrar", ["/help/clerk", "/help/registrar", "/help/security"]),
        ("auditor", []),
        ("nhso_admin", ["/help/admin", "/help/security"]),
    ],
)
def test_each_finds_the_handbooks_of_his_own_work(portal, role, found):
    browser = portal.officer(role)
    assert re.findall(r'href="(/help/\w+)"', browser.get("/help/").text) == found
    for name in ("clerk", "registrar", "admin", "security"):
        assert browser.get(f"/help/{name}").status_code == (200 if f"/help/{name}" in found else 403)


@pytest.mark.parametrize(
    "name, role",
    [("clerk", "registrar"), ("registrar", "registrar"), ("admin", "nhso_admin"), ("security", "registrar")],
)
def test_every_link_of_a_handbook_leads_somewhere(portal, name, role):
    browser = portal.officer(role)
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


@pytest.mark.parametrize(
    "name, role",
    [("clerk", "registrar"), ("registrar", "registrar"), ("admin", "nhso_admin"), ("security", "registrar")],
)
def test_both_languages_have_the_same_parts_and_links(portal, name, role):
    browser = portal.officer(role)
    found = []
    for language in ("th", "en"):
        browser.get(f"/lang/{language}")
        text = re.search(r"<article.*</article>", browser.get(f"/help/{name}").text, re.DOTALL)[0]
        assert f'lang="{language}"' in text[:60]
        found.append(([re.sub(r"[^a-z0-9]", "", tag) for tag in re.findall(r"</?(?:h2|ol|ul|dl|dt|dd|li|p)\b", text)],
                      re.findall(r'(?:href|id)="([^"]+)"', text)))  # fmt: skip
        thai = re.findall(r"[\u0e00-\u0e7f]{2,}", re.sub(r"<[^>]+>", " ", text))
        assert bool(thai) if language == "th" else set(thai) <= {"ก", "พ", "คร", "๒๙", "๒๕๔๓"}, thai
    assert found[0] == found[1]
