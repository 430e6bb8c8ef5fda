"""Gives the nightly report of the nation its Thai words: a worker has no reader whose language it could take."""

from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel

from app.services import nation_report
from app.services.leases import Lease

# Only words are taken from up there. The worker loads this module with the job that needs it, never earlier.
from app.views.report_words import file_words

_TRANSLATIONS = Path(__file__).parents[1] / "translations"


def write(payload: dict[str, Any], lease: Lease) -> None:
    """Write the night's file in Thai (the handler of its kind)."""
    app = Flask("words")
    Babel(app, default_locale="th", default_translation_directories=str(_TRANSLATIONS))
    with app.app_context():
        words = file_words("entitled")
    nation_report.write(payload | {"words": words}, lease)
