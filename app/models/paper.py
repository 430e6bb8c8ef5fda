"""What every file attached to something of money is kept by: the hash of its content, beside the evidence."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import AgencyOwned, UtcInstant


class Paper(AgencyOwned):
    """Columns of one attached file; what it is attached to, and until when, says each table itself."""

    id: Mapped[int] = mapped_column(primary_key=True)
    original_name: Mapped[str | None] = mapped_column(sa.String(255))
    media_type: Mapped[str] = mapped_column(sa.String(60))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UtcInstant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(
        UtcInstant
    )  # taken off; what was ever sent stays all the same
