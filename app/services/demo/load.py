"""Loads some thousand made-up people through the verbs; the same seed gives the same people."""

from collections.abc import Callable

import sqlalchemy as sa

from app.domain.actor import NATION
from app.domain.clock import bangkok_day
from app.models.change_request import Proposal
from app.services import approvals, submissions
from app.services.clock import business_now
from app.services.demo import world
from app.services.demo.accounts import TAO, TOWN
from app.services.demo.people import FIRST_SERIAL, Census
from app.services.demo.world import Office
from app.services.family_forms import FamilyForm
from app.services.numbering import take_numbers
from app.services.transaction import reading, transaction

FAMILIES_AT_ONCE = 40


def load(persons: int, seed: int, *, production: bool, tell: Callable[[int], None]) -> int:
    """Add at least `persons` people as approved families, and return how many; `tell` hears the count so far.

    On an instance that nobody has used they are in force at once, for its clock may start in the past; otherwise the next
    round carries them. Raises NotAllowed('DEMO_IN_PRODUCTION').
    """
    world.refuse_production(production)
    world.build()
    unused = world.is_unused()
    census = Census(seed, _free_serial())
    offices = (world.office(TOWN, "clerk1", "registrar1"), world.office(TAO, "clerk_b", "registrar_b"))
    past = world.days_of_the_past() if unused else iter(())
    next(past, None)
    done = 0
    while done < persons:
        for office in offices:
            done += _batch(office, census, persons - done)
            tell(done)
    for _pause in past:
        pass
    return done


def _free_serial() -> int:
    """The serial after the highest one in use, so that two loads never make up the same number."""
    first = sa.func.max(sa.func.substr(Proposal.national_id, 6, 7))
    with reading(NATION) as session:
        highest = session.scalar(sa.select(first).where(sa.func.substr(Proposal.national_id, 2, 4) == "9901"))
    return max(FIRST_SERIAL, int(highest or 0) + 1)


def _batch(office: Office, census: Census, wanted: int) -> int:
    today = bangkok_day(business_now())
    families: list[FamilyForm] = []
    while len(families) < FAMILIES_AT_ONCE and sum(len(f.members) for f in families) < wanted:
        families.append(census.family(office.agency.agency_type, today))
    versions: dict[int, int] = {}
    with transaction(office.clerk) as session:
        now = business_now(session)
        numbers = take_numbers(session, "SB", office.agency.id, today, len(families))
        for form, number in zip(families, numbers, strict=True):
            principal = form.members[0].national_id
            requests = submissions.write_drafts(
                session, form.members, principal=principal, submission_no=number, actor=office.clerk, now=now
            )
            submissions.submit_drafts(session, requests, actor=office.clerk, now=now)
            versions |= {request.id: request.version for request in requests}
    for outcome in approvals.approve(list(versions), actor=office.registrar, seen_versions=versions):
        if outcome.error is not None:
            raise outcome.error
    return len(versions)
