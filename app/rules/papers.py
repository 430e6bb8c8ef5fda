"""หลักฐาน: the papers that the rules know, whose each one is, and which type of document it is (spec 2.7, 3.9)."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.people import DocType


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


class Owner(StrEnum):
    """Whose document a paper is: what spec 2.7 stores in `relates_to`."""

    PRINCIPAL = "PRINCIPAL"
    PARENTS = "PARENTS"
    DEPENDENT = "DEPENDENT"


@dataclass(frozen=True)
class PaperKind:
    """The type of document that is filed for a paper, None where spec 2.7 has no type for it, and whose it is."""

    doc_type: DocType | None
    owner: Owner


_OTHERWISE = {
    Paper.BIRTH_CERT_PRINCIPAL: PaperKind(DocType.BIRTH_CERT, Owner.PRINCIPAL),
    Paper.HOUSE_REG_PRINCIPAL: PaperKind(DocType.HOUSE_REG, Owner.PRINCIPAL),
    Paper.MARRIAGE_CERT_PARENTS: PaperKind(DocType.MARRIAGE_CERT_TH, Owner.PARENTS),
    Paper.BIRTH_CERT_CHILD: PaperKind(DocType.BIRTH_CERT, Owner.DEPENDENT),
    Paper.HOUSE_REG_CHILD: PaperKind(DocType.HOUSE_REG, Owner.DEPENDENT),
    Paper.ADOPTION_REG: PaperKind(None, Owner.DEPENDENT),
}
_OF_THE_PRINCIPAL = {
    *(Paper.APPOINTMENT_ORDER, Paper.TRANSFER_ORDER, Paper.RESIGNATION_ORDER, Paper.RETIREMENT_ORDER),
    *(Paper.PENSION_ORDER, Paper.SUSPENSION_ORDER, Paper.REINSTATEMENT_ORDER, Paper.ELECTION_RESULT),
}


def kind_of(paper: Paper) -> PaperKind:
    """How the paper is filed: most papers are documents of that very name, about the dependent in question."""
    if paper in _OTHERWISE:
        return _OTHERWISE[paper]
    return PaperKind(DocType(paper), Owner.PRINCIPAL if paper in _OF_THE_PRINCIPAL else Owner.DEPENDENT)
