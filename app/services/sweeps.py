"""Lets go of what was only lent: uploads, reports, sessions, form tokens, unused evidence, each after its time."""

import os

from app.services import (
    card_sweeps,
    evidence_sweeps,
    form_tokens,
    report_files,
    roster_uploads,
    scheme_files,
    sessions,
    typed_forms,
)
from app.services.money import hospital_statements
from config import instance_dir, uploads_dir


def sweep() -> None:
    """Remove everything whose time is over, now; twice, or by several at once, is as good as once.

    At every tick and not once a night: a file that is promised to lie for a day at most must not lie for two.
    """
    instance = instance_dir(os.environ)
    for held in (roster_uploads.FOLDER, hospital_statements.FOLDER):
        roster_uploads.sweep(instance / held)
    report_files.forget_old(instance / report_files.FOLDER)
    scheme_files.sweep()
    sessions.sweep()
    card_sweeps.sweep()
    form_tokens.sweep()
    typed_forms.sweep()
    evidence_sweeps.sweep(uploads_dir(os.environ))
