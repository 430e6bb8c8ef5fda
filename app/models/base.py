"""What all tables share: naming convention, column types, version, stamps and the scope mixins."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_appbuilder import Model
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

Model.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcInstant(sa.types.TypeDecorator[datetime]):
    """An aware instant, stored as UTC; a naive one is refused (decisions 13)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def code(kind: type[StrEnum], name: str) -> sa.Enum:
    """A VARCHAR column type with a CHECK over the members of `kind`; `name` names the constraint (decisions 13)."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


class Versioned:
    """Optimistic locking: every change of the row raises `version`; set-based SQL raises it by hand."""

    version: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__dict__.get("version", cls.version)}


class AgencyOwned:
    """A row that belongs to one agency; the session listener limits every query to the actor's scope (decisions 8)."""

    @declared_attr
    def agency_id(cls) -> Mapped[int]:
        return mapped_column(sa.ForeignKey("agency.id"), nullable=False, index=True)


class AgencyTouched:
    """As AgencyOwned, but the row may belong to nobody: robots' jobs, national events; those only the nation sees."""

    @declared_attr
    def agency_id(cls) -> Mapped[int | None]:
        return mapped_column(sa.ForeignKey("agency.id"), nullable=True, index=True)


__all__ = ["AgencyOwned", "AgencyTouched", "Model", "UtcInstant", "Versioned", "code"]
