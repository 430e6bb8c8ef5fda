"""What the scope walk does on a route, and its visits of the report page (tests/views/test_scope_walk.py)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.domain.actor import NATION, Actor
from app.domain.clock import real_now
from app.models import SchemeElection
from app.models.database import db
from app.rules.schemes import EntitlementRank, Scheme
from app.services import mass_approvals, mass_plans, other_schemes
from app.services.clock import business_now
from app.services.other_schemes import DeclaredRight
from app.services.queue_filters import QueueFilters
from app.services.transaction import reading

Ids = dict[str, Any]


@dataclass(frozen=True)
class Visit:
    """How the rightful user uses a route: whose role, where, with what; he sees the canary or changes something."""

    by: str
    path: Callable[[Ids], str]
    data: Callable[[Ids], dict[str, Any]] | None = None
    changes: bool = False
    own_work: bool = False  # officers elsewhere may do the same with what is theirs: something changes, nothing is seen
    form_at: Callable[[Ids], str] | None = None  # the page whose form the rightful user sends back as it stands
    marker: str = ""  # what shows him that it worked, where no canary is shown


def at(path: str, *names: str) -> Callable[[Ids], str]:
    return lambda ids: path.format(*(ids[name] for name in names))


def with_(**data: str) -> Callable[[Ids], dict[str, Any]]:
    return lambda ids: {key: ids.get(value, value) for key, value in data.items()}


REPORTS: dict[tuple[str, str], Visit] = {
    ("ReportsView.show", "GET"): Visit("clerk_b", at("/reports/")),
    ("ReportsView.names", "GET"): Visit("finance_b", at("/reports/names")),
    ("ReportsView.one", "GET"): Visit("clerk_b", at("/reports/entitled")),
    ("ReportsView.choose", "POST"): Visit("clerk_b", at("/reports/dependents"), with_(relation="CHILD")),
    ("ReportsView.file", "POST"): Visit(
        "clerk_b", at("/reports/changes/file"), with_(format="csv"), changes=True, own_work=True
    ),
    ("ReportsView.keep", "POST"): Visit(
        "clerk_b", at("/reports/pending/keep"), with_(name="ค้าง", shared="yes"), changes=True, own_work=True
    ),
    ("ReportsView.kept", "GET"): Visit("clerk_b", at("/reports/kept/{}", "kept")),
    ("ReportsView.delete", "POST"): Visit(
        "clerk_b", at("/reports/kept/{}/delete", "kept"), with_(confirmed="yes"), changes=True
    ),
    ("OtherSchemesView.withdraw", "POST"): Visit(
        "clerk_b", at("/other-schemes/{}/elections/{}/withdrawal", "person", "choice"), with_(reason="ผิด"), changes=True
    ),
}

MANY: dict[tuple[str, str], Visit] = {
    ("AssignmentsView.assign", "POST"): Visit(
        "registrar_b",
        at("/approvals/assign/"),
        lambda ids: {"request_id": str(ids["to_take"]), "deed": "claim"},
        changes=True,
    ),
    ("MassApprovalsView.show", "GET"): Visit("registrar_b", at("/approvals/many/"), marker="/approvals/many/"),
    ("MassApprovalsView.one", "GET"): Visit("registrar_b", at("/approvals/many/{}?show=WAITS", "many")),
    ("MassApprovalsView.progress", "GET"): Visit(
        "registrar_b", at("/approvals/many/{}/progress", "many"), marker="data-progress-state"
    ),
    ("MassApprovalsView.file", "GET"): Visit("registrar_b", at("/approvals/many/{}/file", "many")),
    ("MassApprovalsView.stop", "POST"): Visit("registrar_b", at("/approvals/many/{}/stop", "many"), changes=True),
    ("MassApprovalsView.confirm", "POST"): Visit(
        "registrar_b", at("/approvals/many/{}/confirm", "many_asked"), changes=True
    ),
}


def approvals_of_many(registrar: Actor) -> tuple[int, int]:
    """One that was confirmed and waits for its worker, and one that is only asked for."""
    with reading(NATION) as session:
        now = business_now(session)
    asked = [mass_plans.prepare(QueueFilters(), shown_at=now, besides=(), actor=registrar)]
    mass_approvals.confirm(asked[0].id, actor=registrar)
    asked.append(mass_plans.prepare(QueueFilters(), shown_at=now, besides=(), actor=registrar))
    return asked[0].id, asked[1].id


def beside_our_scheme(person_id: int, clerk: Actor) -> tuple[int, int]:
    """A right in another scheme that the person declared, and a choice that binds nobody yet."""
    declared = DeclaredRight(Scheme.CSMBS, EntitlementRank.PRIMARY, date(2020, 1, 1))
    right = other_schemes.declare_right(person_id, declared, actor=clerk)
    chosen, at_ = date(2099, 10, 5), real_now()
    insert = sa.insert(SchemeElection.__table__).values(
        person_id=person_id, fiscal_year_be=2643, scheme=Scheme.SSO, declared_on=chosen, recorded_at=at_
    )
    with db.writer.begin() as connection:
        return right, connection.execute(insert).inserted_primary_key[0]
