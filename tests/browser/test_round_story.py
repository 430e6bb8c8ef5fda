"""A round in a real browser: what it will do, seen beforehand, and afterwards what it did, by its own ledger."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.domain.clock import BANGKOK, bangkok_day, real_now
from app.domain.people import PersonnelType, Relation, TerminationReason
from tests import builders
from tests.browser.test_lives import DEAD, MOVING, demo_portal, picture, rights  # noqa: F401 - fixtures
from tests.services.conftest import family, nid, official, relative

pytestmark = pytest.mark.soak


@pytest.fixture
def demo_instance(demo_instance):
    """The demo's folder, kept for whoever looks into its database."""
    kept = []

    def make(folder):
        kept.append(demo_instance(folder))
        return kept[-1]

    make.kept = kept
    return make


def test_a_round_is_seen_before_and_told_after(desk, rights, demo_instance):  # noqa: F811 - the fixtures
    from app.domain.actor import NATION
    from app.models import Entitlement, Person, ProcessingRound
    from app.models.database import db
    from app.services import change_requests, endings, transfers
    from app.services.demo import lives, world
    from app.services.demo.accounts import TAO, TOWN
    from app.services.endings import EndForm
    from app.services.transaction import reading
    from app.services.transfers import TransferForm

    (folder,) = demo_instance.kept
    db.bind(f"sqlite:///{folder}/portal.db", f"sqlite:///{folder}/reads.db")
    try:
        town, tao = world.office(TOWN, "clerk1", "registrar1"), world.office(TAO, "clerk_b", "registrar_b")
        day = bangkok_day(real_now()) - timedelta(days=1)
        with reading(NATION) as session:
            query = sa.select(Entitlement.id).join(Person, Person.id == Entitlement.person_id)
            wife = session.scalars(query.where(Person.national_id == nid(7012))).one()
            coming = session.scalars(
                sa.select(ProcessingRound)
                .where(ProcessingRound.status == "PLANNED")
                .order_by(ProcessingRound.scheduled_at)
            ).first()
        assert coming is not None
        moving = transfers.take_over(
            [TransferForm(rights[MOVING], day, PersonnelType.TAO_OFFICER)], actor=tao.clerk
        )[0].request_ids  # fmt: skip
        divorce = endings.report_end(EndForm(wife, TerminationReason.DIVORCED, day), actor=town.clerk).request_ids
        death = endings.report_end(EndForm(rights[DEAD], TerminationReason.DECEASED, day), actor=town.clerk).request_ids
        newcomer = [
            official(nid(7021), first_name_th="วิชัย", last_name_th="ตั้งใจ", birth_date=date(1990, 2, 3)),
            relative(Relation.SPOUSE, nid(7022), title_th="นาง", first_name_th="อารี", last_name_th="ตั้งใจ",
                     birth_date=date(1991, 4, 5)),
        ]  # fmt: skip
        new = change_requests.record(family(*newcomer), actor=town.clerk, submit=True).request_ids
        lives.approve(town, [*divorce, *death, *new])
        lives.approve(tao, moving)
    finally:
        db.dispose()

    for name, officer in (("round_preview", "registrar1"), ("round_preview_nhso", "nhso1")):
        window = desk(officer).open(f"/rounds/{coming.id}")
        assert "รอบนี้จะทำอะไร" in window.page.inner_text("main")
        picture(window, name)
    db.bind(f"sqlite:///{folder}/portal.db", f"sqlite:///{folder}/reads.db")
    try:
        builders.clock(coming.scheduled_at.astimezone(BANGKOK).strftime("%Y-%m-%d %H:%M"))
    finally:
        db.dispose()
    for name, officer in (("round_done", "registrar1"), ("round_manifest", "nhso1")):
        window = desk(officer)
        for _ in range(60):
            window.open(f"/rounds/{coming.id}")
            if window.page.locator(".fingerprint").count():
                break
            window.page.wait_for_timeout(1_000)
        assert window.page.locator(".fingerprint").inner_text()
        picture(window, name)
