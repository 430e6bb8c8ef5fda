"""One family of a form: the number of an import stands for many families, and each of them is a form of its own.

Such a form is named NUMBER.REQUEST, by the first of its requests; a form of one family by its number alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.domain.errors import NotFound
from app.domain.people import RequestStatus
from app.models.change_request import ChangeRequest, Proposal

_NAME = re.compile(r"([A-Z0-9-]{1,40})(?:\.([0-9]{1,9}))?")
Row = tuple[ChangeRequest, Proposal]


@dataclass(frozen=True)
class Form:
    """The requests of one form, how it is named, and the names of the other families of its number that are drafts."""

    name: str
    rows: Sequence[Row]
    others: tuple[str, ...]


def parted(name: str) -> tuple[str, int | None]:
    """The number in the name of a form, and the request that names a family; an empty number for what cannot be one."""
    found = _NAME.fullmatch(name)
    return (found[1], int(found[2]) if found[2] else None) if found else ("", None)


def form_of(number: str, rows: Sequence[Row], request_id: int | None, *, is_import: bool) -> Form:
    """Of all requests of an import the family with this request, else the first that is a draft; all where none is.

    What clerks write themselves is always one form.
    `others` begin with the family after this one. Raises NotFound('REQUEST_NOT_FOUND') for a request of another number.
    """
    families: dict[str, list[Row]] = {}
    for row in rows:
        families.setdefault(row[1].principal_national_id, []).append(row)
    drafts = [row for row in rows if row[0].status is RequestStatus.DRAFT]
    asked = [row for row in rows if row[0].id == request_id]
    if request_id is not None and not asked:
        raise NotFound("REQUEST_NOT_FOUND")
    leading = (asked or drafts)[:1]
    if not is_import or len(families) < 2 or not leading:
        return Form(number, rows, ())
    chosen = leading[0][1].principal_national_id
    firsts = {whose: min(request.id for request, _ in family) for whose, family in families.items()}
    waiting = {proposal.principal_national_id for _, proposal in drafts} - {chosen}
    # Round and round in one order, which saving a family does not change.
    order = sorted(waiting, key=lambda whose: (firsts[whose] < firsts[chosen], firsts[whose]))
    names = {whose: f"{number}.{first}" for whose, first in firsts.items()}
    return Form(names[chosen], families[chosen], tuple(names[whose] for whose in order))


def in_form(name: str) -> sa.ColumnElement[Any]:
    """The condition that a request, joined with its proposal, belongs to the form of this name."""
    number, request_id = parted(name)
    if request_id is None:
        return ChangeRequest.submission_no == number
    whose = sa.select(Proposal.principal_national_id).where(Proposal.request_id == request_id).scalar_subquery()
    return sa.and_(ChangeRequest.submission_no == number, Proposal.principal_national_id == whose)
