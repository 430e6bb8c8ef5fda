"""The legal bases that the rules stand on, each with the days on which it holds; the one place that names them.

NHSO_* are the slides of NHSO for registrars (seed 001, 2018). REGISTER_* are decisions of this register where no text
speaks (spec 3 and 11); they bind only until a text does.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Citation:
    """A legal basis as people cite it, in Thai; it holds from `since` up to but not including `until`."""

    text: str
    since: date
    until: date | None = None


SCHEME_START = date(2013, 10, 1)  # seed 000: 1 ต.ค. 56, first day of the scheme
CCC_BOOK_1 = date(1992, 6, 8)  # บรรพ 1 ที่ได้ตรวจชำระใหม่ พ.ศ. 2535
CCC_BOOK_5_OF_1935 = date(1935, 10, 1)  # บรรพ 5 พ.ศ. 2477 ใช้ 1 ต.ค. 2478
CCC_BOOK_5 = date(1976, 10, 16)  # บรรพ 5 ที่ได้ตรวจชำระใหม่ พ.ศ. 2519
CCC_AMENDMENT_24 = date(2025, 1, 23)  # พ.ร.บ.แก้ไขเพิ่มเติม ป.พ.พ. (ฉบับที่ 24) พ.ศ. 2567: 120 days after 24 ก.ย. 2567

NHSO_PRINCIPALS = Citation("แนวทางทะเบียนบุคลากร อปท. ของ สปสช. พ.ศ. 2561 นิยามผู้มีสิทธิ", SCHEME_START)
NHSO_FAMILY = Citation("แนวทางทะเบียนบุคลากร อปท. ของ สปสช. พ.ศ. 2561 นิยามผู้มีสิทธิร่วม", SCHEME_START)
NHSO_START_AND_END = Citation("แนวทางทะเบียนบุคลากร อปท. ของ สปสช. พ.ศ. 2561 การเกิดสิทธิและหมดสิทธิ", SCHEME_START)
NHSO_PARENTS = Citation("แนวทางทะเบียนบุคลากร อปท. ของ สปสช. พ.ศ. 2561 หลักฐานบิดามารดา", SCHEME_START)
NHSO_SPOUSE = Citation("แนวทางทะเบียนบุคลากร อปท. ของ สปสช. พ.ศ. 2561 หลักฐานคู่สมรส", SCHEME_START)
NHSO_CHILD_PAPERS = Citation("แนวทางทะเบียนบุคลากร อปท. ของ สปสช. พ.ศ. 2561 หลักฐานบุตร", SCHEME_START)
NHSO_CHILD_ORDER = Citation("แนวทางทะเบียนบุคลากร อปท. ของ สปสช. พ.ศ. 2561 บุตรลำดับที่ 1-3", SCHEME_START)
NHSO_CHILD_TERMS = Citation("แนวทางทะเบียนบุคลากร อปท. ของ สปสช. พ.ศ. 2561 เงื่อนไขของบุตรชอบด้วยกฎหมาย", SCHEME_START)
NHSO_OWN_RIGHT_FIRST = Citation("แนวทางทะเบียนบุคลากร อปท. ของ สปสช. พ.ศ. 2561 ใช้สิทธิตนเองก่อน", SCHEME_START)
NHSO_OWN_RIGHT_TOPPED_UP = Citation(
    "แนวทางการจัดลำดับสิทธิ ของ สปสช. พ.ศ. 2561 สิทธิหลักชนสิทธิรอง: เบิกส่วนต่าง (ประกันสังคม ครูเอกชน)", SCHEME_START
)

BIRTH_AND_DEATH = Citation("ป.พ.พ. มาตรา 15", CCC_BOOK_1)
AGE_OF_MAJORITY = Citation("ป.พ.พ. มาตรา 16 และ 19", CCC_BOOK_1)
MAJORITY_BY_MARRIAGE = Citation("ป.พ.พ. มาตรา 20 และ 1448", CCC_BOOK_5)
MARRIAGE_AGE_1935 = Citation("ป.พ.พ. มาตรา 1445 บรรพ 5 พ.ศ. 2477 (ชาย 17 หญิง 15)", CCC_BOOK_5_OF_1935, CCC_BOOK_5)
MARRIAGE_AGE_17 = Citation("ป.พ.พ. มาตรา 1448", CCC_BOOK_5, CCC_AMENDMENT_24)
MARRIAGE_AGE_18 = Citation("ป.พ.พ. มาตรา 1448 แก้ไขโดยฉบับที่ 24 พ.ศ. 2567", CCC_AMENDMENT_24)
MARRIAGE_UNDER_AGE = Citation(
    "ป.พ.พ. มาตรา 1448 และฉบับที่ใช้ในวันสมรส (ก่อน 23 ม.ค. 2568: 17 ปี ก่อน 16 ต.ค. 2519: ชาย 17 หญิง 15)", CCC_BOOK_5_OF_1935
)
COURT_LEAVE = Citation("ป.พ.พ. มาตรา 1448 ข้อยกเว้นโดยอนุญาตของศาล", CCC_BOOK_5)
MARRIAGE_OF_KIN = Citation("ป.พ.พ. มาตรา 1450", CCC_BOOK_5)
BIGAMY = Citation("ป.พ.พ. มาตรา 1452", CCC_BOOK_5)
EQUAL_MARRIAGE = Citation("ป.พ.พ. มาตรา 1448 แก้ไขโดยฉบับที่ 24 พ.ศ. 2567 (สมรสเท่าเทียม)", CCC_AMENDMENT_24)
PRESUMED_CHILD = Citation("ป.พ.พ. มาตรา 1536", CCC_BOOK_5)
CHILD_OF_MOTHER = Citation("ป.พ.พ. มาตรา 1546", CCC_BOOK_5)
LEGITIMATED_CHILD = Citation("ป.พ.พ. มาตรา 1547", CCC_BOOK_5)
ADOPTED_CHILD = Citation("ป.พ.พ. มาตรา 1598/28", CCC_BOOK_5)
INCOMPETENT = Citation("ป.พ.พ. มาตรา 28 และ 32", CCC_BOOK_1)
RETIREMENT = Citation("พ.ร.บ.บำเหน็จบำนาญข้าราชการส่วนท้องถิ่น พ.ศ. 2500 และ ป.พ.พ. มาตรา 16", date(1957, 10, 1))

REGISTER_NUMBERS = Citation("ข้อกำหนดของทะเบียน ข้อ 2.2", SCHEME_START)
REGISTER_PERSONNEL_TYPES = Citation("ข้อกำหนดของทะเบียน ข้อ 2.4", SCHEME_START)
REGISTER_PRINCIPALS = Citation("ข้อกำหนดของทะเบียน ข้อ 3.1", SCHEME_START)
REGISTER_PARENTS = Citation("ข้อกำหนดของทะเบียน ข้อ 3.2", SCHEME_START)
REGISTER_SPOUSE = Citation("ข้อกำหนดของทะเบียน ข้อ 3.3", SCHEME_START)
REGISTER_LEGITIMACY = Citation("ข้อกำหนดของทะเบียน ข้อ 3.4", SCHEME_START)
REGISTER_CHILDREN = Citation("ข้อกำหนดของทะเบียน ข้อ 3.5", SCHEME_START)
REGISTER_MAJORITY = Citation("ข้อกำหนดของทะเบียน ข้อ 3.6", SCHEME_START)
REGISTER_INCOMPETENT = Citation("ข้อกำหนดของทะเบียน ข้อ 3.7", SCHEME_START)
REGISTER_PLAUSIBILITY = Citation("เกณฑ์ความเป็นไปได้ที่ทะเบียนกำหนดเอง (ไม่มีบทกฎหมายเฉพาะ)", SCHEME_START)
REGISTER_LIFECYCLE = Citation("ข้อกำหนดของทะเบียน ข้อ 3.8", SCHEME_START)

NHSO_RECEIPTS = Citation("แนวทางทะเบียนบุคลากร อปท. ของ สปสช. พ.ศ. 2561 แจ้งคำร้องขอเบิกค่ารักษา", SCHEME_START)
NHSO_TRANSFER_RECEIPTS = Citation(
    "แนวทางทะเบียนบุคลากร อปท. ของ สปสช. พ.ศ. 2561 ใบเสร็จที่เกิดขึ้นระหว่างการย้ายหน่วยงาน ให้ส่งเบิกที่ต้นสังกัดใหม่", SCHEME_START
)
ONE_YEAR_TO_CLAIM = Citation(
    "พ.ร.ฎ.เงินสวัสดิการเกี่ยวกับการรักษาพยาบาล พ.ศ. 2553 (เทียบเคียง) เบิกภายในหนึ่งปีนับแต่วันที่ในใบเสร็จ", SCHEME_START
)
REGISTER_CLAIMS = Citation("ข้อกำหนดของทะเบียน ข้อ 5.5", SCHEME_START)
NHSO_APPEALS = Citation(
    "แนวทางทะเบียนบุคลากร อปท. ของ สปสช. พ.ศ. 2561 แจ้งคำร้องอุทธรณ์ กรณีเบิกเงินขาด/ขอเบิกเงินเพิ่ม", SCHEME_START
)
NHSO_REFUNDS = Citation(
    "แนวทางทะเบียนบุคลากร อปท. ของ สปสช. พ.ศ. 2561 แจ้งคำร้องขอคืนเงิน กรณีเบิกเงินเกิน/ขอคืนเงิน", SCHEME_START
)
NHSO_REFUND_LOCK = Citation(
    "แนวทางทะเบียนบุคลากร อปท. ของ สปสช. พ.ศ. 2561 แจ้งคำร้องขอคืนเงิน: เมื่อสั่งพิมพ์เอกสารแล้ว อปท. ไม่สามารถแก้ไขเอกสารได้ "
    "ให้ติดต่อ สปสช. เพื่อแจ้งยกเลิกข้อมูล",
    SCHEME_START,
)
REGISTER_REFUNDS = Citation("ข้อกำหนดของทะเบียน ข้อ 5.7", SCHEME_START)
REGISTER_APPEALS = Citation("ข้อกำหนดของทะเบียน ข้อ 5.6", SCHEME_START)
