"""The closed lists of the register: every code that a column may hold, named as in the domain specification."""

from enum import StrEnum


class AgencyType(StrEnum):
    """Types of local government agency whose officials are in the scheme (spec 2.3)."""

    PAO = "PAO"  # องค์การบริหารส่วนจังหวัด
    CITY_MUNICIPALITY = "CITY_MUNICIPALITY"  # เทศบาลนคร
    TOWN_MUNICIPALITY = "TOWN_MUNICIPALITY"  # เทศบาลเมือง
    SUBDISTRICT_MUNICIPALITY = "SUBDISTRICT_MUNICIPALITY"  # เทศบาลตำบล
    TAO = "TAO"  # องค์การบริหารส่วนตำบล


class HospitalType(StrEnum):
    """Who runs a hospital (spec 2.8: the hospital on a receipt)."""

    STATE = "STATE"  # สถานพยาบาลของรัฐ
    PRIVATE = "PRIVATE"  # สถานพยาบาลเอกชน
    LOCAL = "LOCAL"  # สถานพยาบาลขององค์กรปกครองส่วนท้องถิ่น


class PersonnelType(StrEnum):
    """What makes a person a principal (spec 2.4)."""

    PAO_OFFICIAL = "PAO_OFFICIAL"  # ข้าราชการองค์การบริหารส่วนจังหวัด
    MUNICIPAL_OFFICER = "MUNICIPAL_OFFICER"  # พนักงานเทศบาล
    TAO_OFFICER = "TAO_OFFICER"  # พนักงานส่วนตำบล
    TRANSFERRED_TEACHER = "TRANSFERRED_TEACHER"  # ข้าราชการครูที่รับถ่ายโอน
    PERMANENT_EMPLOYEE = "PERMANENT_EMPLOYEE"  # ลูกจ้างประจำ
    POLITICAL_EXECUTIVE = "POLITICAL_EXECUTIVE"  # นายก อบจ., นายกเทศมนตรี, นายก อบต.
    PENSIONER = "PENSIONER"  # ผู้รับเบี้ยหวัดบำนาญ


class Sex(StrEnum):
    """Sex as the civil registry records it."""

    M = "M"  # ชาย
    F = "F"  # หญิง


class BirthPrecision(StrEnum):
    """How much of a birth date the civil registry knows (spec 2.1)."""

    DAY = "DAY"  # the full date
    MONTH = "MONTH"  # year and month only
    YEAR = "YEAR"  # year only


class Relation(StrEnum):
    """Whose right it is, seen from the principal (spec 2.5)."""

    SELF = "SELF"  # ผู้มีสิทธิ
    FATHER = "FATHER"  # บิดา
    MOTHER = "MOTHER"  # มารดา
    SPOUSE = "SPOUSE"  # คู่สมรส
    CHILD = "CHILD"  # บุตร


class RequestType(StrEnum):
    """What a change request asks for (spec 2.8)."""

    CERTIFY_NEW = "CERTIFY_NEW"  # บันทึกข้อมูลผู้มีสิทธิรายใหม่
    CERTIFY_EDIT = "CERTIFY_EDIT"  # แก้ไขข้อมูลผู้มีสิทธิ
    TERMINATE = "TERMINATE"  # แจ้งข้อมูลผู้หมดสิทธิ
    TRANSFER_IN = "TRANSFER_IN"  # ย้ายหน่วยงาน (ปลายทาง)
    REINSTATE = "REINSTATE"  # กลับเข้าปฏิบัติหน้าที่
    CORRECTION = "CORRECTION"  # บันทึกผิด: voids an effective entry
    SUSPEND = "SUSPEND"  # พักราชการ
    PENSION = "PENSION"  # เปลี่ยนเป็นผู้รับเบี้ยหวัดบำนาญ
    RESTORE = "RESTORE"  # แจ้งหมดสิทธิผิด: takes an end back


STARTING_TYPES = (RequestType.CERTIFY_NEW, RequestType.TRANSFER_IN, RequestType.REINSTATE, RequestType.PENSION)
"""What brings a new right."""
CONTINUING_TYPES = (RequestType.TRANSFER_IN, RequestType.REINSTATE, RequestType.PENSION)
"""What brings a new right in the place of one that stands, its target."""
JUDGED_TYPES = (*STARTING_TYPES, RequestType.CERTIFY_EDIT)
"""What the law of entitlement decides on: rights as they would be."""
ENDING_TYPES = (RequestType.TERMINATE, RequestType.SUSPEND)
"""What stops a right."""
REASONED_TYPES = (RequestType.CORRECTION, RequestType.RESTORE)
"""What is asked with a reason alone: nothing of it can be written anew; it is cancelled and asked again."""
TARGETED_TYPES = tuple(kind for kind in RequestType if kind is not RequestType.CERTIFY_NEW)
"""What is about a right that stands."""


class RequestStatus(StrEnum):
    """Where a change request stands (spec 5.1, decisions 1)."""

    DRAFT = "DRAFT"  # ร่าง
    PENDING_APPROVAL = "PENDING_APPROVAL"  # รออนุมัติ
    RETURNED = "RETURNED"  # ส่งกลับแก้ไข
    REJECTED = "REJECTED"  # ไม่อนุมัติ
    APPROVED = "APPROVED"  # อนุมัติแล้ว รอประมวลผล
    EFFECTIVE = "EFFECTIVE"  # มีผลแล้ว
    ROUND_ERROR = "ROUND_ERROR"  # ประมวลผลไม่ผ่าน
    CANCELLED = "CANCELLED"  # ยกเลิก


OPEN_STATUSES = (RequestStatus.DRAFT, RequestStatus.PENDING_APPROVAL, RequestStatus.RETURNED, RequestStatus.APPROVED)
SENT_STATUSES = tuple(status for status in OPEN_STATUSES if status is not RequestStatus.DRAFT)
CORRECTABLE_STATUSES = (RequestStatus.RETURNED, RequestStatus.REJECTED, RequestStatus.ROUND_ERROR)


class EntitlementState(StrEnum):
    """What an entitlement is on a given day; always computed, never stored (decisions 2)."""

    SCHEDULED = "SCHEDULED"  # ยังไม่ถึงวันเกิดสิทธิ
    ACTIVE = "ACTIVE"  # มีสิทธิ
    STANDBY = "STANDBY"  # สิทธิสำรอง
    SUSPENDED = "SUSPENDED"  # พักราชการ
    ENDED = "ENDED"  # หมดสิทธิ
    VOIDED = "VOIDED"  # ยกเลิกเพราะบันทึกผิด
    UNKNOWN = "UNKNOWN"  # not yet carried by a round at the instant asked about


class TerminationReason(StrEnum):
    """Why a right ended (spec 2.6)."""

    RETIRED_LUMP_SUM = "RETIRED_LUMP_SUM"  # เกษียณอายุ(บำเหน็จ)
    RESIGNED_NO_PENSION = "RESIGNED_NO_PENSION"  # ลาออก(ไม่รับบำนาญ)
    DISMISSED = "DISMISSED"  # ไล่ออก/ให้ออก
    DECEASED = "DECEASED"  # เสียชีวิต
    DIVORCED = "DIVORCED"  # หย่าร้าง
    AGE_OF_MAJORITY = "AGE_OF_MAJORITY"  # บุตรบรรลุนิติภาวะ
    CHILD_MARRIED = "CHILD_MARRIED"  # บุตรสมรส
    TERM_ENDED = "TERM_ENDED"  # หมดวาระ
    MOVED_OUT_OF_SCHEME = "MOVED_OUT_OF_SCHEME"  # โอนย้ายสังกัดที่หมดสิทธิเบิกจากสวัสดิการ อปท.
    TRANSFERRED_LGO = "TRANSFERRED_LGO"  # ย้ายหน่วยงาน (system only)
    PRINCIPAL_ENDED = "PRINCIPAL_ENDED"  # ผู้มีสิทธิหมดสิทธิ (cascade)
    ADOPTED_OUT = "ADOPTED_OUT"  # ยกให้เป็นบุตรบุญธรรมผู้อื่น
    INCOMPETENCE_LIFTED = "INCOMPETENCE_LIFTED"  # ศาลเพิกถอนคำสั่งไร้ความสามารถ
    RECORDED_IN_ERROR = "RECORDED_IN_ERROR"  # บันทึกผิด
    OTHER = "OTHER"  # กรณีอื่น ๆ


class NoticeKind(StrEnum):
    """What one agency's request did to a person who has rights at another one too."""

    DEATH = "DEATH"  # a death was reported: the rights here have ended as well
    DEATH_TAKEN_BACK = "DEATH_TAKEN_BACK"  # the death was reported in error: the rights here stand again
    PERSON_CHANGED = "PERSON_CHANGED"  # who the person is was changed: name, birth date or sex
    END_TAKEN_BACK = (
        "END_TAKEN_BACK"  # an end that this agency had reported was taken back where the right has moved to
    )


class SuccessionState(StrEnum):
    """Where it stands that one agency takes another's place."""

    PROPOSED = "PROPOSED"  # เสนอแล้ว: a second officer has to decide
    APPROVED = "APPROVED"  # อนุมัติแล้ว: from its day on the rights are carried over
    DONE = "DONE"  # รับช่วงครบแล้ว: nothing is left at the old agency
    WITHDRAWN = "WITHDRAWN"  # ยกเลิก


class DocType(StrEnum):
    """Kinds of evidence (spec 2.7)."""

    BIRTH_CERT = "BIRTH_CERT"  # สูติบัตร
    HOUSE_REG = "HOUSE_REG"  # ทะเบียนบ้าน
    MARRIAGE_CERT_TH = "MARRIAGE_CERT_TH"  # ทะเบียนสมรสไทย
    MARRIAGE_CERT_FOREIGN = "MARRIAGE_CERT_FOREIGN"  # ทะเบียนสมรส ตปท.
    NIKAH_CERT_TH = "NIKAH_CERT_TH"  # ใบนิกะห์ (ภาษาไทย)
    PATERNITY_REG_KR11 = "PATERNITY_REG_KR11"  # ทะเบียนรับรองบุตร (คร.11)
    COURT_ORDER_FAMILY = "COURT_ORDER_FAMILY"  # คำสั่งศาล (แผนกคดีเยาวชนและครอบครัว)
    COURT_ORDER_INCOMPETENT = "COURT_ORDER_INCOMPETENT"  # คำสั่งศาลให้เป็นคนไร้/เสมือนไร้ความสามารถ
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
    SCHOOL_CERT_100K = "SCHOOL_CERT_100K"  # หนังสือรับรองจากโรงเรียนว่าใช้ครบ 100,000 บ.
    ADOPTION_REG = "ADOPTION_REG"  # ทะเบียนรับบุตรบุญธรรม (คร.14)
    DISMISSAL_ORDER = "DISMISSAL_ORDER"  # คำสั่งไล่ออก ปลดออก ให้ออก
    TERM_END_NOTICE = "TERM_END_NOTICE"  # ประกาศพ้นจากตำแหน่ง


class EvidenceFault(StrEnum):
    """Why a registrar does not accept a document (spec 2.7)."""

    UNREADABLE = "UNREADABLE"  # อ่านไม่ออก
    WRONG_PERSON = "WRONG_PERSON"  # เป็นเอกสารของบุคคลอื่น
    WRONG_KIND = "WRONG_KIND"  # ไม่ใช่เอกสารตามประเภทที่ระบุ
    INCOMPLETE = "INCOMPLETE"  # เอกสารไม่ครบหน้า
    EXPIRED = "EXPIRED"  # เอกสารเก่าหรือหมดอายุ


class ToFollow(StrEnum):
    """What is still owed for a right that was asked for."""

    PAPERS = "PAPERS"  # the facts are told, their papers come later
    FACTS = "FACTS"  # taken over from a list: facts and papers come later


class RoundStatus(StrEnum):
    """Where a processing round stands (spec 2.8)."""

    PLANNED = "PLANNED"  # รอถึงเวลา
    RUNNING = "RUNNING"  # กำลังประมวลผล
    DONE = "DONE"  # ประมวลผลแล้ว


class JobStatus(StrEnum):
    """Where a background job stands (decisions 7)."""

    QUEUED = "QUEUED"  # รอคิว
    RUNNING = "RUNNING"  # กำลังทำงาน
    DONE = "DONE"  # เสร็จแล้ว
    FAILED = "FAILED"  # ไม่สำเร็จ
    CANCELLED = "CANCELLED"  # ยกเลิกแล้ว


class RoundError(StrEnum):
    """Why a round could not apply an approved request (decisions 1)."""

    CONFLICT = "CONFLICT"  # another request of the same round on the same right came first
    PRINCIPAL_NOT_EFFECTIVE = "PRINCIPAL_NOT_EFFECTIVE"  # the principal has no effective right to lean on
    OWN_RIGHT_OVERLAP = "OWN_RIGHT_OVERLAP"  # the person already holds an own right in that time
    SAME_RIGHT_OVERLAP = "SAME_RIGHT_OVERLAP"  # the same right through the same principal exists in that time
    TYPE_AGENCY_MISMATCH = "TYPE_AGENCY_MISMATCH"  # the personnel type does not fit the agency any more
    TARGET_CHANGED = "TARGET_CHANGED"  # the entry to void has been voided or changed meanwhile
    DEPENDENTS_REMAIN = "DEPENDENTS_REMAIN"  # an own right cannot be voided while the family's rights lean on it
    REFUSED_BY_RULES = "REFUSED_BY_RULES"  # the rules or the database refuse the entry as it stands now
    AGENCY_CLOSED = "AGENCY_CLOSED"  # the agency no longer exists on that day
    FAMILY_CHANGED = "FAMILY_CHANGED"  # somebody of the family who would be left behind was not decided on


class MassDecision(StrEnum):
    """What a registrar makes of many requests at once (spec 5.1)."""

    APPROVE = "APPROVE"  # อนุมัติ
    RETURN = "RETURN"  # ส่งกลับแก้ไข
    REJECT = "REJECT"  # ไม่อนุมัติ


class RowOutcome(StrEnum):
    """What became of one row of a decision on many (spec 5.1)."""

    WAITS = "WAITS"  # ยังไม่ถึงลำดับ
    APPROVED = "APPROVED"  # อนุมัติแล้ว
    RETURNED = "RETURNED"  # ส่งกลับแก้ไขแล้ว
    REJECTED = "REJECTED"  # ไม่อนุมัติแล้ว
    CHANGED = "CHANGED"  # เปลี่ยนไปหลังการยืนยัน
    CONFLICT = "CONFLICT"  # ขัดแย้งกับรายการอื่น
    NEEDS_LOOK = "NEEDS_LOOK"  # ต้องพิจารณาเป็นรายกรณี
    REFUSED = "REFUSED"  # กฎหมายหรือสิทธิการใช้งานไม่อนุญาต
