"""What the form fills in by itself where a married man's children stand beside his spouse: the marriage and its paper."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.domain.people import DocType, Relation, Sex
from app.rules.papers import MarriagePaper
from app.services.evidence import DocumentNote
from app.services.family_forms import Member

_CERTIFICATES = (DocType.MARRIAGE_CERT_TH, DocType.MARRIAGE_CERT_FOREIGN)


def marriage_beside(members: Sequence[Member], principal_sex: Sex | None) -> Member | None:
    """The one spouse of a man whose marriage, not by nikah, stands on the form; else None."""
    own = next((member for member in members if member.relation is Relation.SELF), None)
    spouses = [member for member in members if member.relation is Relation.SPOUSE]
    sex = own.sex if own is not None else principal_sex
    if sex is not Sex.M or len(spouses) != 1:
        return None
    told = spouses[0].told
    return spouses[0] if told.marriage_date and told.marriage_paper is not MarriagePaper.NIKAH_CERT_TH else None


def completed(
    members: Sequence[Member], documents: Mapping[int, DocumentNote], principal_sex: Sex | None
) -> tuple[Member, ...]:
    """The members with the children's blank date of the parents' marriage taken from the spouse on the form.

    The certificate that is attached to the spouse then counts for them too. What was typed stays: another date, a
    registration, a judgment, an adoption.
    """
    spouse = marriage_beside(members, principal_sex)
    if spouse is None:
        return tuple(members)
    shared = tuple(i for i in spouse.evidence_ids if i in documents and documents[i].doc_type in _CERTIFICATES)
    return tuple(_with_marriage(m, spouse, shared) if m.relation is Relation.CHILD else m for m in members)


def _with_marriage(child: Member, spouse: Member, shared: tuple[int, ...]) -> Member:
    told, married = child.told, spouse.told.marriage_date
    if told.marriage_date not in (None, married):
        return child
    if told.marriage_date is None and (told.paternity_registered_date or told.court_final_date or told.is_adopted):
        return child
    return replace(
        child,
        told=replace(told, marriage_date=married),
        evidence_ids=tuple(dict.fromkeys((*child.evidence_ids, *shared))),
    )
