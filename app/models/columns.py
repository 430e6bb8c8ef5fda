"""The columns that a proposal shares with what it will become: a person and an entitlement (decisions 1)."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.people import BirthPrecision, PersonnelType, Relation, Sex, ToFollow
from app.models.base import code
from app.rules.papers import MarriagePaper
from app.rules.parents import Kinship
from app.rules.schemes import Scheme

# Compared letter by letter whatever the language of the database is (names.sort_key); SQLite always does so.
SORT_KEY = sa.String(500).with_variant(sa.String(500, collation="C"), "postgresql")


class PersonColumns:
    """Who somebody is, as the civil registry writes it (spec 2.1)."""

    title_th: Mapped[str] = mapped_column(sa.String(60), default="")
    first_name_th: Mapped[str] = mapped_column(sa.String(120))
    middle_name_th: Mapped[str] = mapped_column(sa.String(120), default="")
    last_name_th: Mapped[str] = mapped_column(sa.String(120), default="")
    birth_date: Mapped[date | None]
    birth_date_precision: Mapped[BirthPrecision] = mapped_column(
        code(BirthPrecision, "birth_date_precision"), default=BirthPrecision.DAY
    )
    sex: Mapped[Sex] = mapped_column(code(Sex, "sex"))
    nationality_code: Mapped[str] = mapped_column(sa.String(3), default="099")
    sort_key: Mapped[str] = mapped_column(SORT_KEY, default="")

    @property
    def full_name(self) -> str:
        """Title and first name without a space, then the rest (spec 10.5)."""
        rest = " ".join(part for part in (self.middle_name_th, self.last_name_th) if part)
        return f"{self.title_th}{self.first_name_th} {rest}".strip()


class EntitlementColumns:
    """What a right is: relation, dates and the law's own columns (spec 2.5)."""

    relation: Mapped[Relation] = mapped_column(code(Relation, "relation"))
    personnel_type: Mapped[PersonnelType | None] = mapped_column(code(PersonnelType, "personnel_type"))
    service_start_date: Mapped[date | None]
    entitled_from: Mapped[date]
    entitled_until: Mapped[date | None]
    birth_order: Mapped[int | None]
    delivery_id: Mapped[str | None] = mapped_column(sa.String(40))
    seq_in_delivery: Mapped[int | None]
    legitimate_from: Mapped[date | None]
    legitimacy_basis: Mapped[str | None] = mapped_column(sa.String(40))
    replaces_entitlement_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    sub_inscl: Mapped[str] = mapped_column(sa.String(2), default="")
    standby_since: Mapped[date | None]


class ToldColumns:
    """What was told about the relation, for the law to decide on: the fields of `app.rules.told.Told` (spec 3.2-3.7)."""

    to_follow: Mapped[ToFollow | None] = mapped_column(code(ToFollow, "to_follow"))
    kinship: Mapped[Kinship | None] = mapped_column(code(Kinship, "kinship"))
    marriage_paper: Mapped[MarriagePaper | None] = mapped_column(code(MarriagePaper, "marriage_paper"))
    marriage_date: Mapped[date | None]
    marriage_end_date: Mapped[date | None]
    paternity_registered_date: Mapped[date | None]
    court_final_date: Mapped[date | None]
    is_muslim: Mapped[bool | None]
    home_province_code: Mapped[str | None] = mapped_column(sa.String(2))
    is_adopted: Mapped[bool | None]
    adopted_out_date: Mapped[date | None]
    own_marriage_date: Mapped[date | None]
    marriage_court_permitted: Mapped[bool | None]
    nikah_date: Mapped[date | None]
    incompetent_from: Mapped[date | None]
    incompetent_until: Mapped[date | None]
    in_care: Mapped[bool | None]
    elder_minor_deaths: Mapped[int | None]
    declared_scheme: Mapped[Scheme | None] = mapped_column(code(Scheme, "declared_scheme"))
    death_date: Mapped[date | None]
