"""Takes in one document of the family form while the form is being typed, with the file's way shown as it goes."""

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_appbuilder.utils.limit import Limit

from app.domain.powers import Power
from app.services import evidence
from app.views.base import PowerView, actor
from app.views.evidence_words import document_words
from app.views.family_fields import DocumentRow
from app.views.family_sheet import store_document

PER_OFFICER = "60 per minute"


class FamilyPapersView(PowerView):
    """One document at a time; the form then ticks it like one that it found attached."""

    route_base = "/family-forms/documents"
    default_view = "add"
    power = Power.RECORD_REQUEST
    limits = [Limit(PER_OFFICER, key_func=lambda: f"papers {actor().user_id}", methods=("POST",))]

    @expose("/", methods=["POST"])
    def add(self) -> ResponseReturnValue:
        """Store the document: {id, words, address}, or 400 with {errors: {field: words}}."""
        document = DocumentRow()
        number = store_document(document, actor())
        if number is None:
            return jsonify(errors={field.name: str(field.errors[0]) for field in document if field.errors}), 400
        words = document_words(evidence.notes([number], actor=actor())[number])
        return jsonify(id=number, words=words, address=url_for("EvidenceView.show", evidence_id=number))
