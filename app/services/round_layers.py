"""Takes reports of ends away from rights, wherever in the pile they lie, and lays the others anew (app/rules/end_layers.py)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.people import ENDING_TYPES, Relation, RequestStatus, RequestType, TerminationReason
from app.domain.period import Period
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.models.notice import ReplacedEnd
from app.rules.end_layers import EndLayer, Laid, lay

_BATCH = 500
_NONE: Mapping[int, date | None] = MappingProxyType({})
_KEPT = (
    "until_before_end", "termination_reason", "suspended", "suspended_until", "ended_effective_at", "ended_by_request_id",
)  # fmt: skip
_REPLACED = sa.select(*ReplacedEnd.__table__.columns)
_TOLD = ("until_before_end", "termination_reason", "ended_by_request_id")
Right = sa.Row[Any]


@dataclass
class _Around:
    """What is known of some rights: their piles, the days of the requests in them, and who came back or served again when."""

    piles: Mapping[int, list[tuple[int, TerminationReason | None, Any, date | None]]]
    requests: Mapping[int, tuple[bool, date]]
    returns: dict[int, date]


def relay(
    session: Session,
    right_ids: Iterable[int],
    without: Collection[int] = (),
    by_law: Mapping[int, date | None] = _NONE,
) -> None:
    """Write these rights anew without the ends of the requests `without`; a family's never outlasts the one it leans on.

    `by_law` is the end that the law gives a right now, where that has changed: it lies beneath everything that was reported.
    A suspension lasts until the official is back or serves again, wherever that is.
    """
    ids = sorted(set(right_ids))
    for own in (True, False):
        for start in range(0, len(ids), _BATCH):
            _relay_some(session, ids[start : start + _BATCH], frozenset(without), by_law, own)


def ends_by_law(session: Session, right_ids: Iterable[int]) -> dict[int, date | None]:
    """The end that each right would have without anything that was reported."""
    ids, found = sorted(set(right_ids)), dict[int, date | None]()
    for start in range(0, len(ids), _BATCH):
        rights = _rights(session, Entitlement.id.in_(ids[start : start + _BATCH]))
        around = _around(session, rights)
        found |= {right.id: _pile(right, around)[0] for right in rights}
    return found


def days_without(session: Session, right_ids: Collection[int], without: Collection[int]) -> dict[int, Period]:
    """The days of each right once the ends of these requests are gone; of a suspended one also those until it is over."""
    left = frozenset(without)
    anew = _anew(session, right_ids, left, _NONE, True) | _anew(session, right_ids, left, _NONE, False)
    found = {}
    for right in _rights(session, Entitlement.id.in_(right_ids)):
        end, laid = anew[right.id]
        if laid:
            end = laid[-1].suspended_until if laid[-1].suspended else laid[-1].entitled_until
        found[right.id] = Period(right.entitled_from, end)
    return found


def keep_ends(session: Session, going_on: Iterable[tuple[int, int, bool]]) -> None:
    """Lay over rights that go on what was approved to end those that they come from, where it ends them on its day.

    `going_on` are (new right, old right, whether an end of the principal goes along).
    """
    pairs = sorted(going_on)
    for start in range(0, len(pairs), _BATCH):
        _keep_some(session, pairs[start : start + _BATCH])


def _keep_some(session: Session, pairs: Sequence[tuple[int, int, bool]]) -> None:
    found = _rights(session, Entitlement.id.in_(sorted({id_ for new, old, _ in pairs for id_ in (new, old)})))
    around, rights = _around(session, found), {right.id: right for right in found}
    changed = {}
    for new, old, whole in pairs:
        end, layers = _pile(rights[old], around)
        by_principal = () if whole else (TerminationReason.PRINCIPAL_ENDED,)
        begins = rights[new].entitled_from
        kept = [one for one in layers if one.day > begins and not one.is_away and one.reason not in by_principal]
        laid = lay(end, kept)
        if laid and laid[-1].entitled_until == rights[new].entitled_until:
            changed[new] = end, laid
    _write(session, changed)


def laid_otherwise(session: Session, right_ids: Iterable[int]) -> list[int]:
    """Which of these rights do not end when, or why, the reports say that ended them, one laid over the other."""
    ids, found = sorted(set(right_ids)), list[int]()
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        kept: dict[int, dict[int, Any]] = defaultdict(dict)
        for one in session.execute(_REPLACED.where(ReplacedEnd.entitlement_id.in_(some))):
            kept[one.entitlement_id][one.request_id] = {name: getattr(one, name) for name in _TOLD}
        rights = _rights(session, Entitlement.id.in_(some))
        around = _around(session, rights)
        for right in rights:
            end, layers = _pile(right, around)
            laid = lay(end, layers, around.returns.get(right.id))
            top = {name: getattr(right, name) for name in (*_TOLD, "entitled_until")}
            made = _kept(laid[-1]) | {"entitled_until": laid[-1].entitled_until} if laid else {}
            beneath = {by: {name: one[name] for name in _TOLD} for by, one in _beneath(laid).items()}
            if beneath != kept[right.id] or any(made.get(name) != value for name, value in top.items()):
                found.append(right.id)
    return found


def _relay_some(
    session: Session, ids: Sequence[int], without: frozenset[int], by_law: Mapping[int, date | None], own: bool
) -> None:
    _write(session, _anew(session, ids, without, by_law, own))


def _anew(
    session: Session, ids: Collection[int], without: frozenset[int], by_law: Mapping[int, date | None], own: bool
) -> dict[int, tuple[date | None, list[Laid]]]:
    """The end by law and the layers over it, by right, of those that are own rights, or of those that are not."""
    is_own = Entitlement.relation == Relation.SELF
    rights = _rights(session, Entitlement.id.in_(ids), is_own if own else sa.not_(is_own))
    leaned_on: dict[tuple[int, int], list[Right]] = defaultdict(list)
    if rights and not own:
        principals = {right.principal_id for right in rights}
        for one in _rights(session, Entitlement.person_id.in_(principals), is_own, sa.not_(Entitlement.voided)):
            leaned_on[one.person_id, one.agency_id].append(one)
    around = _around(session, [*rights, *(one for some in leaned_on.values() for one in some)])
    changed = {}
    for right in rights:
        end, layers = _pile(right, around)
        end = by_law.get(right.id, end)
        left = [layer for layer in layers if layer.request_id not in without]
        back_on = around.returns.get(right.id)
        for one in leaned_on[right.principal_id, right.agency_id]:
            if _leans(right, one):
                left = _with_principals(left, _pile(one, around)[1], without)
                back_on = back_on or _left_behind(left, one, around)
        changed[right.id] = end, lay(end, left, back_on)
    return changed


def _rights(session: Session, *conditions: sa.ColumnElement[bool]) -> Sequence[Right]:
    table = Entitlement.__table__
    return session.execute(sa.select(*table.columns).where(*conditions).order_by(Entitlement.id)).all()


def _around(session: Session, rights: Sequence[Right]) -> _Around:
    ids = sorted({right.id for right in rights})
    replaced: dict[int, dict[int, Any]] = defaultdict(dict)
    for one in session.execute(_REPLACED.where(ReplacedEnd.entitlement_id.in_(ids))):
        replaced[one.entitlement_id][one.request_id] = one
    piles = {}
    for right in rights:
        pile: list[Any] = []
        end: Any = right
        while end is not None and end.ended_by_request_id is not None:
            by = end.ended_by_request_id
            pile.append((by, end.termination_reason, end.ended_effective_at, end.until_before_end))
            end = replaced[right.id].pop(by, None)
        piles[right.id] = pile[::-1]
    returns = _returns(session, ids) | _later_services(session, ids)
    return _Around(piles, _days(session, {by for pile in piles.values() for by, *_ in pile}), returns)


def _days(session: Session, request_ids: Collection[int]) -> dict[int, tuple[bool, date]]:
    """Of each request whether it suspends, and the first day without the right by it."""
    query = (
        sa.select(ChangeRequest.id, ChangeRequest.type, Proposal.entitled_from, Proposal.entitled_until)
        .join(Proposal, Proposal.request_id == ChangeRequest.id)
        .where(ChangeRequest.id.in_(sorted(request_ids)))
    )
    rows = session.execute(query).all()
    return {
        id_: (kind is RequestType.SUSPEND, until if kind in ENDING_TYPES else start) for id_, kind, start, until in rows
    }


def _returns(session: Session, right_ids: Sequence[int]) -> dict[int, date]:
    """From which day on somebody is back from these suspended rights; a return that was recorded in error is none."""
    query = (
        sa.select(ChangeRequest.target_entitlement_id, sa.func.min(Entitlement.entitled_from))
        .join(Entitlement, Entitlement.request_id == ChangeRequest.id)
        .where(ChangeRequest.target_entitlement_id.in_(right_ids), ChangeRequest.type == RequestType.REINSTATE)
        .where(ChangeRequest.status == RequestStatus.EFFECTIVE, sa.not_(Entitlement.voided))
        .group_by(ChangeRequest.target_entitlement_id)
    )
    return {right: day for right, day in session.execute(query)}


def _later_services(session: Session, right_ids: Sequence[int]) -> dict[int, date]:
    """The first day of the official's next own right, at whatever agency, by the own right that it came after."""
    later = Entitlement.__table__.alias("later")
    own = Entitlement.__table__
    query = (
        sa.select(own.c.id, sa.func.min(later.c.entitled_from))
        .join(later, sa.and_(later.c.person_id == own.c.person_id, later.c.entitled_from > own.c.entitled_from))
        .where(own.c.id.in_(right_ids), own.c.relation == Relation.SELF)
        .where(later.c.relation == Relation.SELF, sa.not_(later.c.voided))
        .group_by(own.c.id)
    )
    return {right: day for right, day in session.execute(query)}


def _pile(right: Right, around: _Around) -> tuple[date | None, list[EndLayer]]:
    """The end that the right has by law, and the reports over it, the first one first."""
    pile = around.piles[right.id]
    untils = [*(before for *_, before in pile[1:]), right.entitled_until]
    layers = []
    for (by, reason, at, _before), until in zip(pile, untils, strict=False):
        is_away, day = around.requests.get(by, (False, until))
        layers.append(EndLayer(by, day, is_away, reason, at))
    return (pile[0][3] if pile else right.entitled_until), layers


def _leans(right: Right, own: Right) -> bool:
    is_over = own.entitled_until is not None and own.entitled_until <= right.entitled_from
    return own.entitled_from <= right.entitled_from and not is_over


def _with_principals(
    layers: list[EndLayer], principals: Iterable[EndLayer], without: Collection[int]
) -> list[EndLayer]:
    """With what ended the principal, in the order in which it came."""
    known = {layer.request_id for layer in layers} | set(without)
    more = [
        replace(one, reason=None if one.is_away else TerminationReason.PRINCIPAL_ENDED, is_principals=True)
        for one in principals
        if one.request_id not in known
    ]
    return sorted([*layers, *more], key=lambda one: (one.effective_at is None, one.effective_at)) if more else layers


def _left_behind(layers: Iterable[EndLayer], own: Right, around: _Around) -> date | None:
    """When the official came back without the relative, who is suspended no more either."""
    stopped = {layer.request_id for layer in layers if layer.is_away}
    return around.returns.get(own.id) if stopped & {by for by, *_ in around.piles[own.id]} else None


def _write(session: Session, changed: Mapping[int, tuple[date | None, list[Laid]]]) -> None:
    """The newest end into the right, those beneath it where a trigger would have kept them."""
    if not changed:
        return
    table, kept = Entitlement.__table__, ReplacedEnd.__table__
    rights = sorted(changed)
    session.execute(sa.delete(kept).where(kept.c.entitlement_id.in_(rights)))
    # Freed first: the trigger keeps an end whose place another one takes.
    session.execute(sa.update(table).where(table.c.id.in_(rights)).values(ended_by_request_id=None))
    tops = [{"right": right, **_top(by_law, laid)} for right, (by_law, laid) in changed.items()]
    columns: dict[str, Any] = {name: sa.bindparam(f"to_{name}") for name in (*_KEPT, "entitled_until")}
    session.execute(
        sa.update(table).where(table.c.id == sa.bindparam("right")).values(version=table.c.version + 1, **columns), tops
    )
    below = [
        {"entitlement_id": right, "request_id": by, **values}
        for right, (_, laid) in changed.items()
        for by, values in _beneath(laid).items()
    ]
    if below:
        session.execute(sa.insert(kept), below)


def _top(by_law: date | None, laid: Sequence[Laid]) -> dict[str, Any]:
    values = _kept(laid[-1]) if laid else dict.fromkeys(_KEPT) | {"suspended": False}
    return {f"to_{name}": value for name, value in values.items()} | {
        "to_entitled_until": laid[-1].entitled_until if laid else by_law
    }


def _beneath(laid: Sequence[Laid]) -> dict[int, dict[str, Any]]:
    """The ends beneath the newest one, by the request that took the place of each."""
    return {above.layer.request_id: _kept(one) for one, above in zip(laid, laid[1:], strict=False)}


def _kept(laid: Laid) -> dict[str, Any]:
    return {
        "until_before_end": laid.until_before_end, "termination_reason": laid.termination_reason,
        "suspended": laid.suspended, "suspended_until": laid.suspended_until,
        "ended_effective_at": laid.layer.effective_at, "ended_by_request_id": laid.layer.request_id,
    }  # fmt: skip
