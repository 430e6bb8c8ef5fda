"""Serves evidence documents in scope, in a way that no browser runs anything inside them."""

import io
from pathlib import Path

from flask import Response, abort, current_app, request, send_file
from flask_appbuilder import expose

from app.domain.errors import NotFound
from app.domain.powers import Power
from app.services import evidence
from app.services.evidence_formats import PDF
from app.views.base import PowerView, actor

# A sandbox stops what a file might try; only the browser's own frame around a picture needs its style.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


def shelf() -> evidence.Shelf:
    """Where this instance keeps its files, and its scanner."""
    return evidence.Shelf(Path(current_app.config["UPLOADS"]), current_app.config["CLAMD_SOCKET"])


def served(document: evidence.OpenedDocument) -> Response:
    """A file: a picture in the page, a PDF or with `?download=1` anything as a download."""
    response = send_file(
        io.BytesIO(document.content),
        mimetype=document.media_type,
        as_attachment=document.media_type == PDF or "download" in request.args,
        download_name=document.name,
    )
    response.headers["Content-Security-Policy"] = _POLICY
    return response


class EvidenceView(PowerView):
    """One address per document; the neighbour's and the missing one answer alike."""

    route_base = "/evidence"
    default_view = "show"
    power = Power.VIEW_REGISTER

    @expose("/<int:evidence_id>")
    def show(self, evidence_id: int) -> Response:
        """The file: a picture in the page, a PDF or with `?download=1` anything as a download."""
        try:
            document = evidence.open_(evidence_id, actor=actor(), shelf=shelf())
        except NotFound:
            abort(404)
        return served(document)
