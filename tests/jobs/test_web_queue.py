"""What a page asks for in the background is handed to a worker at once, not when the ticker looks for lost jobs."""

import sqlalchemy as sa

from app import create_app
from app.domain.actor import Actor, Scope, ScopeKind
from app.domain.people import JobStatus
from app.domain.powers import Power
from app.models import Job
from app.models.database import db
from app.reports.register_columns import RegisterFilters
from app.services import queues, register_reports
from config import load_config
from tests.builders import agency, user
from tests.jobs.harness import LivePortal, wait_until
from tests.reports.test_register_export import WORDS


def test_a_worker_begins_without_a_ticker(portal: LivePortal):
    where = {"INSTANCE": str(portal.folder), "REDIS_URL": portal.redis_url}
    create_app(load_config(where | {"DATABASE_URL": portal.urls.url, "READS_DATABASE_URL": portal.urls.reads_url}))
    portal.start_worker()
    here, powers = agency(), frozenset({Power.VIEW_REGISTER, Power.EXPORT_REGISTER})
    clerk = Actor("clerk", Scope(ScopeKind.AGENCY, here), powers, user_id=user("clerk", here), agency_id=here)
    try:
        job_id = register_reports.request_export(RegisterFilters(), actor=clerk, words=WORDS, described="ทุกรายการ")
        table = Job.__table__
        status = sa.select(table.c.status).where(table.c.id == job_id)

        def is_done() -> bool:
            with db.engine.connect() as connection:
                return connection.execute(status).scalar_one() is JobStatus.DONE

        wait_until(is_done, "the worker has written the file")
    finally:
        queues.connect_queue({"REDIS_URL": None})
