"""The scope walk: each route is first useful to whom it is for, then useless to everybody else (decisions 26)."""

import io
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa

from app.models.database import db
from app.services import jobs, typed_forms
from tests.services import roster_desk
from tests.services.conftest import nid
from tests.services.test_evidence import PDF
from tests.views.canary import CANARY, Aviary, build, digest
from tests.views.claim_walk import ELSEWHERE
from tests.views.family_desk import filled_in
from tests.views.nothing_owned import ADMIN_VIEWS, NOTHING_OWNED
from tests.views.offices import TAO, TOWN, Browser, write
from tests.views.roster_desk import bring_canary, staff_columns
from tests.views.scope_visits import Ids, Visit, approvals_of_many, beside_our_scheme
from tests.views.scope_visits import at as _at
from tests.views.scope_visits import with_ as _with


def _decide(ids: Ids) -> dict[str, Any]:
    id_ = ids["pending"]
    return {"request_id": str(id_), f"version-{id_}": str(ids["pending_version"]), "decision": "approve"}


def _new(_ids: Ids) -> dict[str, Any]:
    return {"members-0-national_id": nid(7010), "members-0-first_name_th": "ใหม่", "action": "save"}


def _typing(_ids: Ids) -> dict[str, Any]:
    return {"members-0-national_id": "1-99", "members-0-first_name_th": "ครึ่งๆ"}


def _paper(_ids: Ids) -> dict[str, Any]:
    return {"doc_type": "HOUSE_REG", "file": (io.BytesIO(PDF), "ก.pdf")}


def _search(field_name: str, value: str) -> dict[str, Any]:
    blank = dict.fromkeys(("national_id", "name", "status", "relation", "personnel_type", "agency"), "")
    return blank | {field_name: value}


CLERK, REGISTRAR, ADMIN, AUDITOR = "clerk_b", "registrar_b", "admin", "auditor"
WALK: dict[tuple[str, str], Visit] = {
    ("ApprovalsView.show", "GET"): Visit(REGISTRAR, _at("/approvals/")),
    ("ApprovalsView.search", "POST"): Visit(REGISTRAR, _at("/approvals/"), _with(name="pending_no")),
    ("ApprovalsView.review", "GET"): Visit(REGISTRAR, _at("/approvals/{}", "pending")),
    ("ApprovalsView.panel", "GET"): Visit(REGISTRAR, _at("/approvals/{}/panel", "pending")),
    ("ApprovalsView.summary", "POST"): Visit(REGISTRAR, _at("/approvals/summary"), _decide),
    ("ApprovalsView.decide", "POST"): Visit(REGISTRAR, _at("/approvals/decide"), _decide, changes=True),
    ("ApprovalsView.withdraw", "POST"): Visit(
        REGISTRAR, _at("/approvals/{}/withdraw", "pending"), _with(version="pending_version")
    ),
    ("QueueDeskView.save", "POST"): Visit(
        REGISTRAR, _at("/approvals/views/"), _with(name="ใหม่"), changes=True, own_work=True
    ),
    ("QueueDeskView.apply", "GET"): Visit(REGISTRAR, _at("/approvals/views/{}", "queue_view")),
    ("QueueDeskView.columns", "POST"): Visit(
        REGISTRAR, _at("/approvals/views/columns"), _with(column="request"), changes=True, own_work=True
    ),
    ("QueueDeskView.delete", "POST"): Visit(REGISTRAR, _at("/approvals/views/{}/delete", "queue_view"), changes=True),
    ("QueueFileView.export", "POST"): Visit(REGISTRAR, _at("/approvals/file/")),
    ("EvidenceView.show", "GET"): Visit(CLERK, _at("/evidence/{}", "evidence"), marker="IHDR"),
    ("FamiliesView.show", "GET"): Visit(CLERK, _at("/families/{}", "person")),
    ("FamiliesView.report_error", "POST"): Visit(
        CLERK, _at("/families/{}/entries/{}/error", "person", "entitlement"), _with(reason="ผิดคน"), changes=True
    ),
    ("EndsView.report", "GET"): Visit(CLERK, _at("/ends/{}", "entitlement")),
    ("EndsView.report", "POST"): Visit(CLERK, _at("/ends/{}", "entitlement"), _with(reason="", event_date="")),
    ("EndsView.take_back", "GET"): Visit(CLERK, _at("/ends/{}/take-back", "entitlement")),
    ("EndsView.take_back", "POST"): Visit(CLERK, _at("/ends/{}/take-back", "entitlement"), _with(reason="ผิด")),
    ("EditsView.change", "GET"): Visit(CLERK, _at("/edits/{}", "entitlement")),
    ("EditsView.change", "POST"): Visit(CLERK, _at("/edits/{}", "entitlement"), _with(text="ผิด")),
    ("EditsView.move", "GET"): Visit(CLERK, _at("/edits/{}/pension", "entitlement")),
    ("EditsView.move", "POST"): Visit(CLERK, _at("/edits/{}/pension", "entitlement"), _with(service_start_date="")),
    ("ExplainView.show", "GET"): Visit(CLERK, _at("/why/{}", "person")),
    ("TrialView.real", "GET"): Visit(CLERK, _at("/what-if/{}", "person")),
    ("TrialView.real", "POST"): Visit(CLERK, _at("/what-if/{}", "person"), _with(on="1/1/2570")),
    ("OtherSchemesView.ask", "POST"): Visit(CLERK, _at("/other-schemes/"), _with(national_id="own_id")),
    ("OtherSchemesView.show", "GET"): Visit(CLERK, _at("/other-schemes/{}", "person")),
    ("ExplainByNumberView.find", "POST"): Visit(CLERK, _at("/why-of/"), _with(national_id="own_id")),
    ("OtherSchemesView.confirm", "POST"): Visit(REGISTRAR, _at("/other-schemes/{}/confirmation", "person")),
    ("OtherSchemesView.declare", "POST"): Visit(
        CLERK,
        _at("/other-schemes/{}/rights", "person"),
        _with(scheme="SSO", rank="PRIMARY", since="1/1/2563"),
        changes=True,
    ),
    ("OtherSchemesView.end", "POST"): Visit(
        CLERK, _at("/other-schemes/{}/rights/{}/end", "person", "other_right"), _with(until="1/1/2569"), changes=True
    ),
    ("OtherSchemesView.elect", "POST"): Visit(
        CLERK, _at("/other-schemes/{}/elections", "person"), _with(scheme="SSO", declared_on="1/10/2569"), changes=True
    ),
    ("FamilyFormView.add_to", "GET"): Visit(CLERK, _at("/family-forms/for/{}", "person")),
    ("FamilyFormView.add_to", "POST"): Visit(CLERK, _at("/family-forms/for/{}", "person"), _with(action="add")),
    ("FamilyFormView.new", "GET"): Visit(CLERK, _at("/family-forms/new?typed={}", "typed")),
    ("FamilyFormView.new", "POST"): Visit(
        CLERK, _at("/family-forms/new"), _new, changes=True, own_work=True, form_at=_at("/family-forms/new")
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
    ("FamilyTypingView.keep", "POST"): Visit(
        CLERK, _at("/family-forms/typed/"), _typing, changes=True, own_work=True, form_at=_at("/family-forms/new")
    ),
    ("FamilyTypingView.forget", "POST"): Visit(
        CLERK, _at("/family-forms/typed/forget"), _with(typed_id="typed"), changes=True
    ),
    ("FamilyPapersView.add", "POST"): Visit(
        CLERK, _at("/family-forms/documents/"), _paper, changes=True, own_work=True
    ),
    ("LookAheadView.show", "GET"): Visit(CLERK, _at("/coming/")),
    ("LookAheadView.export", "POST"): Visit(CLERK, _at("/coming/export"), _with(within="30")),
    ("MyWorkView.show", "GET"): Visit(CLERK, _at("/my-work/")),
    ("MyWorkView.correct", "POST"): Visit(CLERK, _at("/my-work/correct"), _with(request_id="returned"), changes=True),
    ("MyWorkView.cancel", "POST"): Visit(CLERK, _at("/my-work/cancel"), _with(request_id="pending_too"), changes=True),
    ("RegisterView.show", "GET"): Visit(CLERK, _at("/register/")),
    ("RegisterView.search", "POST"): Visit(CLERK, _at("/register/"), lambda ids: _search("national_id", ids["own_id"])),
    ("RegisterView.found", "GET"): Visit(CLERK, _at("/register/{}", "search")),
    ("RegisterView.export", "POST"): Visit(CLERK, _at("/register/export"), changes=True, own_work=True),
    ("RegisterView.family", "GET"): Visit(CLERK, _at("/register/families/{}", "person")),
    ("SavedViewsView.save", "POST"): Visit(
        CLERK, _at("/register/views/"), _with(search="search", name="ใหม่"), changes=True, own_work=True
    ),
    ("SavedViewsView.apply", "GET"): Visit(CLERK, _at("/register/views/{}", "view")),
    ("SavedViewsView.columns", "POST"): Visit(
        CLERK, _at("/register/views/columns"), _with(search="search", column="status"), changes=True, own_work=True
    ),
    ("SavedViewsView.delete", "POST"): Visit(CLERK, _at("/register/views/{}/delete", "view"), changes=True),
    **ELSEWHERE,
    ("ReportsInboxView.show", "GET"): Visit(CLERK, _at("/my-files/"), marker="/file"),
    ("ReportsInboxView.activity", "GET"): Visit(CLERK, _at("/my-files/activity"), marker="/file"),
    ("ReportsInboxView.file", "GET"): Visit(CLERK, _at("/my-files/{}/file", "job")),
    ("ReportsInboxView.cancel", "POST"): Visit(CLERK, _at("/my-files/{}/cancel", "waiting_job"), changes=True),
    ("RosterView.one", "GET"): Visit(CLERK, _at("/rosters/imports/{}", "import")),
    ("RosterView.upload", "GET"): Visit(CLERK, _at("/rosters/")),
    ("RosterView.progress", "GET"): Visit(CLERK, _at("/rosters/imports/{}/progress", "import"), marker="import-work"),
    ("RosterView.mend", "GET"): Visit(CLERK, _at("/rosters/imports/{}/mend", "import")),
    ("RosterColumnsView.show", "GET"): Visit(CLERK, _at("/rosters/columns/{}", "import")),
    ("RosterDeedsView.decide", "POST"): Visit(
        CLERK, _at("/rosters/imports/{}/decide", "import"), lambda ids: {f"line-{ids['doubt']}": "SAME"}, changes=True
    ),
    ("RosterColumnsView.show", "POST"): Visit(
        CLERK, _at("/rosters/columns/{}", "import"), lambda _ids: staff_columns(), changes=True
    ),
    ("RosterDeedsView.stop", "POST"): Visit(CLERK, _at("/rosters/imports/{}/stop", "import"), changes=True),
    ("RosterDeedsView.check", "POST"): Visit(CLERK, _at("/rosters/imports/{}/check", "import"), changes=True),
    ("RosterDeedsView.submit", "POST"): Visit(CLERK, _at("/rosters/imports/{}/submit", "import_too"), changes=True),
    ("RosterDeedsView.undo", "POST"): Visit(
        CLERK, _at("/rosters/imports/{}/undo", "sent_import"), _with(confirmed="yes"), changes=True
    ),
    ("RosterDeedsView.discard", "POST"): Visit(
        CLERK, _at("/rosters/imports/{}/discard", "lost_import"), _with(confirmed="yes"), changes=True
    ),
    ("SearchView.search", "POST"): Visit(CLERK, _at("/search/"), _with(words="pending_no"), marker="SB2570-06900101-"),
    ("RoundsView.one", "GET"): Visit(REGISTRAR, _at("/rounds/{}", "round")),
}


@dataclass
class Walkers:
    """Browsers by who walks."""

    birds: Aviary
    browsers: dict[str, Browser] = field(default_factory=dict)


@pytest.fixture
def walkers(portal, monkeypatch) -> Walkers:
    monkeypatch.setenv("INSTANCE", portal.app.config["INSTANCE"])  # as a worker knows it
    birds = build(portal)
    ids = birds.ids
    with portal.app.app_context(), db.engine.connect() as connection:
        query = sa.text("SELECT version, request_no FROM change_request WHERE id = :id")
        ids["pending_version"], ids["pending_no"] = connection.execute(query, {"id": ids["pending"]}).one()
    ids["own_id"] = nid(7000)
    fields = [("members-0-relation", "SELF"), ("members-0-first_name_th", CANARY)]
    ids["typed"] = typed_forms.keep(typed_forms.NEW, CANARY, fields, actor=birds.clerk).id
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
    _search_and_export(found)
    return found


def _search_and_export(found: Walkers) -> None:
    """The neighbour's clerk has searched, asked for an Excel file, which a worker has written, and imported a roster."""
    ids, clerk = found.birds.ids, found.browsers["clerk_b"]
    ids["search"] = clerk.post("/register/", _search("name", CANARY)).location.rpartition("/")[2]
    clerk.post("/register/export", {"search": ids["search"]})
    clerk.post("/register/views/", {"search": ids["search"], "name": "ของฉัน"})
    clerk.post("/reports/entitled/keep", {"name": f"ทะเบียน {CANARY}", "shared": "yes", "status": "ACTIVE"})
    with db.engine.connect() as connection:
        ids["job"], attempt = connection.execute(
            sa.text("SELECT id, attempt FROM job WHERE kind = 'register_export'")
        ).one()
        ids["kept"] = connection.execute(sa.text("SELECT id FROM saved_report")).scalar_one()
        ids["view"] = connection.execute(sa.text("SELECT id FROM saved_view")).scalar_one()
    found.browsers["registrar_b"].post("/approvals/views/", {"name": "ของฉัน"})
    with db.engine.connect() as connection:
        ids["queue_view"] = connection.execute(sa.text("SELECT max(id) FROM saved_view")).scalar_one()
    with found.birds.portal.app.app_context():
        assert jobs.run(ids["job"], attempt)
        ids["many"], ids["many_asked"] = approvals_of_many(found.birds.registrar)
    clerk.post("/register/export")
    with db.engine.connect() as connection:
        ids["waiting_job"] = connection.execute(sa.text("SELECT max(id) FROM job")).scalar_one()
    ids["import"], ids["import_too"], ids["sent_import"], ids["lost_import"] = (
        bring_canary(clerk, n) for n in range(4)
    )
    with db.engine.connect() as connection:
        ids["doubt"] = connection.execute(
            sa.text("SELECT min(id) FROM roster_line WHERE fate = 'DOUBT' AND import_id = :id"), {"id": ids["import"]}
        ).scalar_one()
    clerk.post(f"/rosters/imports/{ids['sent_import']}/submit")
    roster_desk.work()
    with found.birds.portal.app.app_context():
        ids["other_right"], ids["choice"] = beside_our_scheme(ids["person"], found.birds.clerk)
    # Papers are owed for the neighbour's right: what is coming shows it.
    owed = {"person": ids["person"]}
    write("UPDATE entitlement SET to_follow = 'PAPERS' WHERE person_id = :person", **owed)
    write(
        "UPDATE change_request SET submitted_at = '2026-01-01 00:00:00.000000' WHERE id IN"
        " (SELECT request_id FROM entitlement WHERE person_id = :person)",
        **owed,
    )


def call(browser: Browser, method: str, visit: Visit, ids: Ids):
    path = visit.path(ids)
    if method == "GET":
        answer = browser.get(path, follow_redirects=True)
        assert answer.data is not None
        answer.close()  # a download holds its file open
        return answer
    data = filled_in(browser.get(visit.form_at(ids)).text) if visit.form_at else {}
    return browser.post(path, data | (visit.data(ids) if visit.data else {}), follow_redirects=True)


def test_every_route_is_walked_or_owns_nothing(portal):
    known = {endpoint for endpoint, _method in WALK} | set(NOTHING_OWNED) | ADMIN_VIEWS
    served = {rule.endpoint for rule in portal.app.url_map.iter_rules()}
    served = {e for e in served if e.partition(".")[0] + ".*" not in ADMIN_VIEWS}
    assert served <= known, served - known


def test_strangers_see_and_change_nothing_and_the_rightful_do(walkers):
    birds, leaks, before = walkers.birds, [], digest()
    for (endpoint, method), visit in WALK.items():
        for name, browser in walkers.browsers.items():
            if name in ("clerk_b", "registrar_b", visit.by):
                continue
            answer = call(browser, method, visit, birds.ids)
            found = birds.seen_in(answer.data)
            typed = {
                value.encode()
                for value in (visit.data(birds.ids).values() if visit.data else ())
                if isinstance(value, str)
            }
            found = [canary for canary in found if canary not in typed]
            found += [visit.marker.encode()] if visit.marker and visit.marker.encode() in answer.data else []
            after = digest()
            changed, before = after != before and not visit.own_work, after
            if found or changed or answer.status_code >= 500:
                leaks.append((endpoint, method, name, answer.status_code, [f.decode() for f in found]))
    assert not leaks, "\n".join(map(str, leaks))
    useless = []
    for (endpoint, method), visit in WALK.items():
        answer = call(walkers.browsers[visit.by], method, visit, birds.ids)
        shown = visit.marker.encode() in answer.data if visit.marker else bool(birds.seen_in(answer.data))
        after = digest()
        useful, before = after != before if visit.changes else shown, after
        if not useful or answer.status_code >= 500:
            useless.append((endpoint, method, answer.status_code))
    assert not useless, "\n".join(map(str, useless))
