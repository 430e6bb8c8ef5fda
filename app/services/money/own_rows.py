"""The row that a verb of money is about: in scope, locked, and as the officer saw it."""

from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import Conflict, NotFound
from app.models.appeal import Appeal
from app.models.claim import ReceiptClaim
from app.models.dialects import lock_rows
from app.models.payment_run import PaymentRun
from app.models.refund import RefundRequest
from app.services.evidence import LARGEST_ID

Row = TypeVar("Row", ReceiptClaim, Appeal, RefundRequest, PaymentRun)


def own_row(session: Session, model: type[Row], row_id: int, seen_version: int | None, missing: str) -> Row:
    """The row, locked. Raises NotFound(`missing`), Conflict('STALE') where it is not of the version that was seen."""
    query = lock_rows(sa.select(model).where(model.id == row_id), session)
    row = session.scalars(query).one_or_none() if 0 < row_id <= LARGEST_ID else None
    if row is None:
        raise NotFound(missing)
    if seen_version is not None and row.version != seen_version:
        raise Conflict("STALE")
    return row
