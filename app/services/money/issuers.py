"""Who issued a receipt: a listed hospital by whatever its name was typed as, or a place elsewhere."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import names
from app.domain.actor import Scope
from app.domain.claims import is_clinic, is_listed, issuer_key, place_key
from app.models.claimed_receipt import ClaimedReceipt
from app.models.hospital import Hospital
from app.services.transaction import reading

_KNOWN = "portal_places"
_COLUMNS = sa.select(Hospital.code, Hospital.name_th).order_by(Hospital.id)


class Places:
    """The hospitals of the country by how their names are compared, read once and before a transaction holds up others."""

    def __init__(self, session: Session) -> None:
        self._by_key: dict[str, Any] = {}
        for row in session.execute(_COLUMNS):
            key = place_key(row.name_th)
            self._by_key[key] = (
                None if key in self._by_key else row
            )  # of several with one name none is known to be meant

    def find(self, text: str) -> Any | None:
        """Code and name of the one hospital that this place is; None for a clinic, and for what is none or several."""
        key = "" if is_clinic(text) else place_key(text)
        return self._by_key.get(key) if key else None


def read_before(scope: Scope, typed: Iterable[str]) -> Places | None:
    """The hospitals, where one of these places has to be looked for among them: asked before the writing begins."""
    places = {text for one in typed if (text := names.tidy(one))}
    if not places:
        return None
    with reading(scope) as session:
        if all(is_clinic(text) or _listed(session, text) for text in places):
            return None
        return Places(session)


def use(session: Session, places: Places | None) -> None:
    """Let this transaction look at what was read before it."""
    if places is not None:
        session.info[_KNOWN] = places


def issuer_of(session: Session, hospital: Hospital | None, elsewhere: str) -> tuple[str, str]:
    """Name and key of who issued a receipt: a place elsewhere that is a listed hospital is that hospital; a clinic is none."""
    text = names.tidy(elsewhere)
    if not text:
        assert hospital is not None
        return hospital.name_th, issuer_key(hospital.code)
    listed = _listed(session, text)
    if listed is None and not is_clinic(text):
        listed = _places(session).find(text)
    return (listed.name_th, issuer_key(listed.code)) if listed else (text, issuer_key("", text))


def keys_of(scope: Scope, typed: Iterable[str]) -> Mapping[str, str]:
    """By what each of these places is known, for the question whether two of them are one."""
    texts = {one for one in typed if names.tidy(one)}
    places = read_before(scope, texts)
    with reading(scope) as session:
        use(session, places)
        return {text: issuer_of(session, None, text)[1] for text in texts}


def issuer_now(session: Session, row: ClaimedReceipt) -> tuple[str, str]:
    """Name and key of a row's issuer as they are found today: a place may have been noted under another spelling."""
    return (row.issuer, row.issuer_key) if is_listed(row.issuer_key) else issuer_of(session, None, row.issuer)


def _listed(session: Session, text: str) -> Any | None:
    """The hospital whose code or name was typed as it is listed, or with its first word written out."""
    known = text.replace("รพ.", "โรงพยาบาล", 1) if text.startswith("รพ.") else text
    by_name = (text, known, known.replace(" ", ""), f"โรงพยาบาล{text}")
    fits = sa.or_(Hospital.code == text.split(" ")[0].upper(), Hospital.name_th.in_(by_name))
    return session.execute(_COLUMNS.where(fits).limit(1)).one_or_none()


def _places(session: Session) -> Places:
    if _KNOWN not in session.info:
        session.info[_KNOWN] = Places(session)
    known: Places = session.info[_KNOWN]
    return known
