"""Keeps what an officer types while he types it: his own alone, just as it stands, until a verb has taken it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor, robot
from app.domain.errors import Conflict, NotAllowed, NotFound
from app.domain.powers import Power
from app.models.typed_form import TypedForm
from app.services.clock import business_now
from app.services.evidence import LARGEST_ID
from app.services.transaction import reading, transaction

_ROBOT = robot("sweeper")
NEW = "new"
KEPT = timedelta(days=30)
MOST = 20  # forms begun by one officer; the oldest makes room
Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Typed:
    """A form as it was last kept: `about` is NEW, a form's number or `for-` and a person id; `title` is for lists."""

    id: int
    about: str
    title: str
    fields: Fields
    version: int
    typed_at: datetime


def keep(
    about: str,
    title: str,
    fields: Fields,
    *,
    actor: Actor,
    typed_id: int | None = None,
    seen_version: int | None = None,
) -> Typed:
    """Keep these names and values instead of what was kept as `typed_id` at `seen_version`, or as a new form.

    The same words that come twice, from a page that was left and from the next one, are kept once. Nothing is judged.
    About a known family there is one form: who brings none of its numbers has not seen it.
    Raises NotFound('TYPED_FORM_GONE') where the officer has no such form (any more), and
    Conflict('TYPED_ELSEWHERE', at=...) where another window of his kept it meanwhile.
    """
    actor.require(Power.RECORD_REQUEST)
    if actor.agency_id is None or actor.user_id is None:
        raise NotAllowed("AGENCY_NEEDED")
    with transaction(actor) as session:
        now = business_now(session)
        begun = session.scalars(_all_mine(actor)).all() if typed_id is None else ()
        form = _mine(session, typed_id, actor) if typed_id is not None else _standing(begun, about, fields)
        if form is not None and form.about != about:
            raise NotFound("TYPED_FORM_GONE")
        if form is None:
            _make_room(session, begun, now)
            form = TypedForm(agency_id=actor.agency_id, user_id=actor.user_id, about=about, version=1)
            session.add(form)
        elif form.version != seen_version:
            if form.fields == _stored(fields):
                return _typed(form)
            raise Conflict("TYPED_ELSEWHERE", at=form.typed_at)
        form.title, form.fields, form.typed_at = title[:300], _stored(fields), now
        session.flush()
        return _typed(form)


def read(typed_id: int, *, actor: Actor) -> Typed:
    """One of the officer's own forms; raises NotFound('TYPED_FORM_GONE')."""
    with reading(actor.scope) as session:
        return _typed(_mine(session, typed_id, actor))


def newest_about(about: str, *, actor: Actor) -> Typed | None:
    """What the officer typed last about this and nobody has taken yet."""
    with reading(actor.scope) as session:
        query = _all_mine(actor).where(TypedForm.about == about)
        form = session.scalars(query.limit(1)).first()
        return None if form is None else _typed(form)


def mine(*, actor: Actor) -> list[Typed]:
    """All forms that the officer has begun, newest first."""
    with reading(actor.scope) as session:
        return [_typed(form) for form in session.scalars(_all_mine(actor))]


def forget(typed_id: int | None, seen_version: int | None = None, taken: Fields | None = None, *, actor: Actor) -> None:
    """Drop what was typed: a verb has taken it, or the officer throws it away; what is gone already stays gone.

    With `seen_version` what another window kept since stays, unless it is just what was `taken`: the verb has not taken those
    words. Older ones about the same known family, which no page has shown since, go along.
    """
    if typed_id is None:
        return
    with transaction(actor) as session:
        form = session.scalars(_all_mine(actor).where(TypedForm.id == typed_id)).one_or_none()
        if form is None:
            return
        if seen_version not in (None, form.version) and form.fields != _stored(taken or []):
            return
        older = sa.and_(TypedForm.about == form.about, TypedForm.about != NEW, TypedForm.typed_at <= form.typed_at)
        mine = TypedForm.user_id == actor.user_id
        session.execute(sa.delete(TypedForm).where(mine, sa.or_(TypedForm.id == typed_id, older)))


def sweep() -> None:
    """Forget every form that nobody has typed on for KEPT: it holds whole numbers and names; writes only where there is one."""
    over = TypedForm.typed_at < business_now() - KEPT
    with reading(_ROBOT.scope) as session:
        found = session.scalar(sa.select(TypedForm.id).where(over).limit(1))
    if found is not None:
        with transaction(_ROBOT) as session:
            session.execute(sa.delete(TypedForm).where(over))


def _all_mine(actor: Actor) -> sa.Select[tuple[TypedForm]]:
    query = sa.select(TypedForm).where(TypedForm.user_id == actor.user_id)
    return query.order_by(TypedForm.typed_at.desc(), TypedForm.id.desc())


def _mine(session: Session, typed_id: int, actor: Actor) -> TypedForm:
    query = _all_mine(actor).where(TypedForm.id == typed_id)
    form = session.scalars(query).one_or_none() if 0 < typed_id <= LARGEST_ID else None
    if form is None:
        raise NotFound("TYPED_FORM_GONE")
    return form


def _standing(begun: Sequence[TypedForm], about: str, fields: Fields) -> TypedForm | None:
    """The form that these words are to replace, or that has them already; None where they begin a new one."""
    alike = [one for one in begun if one.about == about]
    same = next((one for one in alike if one.fields == _stored(fields)), None)
    return same or (alike[0] if alike and about != NEW else None)


def _stored(fields: Fields) -> list[list[str]]:
    return [[name, value] for name, value in fields]


def _make_room(session: Session, forms: Sequence[TypedForm], now: datetime) -> None:
    """Forget what was left lying, here where it is written anyway."""
    for form in [*forms[MOST - 1 :], *(form for form in forms[: MOST - 1] if form.typed_at < now - KEPT)]:
        session.delete(form)


def _typed(form: TypedForm) -> Typed:
    fields = [(str(name), str(value)) for name, value in form.fields]
    return Typed(form.id, form.about, form.title, fields, form.version, form.typed_at)
