"""Evidence documents: uploaded files, hashed, and the requests they support."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.people import DocType, EvidenceFault
from app.models.base import AgencyOwned, Model, UtcInstant, code

_UNSENT = sa.text("submitted_at IS NULL")


class EvidenceDocument(Model):
    """An uploaded or declared document; reached through its links or its uploader's agency (decisions 8)."""

    __tablename__ = "evidence_document"
    id: Mapped[int] = mapped_column(primary_key=True)
    uploader_agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    doc_type: Mapped[DocType] = mapped_column(code(DocType, "doc_type"))
    doc_no: Mapped[str | None] = mapped_column(sa.String(100))
    issue_date: Mapped[date | None]
    original_name: Mapped[str | None] = mapped_column(sa.String(255))
    media_type: Mapped[str | None] = mapped_column(sa.String(60))
    size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UtcInstant)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcInstant)  # first of all; such a document is kept for good
    __table_args__ = (
        sa.Index("ix_evidence_document_unsent", "uploaded_at", sqlite_where=_UNSENT, postgresql_where=_UNSENT),
        {"sqlite_autoincrement": True},  # the id of a document that is gone must never open another one
    )


class EvidenceLink(AgencyOwned, Model):
    """That a document supports a request; `fault` is why the registrar did not accept it."""

    __tablename__ = "evidence_link"
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("change_request.id"), primary_key=True)
    evidence_id: Mapped[int] = mapped_column(sa.ForeignKey("evidence_document.id"), primary_key=True, index=True)
    fault: Mapped[EvidenceFault | None] = mapped_column(code(EvidenceFault, "fault"))
    fault_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ab_user.id"))
    fault_at: Mapped[datetime | None] = mapped_column(UtcInstant)
