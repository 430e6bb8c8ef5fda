"""Lets go of what was only lent: uploads, reports, expired sessions and old form tokens, each after its promised time."""

import os

import sqlalchemy as sa

from app.domain.actor import NOTHING, robot
from app.domain.clock import bangkok_day, real_now
from app.models.database import db
from app.models.processing_round import RunningNumber
from app.services import form_tokens, register_reports, roster_uploads, sessions
from app.services.transaction import transaction
from config import instance_dir

_ROBOT = robot("sweeps", NOTHING)
_numbers = RunningNumber.__table__


def sweep() -> None:
    """Remove everything whose time is over, now; twice, or by several at once, is as good as once.

    At every tick and not once a night: a file that is promised to lie for a day at most must not lie for two.
    """
    instance = instance_dir(os.environ)
    roster_uploads.sweep(instance / roster_uploads.FOLDER)
    register_reports.forget_old(instance / register_reports.FOLDER)
    sessions.sweep()
    _sweep_form_tokens()


def _sweep_form_tokens() -> None:
    """Tokens stand among the running numbers as FORM-yyyymmdd-...; their order is that of their days."""
    oldest = f"FORM-{bangkok_day(real_now()) - form_tokens.KEPT:%Y%m%d}"
    over = sa.and_(_numbers.c.series.startswith("FORM-"), sa.func.substr(_numbers.c.series, 1, len(oldest)) < oldest)
    with db.engine.connect() as connection:
        found = connection.scalar(sa.select(sa.select(_numbers.c.series).where(over).exists()))
    if found:
        with transaction(_ROBOT) as session:
            session.execute(sa.delete(_numbers).where(over))
