"""What officers are still typing: a form as it stands on the screen, wrong values too, until a verb takes it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import AgencyOwned, Model, UtcInstant, Versioned


class TypedForm(AgencyOwned, Versioned, Model):
    """One officer's unfinished form; `about` names what it is for, `fields` are its names and values as typed."""

    __tablename__ = "typed_form"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"), index=True)
    about: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[str] = mapped_column(sa.String(300))
    fields: Mapped[list[tuple[str, str]]] = mapped_column(sa.JSON)
    typed_at: Mapped[datetime] = mapped_column(UtcInstant)
    __table_args__ = ({"sqlite_autoincrement": True},)  # an address in an old tab must never open another form
