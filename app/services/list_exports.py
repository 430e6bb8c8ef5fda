"""Lists of the administrators that leave the portal as files: who took which, and how many entries."""

from app.domain.actor import Actor
from app.services.audit import record
from app.services.saved_views import SCREENS
from app.services.transaction import transaction


def note(screen: str, count: int, *, actor: Actor) -> None:
    """Write down that the actor takes so many entries of a list along. Raises NotAllowed('POWER_MISSING')."""
    actor.require(SCREENS[screen])
    with transaction(actor) as session:
        record(session, actor, "export_list", "list", screen, agency_id=actor.agency_id, detail={"entries": count})
