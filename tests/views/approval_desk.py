"""A town with clerk and registrar, requests sent by verbs, and the registrar's browser."""

import re
from dataclasses import dataclass
from typing import Any

from app.domain.actor import Actor, Scope, ScopeKind
from app.domain.roles import powers_of
from app.services import change_requests
from app.services.family_forms import Member
from tests.services.conftest import family, nid, official
from tests.views.offices import TAO, TOWN, Browser, Portal, rows

REASON = "หลักฐานไม่ชัดเจน"


@dataclass
class Desk:
    """The portal with its officers; `clerk` and `neighbour` act through verbs, `registrar` through pages."""

    portal: Portal
    clerk: Actor
    neighbour: Actor
    registrar: Browser
    registrar_actor: Actor

    def sent(self, *members: Member, by: Actor | None = None) -> tuple[int, ...]:
        """The ids of the requests of a submitted family form; one official without members."""
        form = family(*(members or (official(nid(1)),)))
        return change_requests.record(form, actor=by or self.clerk, submit=True).request_ids

    def decide(
        self, decision: str, *ids: int, reason: str = "", seen: dict[int, int] | None = None, **more: Any
    ) -> Any:
        """Post a decision on requests as the page would, and follow to the outcomes."""
        seen = {request_id: version(request_id) for request_id in ids} | (seen or {})
        form = {"decision": decision, "reason": reason, "request_id": [str(request_id) for request_id in ids]}
        form |= {f"version-{request_id}": str(number) for request_id, number in seen.items()} | more
        return self.registrar.post("/approvals/decide", form, follow_redirects=True)


def open_desk(portal: Portal) -> Desk:
    """The desk on a fresh portal."""
    portal.account("clerk", "personnel_clerk", TOWN)
    portal.account("neighbour", "personnel_clerk", TAO)
    browser = portal.officer("registrar", TOWN)
    return Desk(
        portal,
        actor(portal, "clerk", "personnel_clerk", TOWN),
        actor(portal, "neighbour", "personnel_clerk", TAO),
        browser,
        actor(portal, f"registrar.{TOWN}", "registrar", TOWN),
    )


def actor(portal: Portal, username: str, role: str, agency: str) -> Actor:
    """The account as an actor for the verbs."""
    agency_id = portal.agencies[agency]
    scope = Scope(ScopeKind.AGENCY, agency_id)
    return Actor(username, scope, powers_of((role,)), user_id=portal.ids[username], roles=(role,), agency_id=agency_id)


def status(request_id: int) -> str:
    """Where a request stands."""
    return str(rows("SELECT status FROM change_request WHERE id = :id", id=request_id)[0][0])


def version(request_id: int) -> int:
    """The version of a request that exists, 1 of any other."""
    found = rows("SELECT version FROM change_request WHERE id = :id", id=min(request_id, 2**31 - 1))
    return int(found[0][0]) if found else 1


def text_of(html: str) -> str:
    """The words of a page, without tags, spaces in one piece."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())
