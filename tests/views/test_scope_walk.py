"""The scope walk: each route is first useful to whom it is for, then useless to everybody else (decisions 26)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa

from app.models.database import db
from tests.services.conftest import nid
from tests.views.canary import Aviary, build, digest
from tests.views.offices import TAO, TOWN, Browser, released

Ids = dict[str, Any]


@dataclass(frozen=True)
class Visit:
    """How the rightful user uses a route: whose role, where, with what; he sees the canary or changes something."""

    by: str
    path: Callable[[Ids], str]
    data: Callable[[Ids], dict[str, Any]] | None = None
    changes: bool = False
    also: tuple[str, ...] = ()  # who else may see it
    form_at: Callable[[Ids], str] | None = None  # the page whose form the rightful user sends back as it stands
    marker: str = ""  # what shows him that it worked, where no canary is shown


def _at(path: str, *names: str) -> Callable[[Ids], str]:
    return lambda ids: path.format(*(ids[name] for name in names))


def _with(**data: str) -> Callable[[Ids], dict[str, Any]]:
    return lambda ids: {key: ids.get(value, value) for key, value in data.items()}


def _decide(ids: Ids) -> dict[str, Any]:
    id_ = ids["pending"]
    return {"request_id": str(id_), f"version-{id_}": str(ids["pending_version"]), "decision": "approve"}


def _new(_ids: Ids) -> dict[str, Any]:
    return {"members-0-national_id": nid(7010), "members-0-first_name_th": "ใหม่", "action": "save"}


CLERK, REGISTRAR, ADMIN, AUDITOR = "clerk_b", "registrar_b", "admin", "auditor"
# Routes that show or change what an agency owns.
WALK: dict[tuple[str, str], Visit] = {
    ("ApprovalsView.show", "GET"): Visit(REGISTRAR, _at("/approvals/")),
    ("ApprovalsView.search", "POST"): Visit(REGISTRAR, _at("/approvals/"), _with(name="pending_no")),
    ("ApprovalsView.review", "GET"): Visit(REGISTRAR, _at("/approvals/{}", "pending")),
    ("ApprovalsView.decide", "POST"): Visit(REGISTRAR, _at("/approvals/decide"), _decide, changes=True),
    ("EvidenceView.show", "GET"): Visit(CLERK, _at("/evidence/{}", "evidence"), marker="IHDR"),
    ("FamiliesView.show", "GET"): Visit(CLERK, _at("/families/{}", "person")),
    ("FamiliesView.report_error", "POST"): Visit(
        CLERK, _at("/families/{}/entries/{}/error", "person", "entitlement"), _with(reason="ผิดคน"), changes=True
    ),
    ("FamilyFormView.add_to", "GET"): Visit(CLERK, _at("/family-forms/for/{}", "person")),
    ("FamilyFormView.add_to", "POST"): Visit(CLERK, _at("/family-forms/for/{}", "person"), _with(action="add")),
    ("FamilyFormView.new", "POST"): Visit(
        CLERK, _at("/family-forms/new"), _new, changes=True, form_at=_at("/family-forms/new")
    ),
    ("FamilyFormView.one", "GET"): Visit(CLERK, _at("/family-forms/{}", "draft_number")),
    ("FamilyFormView.one", "POST"): Visit(
        CLERK,
        _at("/family-forms/{}", "draft_number"),
        _with(action="save"),
        form_at=_at("/family-forms/{}", "draft_number"),
    ),
    ("FamilyHintsView.person", "POST"): Visit(
        CLERK, _at("/family-forms/hints/person"), _with(national_id="own_id"), marker="/families/"
    ),
    ("MyWorkView.show", "GET"): Visit(CLERK, _at("/my-work/")),
    ("MyWorkView.correct", "POST"): Visit(CLERK, _at("/my-work/correct"), _with(request_id="returned"), changes=True),
    ("MyWorkView.cancel", "POST"): Visit(CLERK, _at("/my-work/cancel"), _with(request_id="pending_too"), changes=True),
    ("RegisterView.show", "GET"): Visit(CLERK, _at("/register/")),
    ("RoundsView.one", "GET"): Visit(REGISTRAR, _at("/rounds/{}", "round"), also=("finance_b",)),
}
# Routes that hold no row of any agency, each with the reason why the walk has nothing to look for there.
NOTHING_OWNED: dict[str, str] = {
    "static": "files of the program",
    "appbuilder.static": "files of the program",
    "openapi.document": "the public description of the look-up service",
    "AuthView.login": "public",
    "AuthView.logout": "ends the own session",
    "HomeView.index": "counts of the own agency; test_home proves them",
    "LocaleView.index": "chooses the language",
    "UtilView.back": "goes back",
    "PasswordView.own": "the own password",
    "PasswordView.set_by_link": "the holder of a one-time link",
    "DayHintsView.day": "answers about a typed day",
    "RoundsView.show": "rounds are everybody's; the counts are proven in test_rounds",
    "RoundsView.next_round": "the coming round's instant",
    "RightsPage.ask": "nation-wide by law, no names; test_rights_page",
    "rights_api.lookup": "nation-wide by law, no names; test_rights_api",
    "rights_api.batch": "nation-wide by law, no names; test_rights_api",
}


@dataclass
class Walkers:
    """Browsers by who walks."""

    birds: Aviary
    browsers: dict[str, Browser] = field(default_factory=dict)


@pytest.fixture
def portal(sqlite_database, shared_app):
    db.bind(sqlite_database.url, sqlite_database.reads_url)
    return released(shared_app)


@pytest.fixture
def walkers(portal) -> Walkers:
    birds = build(portal)
    ids = birds.ids
    with portal.app.app_context(), db.engine.connect() as connection:
        query = sa.text("SELECT version, request_no FROM change_request WHERE id = :id")
        ids["pending_version"], ids["pending_no"] = connection.execute(query, {"id": ids["pending"]}).one()
    ids["own_id"] = nid(7000)
    found = Walkers(birds)
    for name in ("clerk_b", "registrar_b", "clerk_a", "registrar_a"):
        browser = portal.browser()
        assert browser.log_in(name).status_code == 302
        found.browsers[name] = browser
    for name, role in (
        ("finance", "finance_clerk"), ("province", "provincial_officer"), ("region", "nhso_region"),
        ("finance_b", "finance_clerk"),
    ):  # fmt: skip
        found.browsers[name] = portal.officer(role, TAO if name.endswith("_b") else TOWN)
    found.browsers["anonymous"] = portal.browser()
    return found


def call(browser: Browser, method: str, visit: Visit, ids: Ids):
    path = visit.path(ids)
    if method == "GET":
        return browser.get(path, follow_redirects=True)
    data = _fields(browser.get(visit.form_at(ids)).text) if visit.form_at else {}
    return browser.post(path, data | (visit.data(ids) if visit.data else {}), follow_redirects=True)


def _fields(page: str) -> dict[str, str]:
    """What the page's inputs and selects hold, as a browser would send them back."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="file"' not in tag:
            found[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    found.pop("csrf_token", None)
    return found


def test_every_route_is_walked_or_owns_nothing(portal):
    known = {endpoint for endpoint, _method in WALK} | set(NOTHING_OWNED) | ADMIN_VIEWS
    served = {rule.endpoint for rule in portal.app.url_map.iter_rules()}
    served = {e for e in served if e.partition(".")[0] + ".*" not in ADMIN_VIEWS}
    assert served <= known, served - known


# The administrator's views are his alone whatever they show: tests/views/test_accounts.py and test_agencies.py.
ADMIN_VIEWS = {
    "AccountView.*", "AgencyView.*", "TitleView.*", "ProvinceRegionView.*", "TokenView.*", "AuditView.*",
}  # fmt: skip


def test_strangers_see_and_change_nothing_and_the_rightful_do(walkers):
    birds, leaks = walkers.birds, []
    for (endpoint, method), visit in WALK.items():
        for name, browser in walkers.browsers.items():
            if name in ("clerk_b", "registrar_b", *visit.also):
                continue
            before = digest()
            answer = call(browser, method, visit, birds.ids)
            found = birds.seen_in(answer.data)
            typed = {
                value.encode()
                for value in (visit.data(birds.ids).values() if visit.data else ())
                if isinstance(value, str)
            }
            found = [canary for canary in found if canary not in typed]
            found += [visit.marker.encode()] if visit.marker and visit.marker.encode() in answer.data else []
            if found or digest() != before or answer.status_code >= 500:
                leaks.append((endpoint, method, name, answer.status_code, [f.decode() for f in found]))
    assert not leaks, "\n".join(map(str, leaks))
    useless = []
    for (endpoint, method), visit in WALK.items():
        before = digest()
        answer = call(walkers.browsers[visit.by], method, visit, birds.ids)
        shown = visit.marker.encode() in answer.data if visit.marker else bool(birds.seen_in(answer.data))
        useful = digest() != before if visit.changes else shown
        if not useful or answer.status_code >= 500:
            useless.append((endpoint, method, answer.status_code))
    assert not useless, "\n".join(map(str, useless))
