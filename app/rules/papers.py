"""หลักฐาน: the papers that the rules know, whose each one is, and which type of document it is (spec 2.7, 3.9)."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.people import DocType, Relation


class Paper(StrEnum):
    """A document together with whose it is, as the worked cases write it."""

    BIRTH_CERT_PRINCIPAL = "BIRTH_CERT_PRINCIPAL"  # สูติบัตร (ผู้มีสิทธิ)
    HOUSE_REG_PRINCIPAL = "HOUSE_REG_PRINCIPAL"  # ทะเบียนบ้าน (ผู้มีสิทธิ)
    MARRIAGE_CERT_PARENTS = "MARRIAGE_CERT_PARENTS"  # ทะเบียนสมรส (บิดา-มารดา)
    BIRTH_CERT_CHILD = "BIRTH_CERT_CHILD"  # สูติบัตร (บุตร)
    HOUSE_REG_CHILD = "HOUSE_REG_CHILD"  # ทะเบียนบ้าน (บุตร)
    MARRIAGE_CERT_TH = "MARRIAGE_CERT_TH"  # ทะเบียนสมรสไทย
    MARRIAGE_CERT_FOREIGN = "MARRIAGE_CERT_FOREIGN"  # ทะเบียนสมรส ตปท.
    NIKAH_CERT_TH = "NIKAH_CERT_TH"  # ใบนิกะห์ (ภาษาไทย)
    PATERNITY_REG_KR11 = "PATERNITY_REG_KR11"  # ทะเบียนรับรองบุตร (คร.11)
    COURT_ORDER_FAMILY = "COURT_ORDER_FAMILY"  # คำสั่งศาล (แผนกคดีเยาวชนและครอบครัว)
    COURT_ORDER_INCOMPETENT = "COURT_ORDER_INCOMPETENT"  # คำสั่งศาลให้เป็นคนไร้/เสมือนไร้ความสามารถ
    ADOPTION_REG = "ADOPTION_REG"  # ทะเบียนรับบุตรบุญธรรม
    DEATH_CERT = "DEATH_CERT"  # มรณบัตร
    DIVORCE_CERT = "DIVORCE_CERT"  # ทะเบียนหย่า
    APPOINTMENT_ORDER = "APPOINTMENT_ORDER"  # คำสั่งบรรจุแต่งตั้ง
    TRANSFER_ORDER = "TRANSFER_ORDER"  # คำสั่งโอนย้าย
    RESIGNATION_ORDER = "RESIGNATION_ORDER"  # คำสั่งลาออก
    RETIREMENT_ORDER = "RETIREMENT_ORDER"  # คำสั่งเกษียณ
    PENSION_ORDER = "PENSION_ORDER"  # คำสั่งจ่ายบำนาญ
    SUSPENSION_ORDER = "SUSPENSION_ORDER"  # คำสั่งพักราชการ
    REINSTATEMENT_ORDER = "REINSTATEMENT_ORDER"  # คำสั่งกลับเข้าปฏิบัติหน้าที่
    ELECTION_RESULT = "ELECTION_RESULT"  # ประกาศผลการเลือกตั้ง
    DISMISSAL_ORDER = "DISMISSAL_ORDER"  # คำสั่งไล่ออก ปลดออก ให้ออก
    TERM_END_NOTICE = "TERM_END_NOTICE"  # ประกาศพ้นจากตำแหน่ง


class MarriagePaper(StrEnum):
    """The papers that prove a marriage; each is the Paper of that name."""

    MARRIAGE_CERT_TH = "MARRIAGE_CERT_TH"  # ทะเบียนสมรสไทย
    MARRIAGE_CERT_FOREIGN = "MARRIAGE_CERT_FOREIGN"  # ทะเบียนสมรส ตปท.
    NIKAH_CERT_TH = "NIKAH_CERT_TH"  # ใบนิกะห์ (ภาษาไทย)

    @property
    def paper(self) -> Paper:
        """The paper itself."""
        return Paper(self.value)


class Owner(StrEnum):
    """Whose document a paper is: what spec 2.7 stores in `relates_to`."""

    PRINCIPAL = "PRINCIPAL"
    PARENTS = "PARENTS"
    DEPENDENT = "DEPENDENT"


@dataclass(frozen=True)
class PaperKind:
    """The type of document that is filed for a paper, and whose it is."""

    doc_type: DocType
    owner: Owner


_OTHERWISE: dict[Paper, PaperKind] = {
    Paper.BIRTH_CERT_PRINCIPAL: PaperKind(DocType.BIRTH_CERT, Owner.PRINCIPAL),
    Paper.HOUSE_REG_PRINCIPAL: PaperKind(DocType.HOUSE_REG, Owner.PRINCIPAL),
    Paper.MARRIAGE_CERT_PARENTS: PaperKind(DocType.MARRIAGE_CERT_TH, Owner.PARENTS),
    Paper.BIRTH_CERT_CHILD: PaperKind(DocType.BIRTH_CERT, Owner.DEPENDENT),
    Paper.HOUSE_REG_CHILD: PaperKind(DocType.HOUSE_REG, Owner.DEPENDENT),
}
_OF_THE_PRINCIPAL = {
    *(Paper.APPOINTMENT_ORDER, Paper.TRANSFER_ORDER, Paper.RESIGNATION_ORDER, Paper.RETIREMENT_ORDER),
    *(Paper.PENSION_ORDER, Paper.SUSPENSION_ORDER, Paper.REINSTATEMENT_ORDER, Paper.ELECTION_RESULT),
    *(Paper.DISMISSAL_ORDER, Paper.TERM_END_NOTICE),
}


def kind_of(paper: Paper) -> PaperKind:
    """How the paper is filed: most papers are documents of that very name, about the dependent in question."""
    if paper in _OTHERWISE:
        return _OTHERWISE[paper]
    return PaperKind(DocType(paper), Owner.PRINCIPAL if paper in _OF_THE_PRINCIPAL else Owner.DEPENDENT)


_OWNED_BY = {
    Relation.SELF: Owner.PRINCIPAL,
    Relation.MOTHER: Owner.PRINCIPAL,
    Relation.FATHER: Owner.PRINCIPAL,
    Relation.SPOUSE: Owner.DEPENDENT,
    Relation.CHILD: Owner.DEPENDENT,
}


def paper_of(doc_type: DocType, relation: Relation) -> Paper | None:
    """What a document filed for a right of this relation is; None where no rule knows such a paper."""
    if doc_type in (DocType.BIRTH_CERT, DocType.HOUSE_REG):
        return Paper(f"{doc_type}_{'CHILD' if _OWNED_BY[relation] is Owner.DEPENDENT else 'PRINCIPAL'}")
    if doc_type is DocType.MARRIAGE_CERT_TH and relation is Relation.FATHER:
        return Paper.MARRIAGE_CERT_PARENTS
    return Paper(doc_type) if doc_type in Paper.__members__ else None
