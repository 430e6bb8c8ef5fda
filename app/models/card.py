"""The card's door: workstations, who may sit at them, officers' cards and PINs, appointments, and what a login leaves."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.account import PortalUser
from app.models.agency import Agency
from app.models.base import AgencyTouched, Model, UtcInstant, Versioned, code


class WorkstationState(StrEnum):
    """How far a desk's computer has come."""

    PENDING = "PENDING"  # brought its key, waits for the second person
    ACTIVE = "ACTIVE"  # fingerprint compared and approved
    REVOKED = "REVOKED"  # never again


class WorkstationCode(AgencyTouched, Model):
    """A one-time code that lets one computer bring its key; without an agency it is for a desk of the NHSO."""

    __tablename__ = "workstation_code"
    code_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    label: Mapped[str] = mapped_column(sa.String(80))
    issued_by_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class Workstation(Versioned, AgencyTouched, Model):
    """A computer whose key signs card logins; the private half never leaves it."""

    __tablename__ = "workstation"
    id: Mapped[int] = mapped_column(primary_key=True)
    wid: Mapped[str] = mapped_column(sa.String(23), unique=True)
    label: Mapped[str] = mapped_column(sa.String(80))
    public_key: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[WorkstationState] = mapped_column(code(WorkstationState, "state"), default=WorkstationState.PENDING)
    issued_by_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"))
    enrolled_at: Mapped[datetime] = mapped_column(UtcInstant)
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    agency: Mapped[Agency | None] = relationship(viewonly=True)
    __table_args__ = (
        sa.CheckConstraint("approved_by_id IS NULL OR approved_by_id <> issued_by_id", name="second_person"),
        sa.CheckConstraint("state <> 'ACTIVE' OR approved_by_id IS NOT NULL", name="approved"),
        sa.CheckConstraint("(state = 'REVOKED') = (revoked_at IS NOT NULL)", name="revoked"),
    )


class WorkstationOfficer(AgencyTouched, Model):
    """Who may log in with his card at a workstation."""

    __tablename__ = "workstation_officer"
    workstation_id: Mapped[int] = mapped_column(sa.ForeignKey("workstation.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"), primary_key=True)
    assigned_by_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"))
    assigned_at: Mapped[datetime] = mapped_column(UtcInstant)


class Appointment(AgencyTouched, Model):
    """From when until when (half-open) somebody is an officer of an agency; whoever was ever appointed needs one today."""

    __tablename__ = "appointment"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"), index=True)
    order_no: Mapped[str] = mapped_column(sa.String(80))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"))
    made_at: Mapped[datetime] = mapped_column(UtcInstant)
    __table_args__ = (sa.CheckConstraint("until_on IS NULL OR until_on > from_on", name="period"),)


class OfficerCard(Model):
    """An officer's card and PIN, each only as keyed hashes whose key stands outside the database."""

    __tablename__ = "officer_card"
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"), primary_key=True)
    cid_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    registered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    card_hash: Mapped[str | None] = mapped_column(sa.String(64))
    pinned_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    pinned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    shown_hash: Mapped[str | None] = mapped_column(sa.String(64))
    shown_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    shown_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("workstation.id"))
    pin_hash: Mapped[str | None] = mapped_column(sa.String(160))
    pin_set_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    setup_hash: Mapped[str | None] = mapped_column(sa.String(64))
    setup_until: Mapped[datetime | None] = mapped_column(UtcInstant)
    failed_pins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcInstant)
    user: Mapped[PortalUser] = relationship(foreign_keys=[user_id], viewonly=True)
    __table_args__ = (
        sa.CheckConstraint(
            "pinned_by_id IS NULL OR registered_by_id IS NULL OR pinned_by_id <> registered_by_id", name="two_persons"
        ),
    )


class CardNonce(Model):
    """A question of ours that one workstation may sign once."""

    __tablename__ = "card_nonce"
    nonce_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    wid: Mapped[str] = mapped_column(sa.String(23))
    expires_at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class CardEnd(StrEnum):
    """Why what a card opened is over; where nothing is written the portal did not hear of the card any more."""

    PULLED = "PULLED"  # its bridge said so
    PUT_IN_ANEW = "PUT_IN_ANEW"  # here or elsewhere; one card, one session
    SHUT = "SHUT"  # by an officer who may, or by an alarm


class CardSession(Model):
    """From the accepted card until it is pulled; browser sessions that it opened live no longer than it."""

    __tablename__ = "card_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    csid_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"), index=True)
    workstation_id: Mapped[int] = mapped_column(sa.ForeignKey("workstation.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
    last_seen_at: Mapped[datetime] = mapped_column(UtcInstant)
    seq: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ended_because: Mapped[CardEnd | None] = mapped_column(code(CardEnd, "ended_because"))
    number: Mapped[str | None] = mapped_column(sa.String(120))  # sealed, while the card is in: no PIN is a piece of it


class CardTicket(Model):
    """What the bridge opens the browser with: once, within a minute and a half."""

    __tablename__ = "card_ticket"
    ticket_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    card_session_id: Mapped[int] = mapped_column(sa.ForeignKey("card_session.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(2))
    expires_at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
    opened_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    opener_hash: Mapped[str | None] = mapped_column(sa.String(64))
    spent_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class ReadingPurpose(StrEnum):
    """What for a visitor's card is read."""

    FORM = "FORM"  # fills the form of a family
    LOOKUP = "LOOKUP"  # answers whose right is asked for


class CardReading(AgencyTouched, Model):
    """An officer's wish to have a visitor's card read at his workstation; what was read stays until his page has taken it."""

    __tablename__ = "card_reading"
    id: Mapped[int] = mapped_column(primary_key=True)
    nonce_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"), index=True)
    workstation_id: Mapped[int] = mapped_column(sa.ForeignKey("workstation.id"), index=True)
    purpose: Mapped[ReadingPurpose] = mapped_column(code(ReadingPurpose, "purpose"))
    asked_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
    read_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    taken_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    person: Mapped[dict[str, str] | None] = mapped_column(sa.JSON(none_as_null=True))
    __table_args__ = (
        sa.CheckConstraint("person IS NULL OR (read_at IS NOT NULL AND taken_at IS NULL)", name="kept_until_taken"),
    )


class LoginWay(StrEnum):
    """How the officers of a role come in beside their cards."""

    WITH_CODE = "WITH_CODE"  # password and a code of the phone; production's choice where nobody chose
    NO_CODE = "NO_CODE"  # password alone; the choice of a demo
    CARD_ONLY = "CARD_ONLY"  # no password opens anything


class LoginPolicy(Model):
    """How the officers of a role log in, where an administrator chose."""

    __tablename__ = "login_policy"
    role: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    way: Mapped[LoginWay] = mapped_column(
        code(LoginWay, "way"), default=LoginWay.CARD_ONLY, server_default=LoginWay.CARD_ONLY.value
    )
    changed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcInstant)


class BreakGlass(AgencyTouched, Model):
    """One short login without the card, asked for by one administrator and allowed by another."""

    __tablename__ = "break_glass"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"))
    reason: Mapped[str] = mapped_column(sa.String(300))
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("ab_user.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
    allowed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    code_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    code_until: Mapped[datetime | None] = mapped_column(UtcInstant)
    used_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    reported_at: Mapped[datetime | None] = mapped_column(UtcInstant)  # on the day after its use
    read_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    read_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    __table_args__ = (
        sa.CheckConstraint("allowed_by_id IS NULL OR allowed_by_id <> asked_by_id", name="two_administrators"),
        sa.CheckConstraint(
            "read_by_id IS NULL OR (reported_at IS NOT NULL AND read_by_id <> user_id AND read_by_id <> asked_by_id"
            " AND read_by_id <> allowed_by_id)",
            name="read_by_another",
        ),
    )
