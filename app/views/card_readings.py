"""อ่านบัตร: an officer's page asks for a visitor's card and takes what was read; posted, so that no address holds anything."""

from typing import Any

from flask import current_app, jsonify, request, session
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_appbuilder.utils.limit import Limit

from app.domain import national_id
from app.domain.errors import PortalError
from app.domain.people import Sex
from app.domain.powers import Power
from app.models.card import ReadingPurpose
from app.security.session_cookie import CARD
from app.services import card_readings
from app.views.base import PowerView, actor
from app.views.errors import status_of, words_of
from app.views.labels import label

PER_OFFICER = "120 per minute"  # a page asks every second while it waits
_LONGEST = 10


class CardReadingView(PowerView):
    """Answers to the script of the button (app/static/js/card_reading.js)."""

    route_base = "/card-readings"
    default_view = "ask"
    power = Power.LOOKUP_RIGHT
    limits = [Limit(PER_OFFICER, key_func=lambda: f"readings {actor().user_id}", methods=("POST",))]

    @expose("/", methods=["POST"])
    def ask(self) -> ResponseReturnValue:
        """{id, workstation} of a reading that waits for the card, or 4xx with {error, desks}."""
        purpose = request.form.get("purpose", "")
        try:
            asked = card_readings.ask(
                ReadingPurpose(purpose) if purpose in set(ReadingPurpose) else ReadingPurpose.LOOKUP,
                consent=request.form.get("consent") == "yes",
                workstation_id=_whole(request.form.get("workstation", "")),
                actor=actor(),
                card_session_id=session.get(CARD),
            )
        except PortalError as refusal:
            desks = card_readings.desks(actor=actor()) if refusal.code == "WHICH_WORKSTATION" else []
            told = {"error": words_of(refusal), "desks": [{"id": id_, "label": label} for id_, label in desks]}
            return jsonify(told), status_of(refusal)
        return jsonify(id=asked.id, workstation=asked.workstation)

    @expose("/<int:reading_id>/take", methods=["POST"])
    def take(self, reading_id: int) -> ResponseReturnValue:
        """{state, person}: WAITING, OVER, or READ with what stands on the card."""
        try:
            taken = card_readings.take(reading_id, actor=actor(), hash_key=current_app.config["SECRET_KEY"])
        except PortalError as refusal:
            return jsonify(error=words_of(refusal)), status_of(refusal)
        return jsonify(state=taken.state, person=_shown(taken.person) if taken.person else None)

    @expose("/<int:reading_id>/give-up", methods=["POST"])
    def give_up(self, reading_id: int) -> ResponseReturnValue:
        """The officer closed the window."""
        card_readings.give_up(reading_id, actor=actor())
        return jsonify({})


def reader_words() -> dict[str, Any]:
    """What the templates of the button need; without an approved computer, or a portal that takes cards, there is none."""
    can = bool(current_app.config["CARD_PEPPER"]) and bool(card_readings.desks(actor=actor()))
    return {"reads_cards": can, "sexes": Sex, "label": label}


def _shown(person: dict[str, str]) -> dict[str, str]:
    """As an officer would type it: the number in groups, the birth date in the Buddhist era with zeros where unknown."""
    year, _, rest = person["birth_date"].partition("-")
    month, _, day = rest.partition("-")
    be = str(int(year) + 543) if year else ""
    born = f"{day or '00'}/{month}/{be}" if month else be
    return person | {"cid": national_id.display(person["cid"]), "birth_date": born}


def _whole(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= _LONGEST else None
