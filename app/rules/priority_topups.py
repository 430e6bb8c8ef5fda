"""เบิกส่วนต่าง: what may be claimed from the second scheme in the order, above which amount (spec 4.2; seed 001, since 2018).

Amounts are satang, each with its days; the first one is what the seed prints.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.money import SATANG_PER_BAHT
from app.domain.people import DocType
from app.domain.period import Period
from app.rules.citations import SCHEME_START, Citation

SEED = Citation("แนวทางการจัดลำดับสิทธิ ของ สปสช. พ.ศ. 2561", SCHEME_START)
SSO_MATERNITY_2564 = Citation("ประกาศคณะกรรมการประกันสังคม ค่าคลอดบุตร 15,000 บาท", date(2021, 1, 1))


class TopUpCase(StrEnum):
    """What the money was spent on, or where."""

    MATERNITY = "MATERNITY"  # คลอดบุตร
    DIALYSIS = "DIALYSIS"  # ไต
    VASCULAR_ACCESS_REPEAT = "VASCULAR_ACCESS_REPEAT"  # vascular access ซ้ำ
    DENTAL = "DENTAL"  # ทำฟัน
    OVER_CEILING_AT_OWN_HOSPITAL = "OVER_CEILING_AT_OWN_HOSPITAL"  # รายการเกินเพดานที่โรงพยาบาลที่เลือกไว้
    WRONG_HOSPITAL = "WRONG_HOSPITAL"  # ไม่ตรงกับโรงพยาบาลที่เลือกไว้
    PRIVATE_TEACHER_ABOVE_CAP_CSMBS = "PRIVATE_TEACHER_ABOVE_CAP_CSMBS"  # ครูเอกชนใช้ครบวงเงิน แล้วข้าราชการ
    PRIVATE_TEACHER_ABOVE_CAP_LGO = "PRIVATE_TEACHER_ABOVE_CAP_LGO"  # ครูเอกชนใช้ครบวงเงิน แล้ว อปท.


@dataclass(frozen=True)
class BaseAmount:
    """What the own scheme bears before a claim begins, in satang, on the days of `valid`."""

    satang: int
    valid: Period
    source: Citation = SEED


@dataclass(frozen=True)
class TopUp:
    """One row of the top-up table.

    `amounts` is empty where the table has none; `since` is the first day of the case itself, None if the seed names none;
    `check_rate` marks amounts that may have changed since the seed (spec Q18).
    """

    topup_id: str
    rule_ids: tuple[str, ...]
    case: TopUpCase
    condition_th: str
    claim: str  # what is paid, or why nothing is
    is_claimable: bool = True
    amounts: tuple[BaseAmount, ...] = ()
    unit: str = ""
    since: date | None = None
    evidence: DocType | None = None
    check_rate: bool = False

    def base_on(self, day: date) -> int | None:
        """The base amount of the day in satang, None where there is none."""
        return next((amount.satang for amount in self.amounts if amount.valid.contains(day)), None)


def _baht(
    amount: int, from_on: date = SCHEME_START, until_on: date | None = None, source: Citation = SEED
) -> BaseAmount:
    return BaseAmount(amount * SATANG_PER_BAHT, Period(from_on, until_on), source)


_SSO_RULES = ("MS01", "MS02")
_MATERNITY_SINCE = date(2015, 10, 20)  # seed 001: เริ่ม 20 ต.ค.58
_MATERNITY_RAISED = SSO_MATERNITY_2564.since

TOP_UPS = (
    TopUp(
        "TU01", _SSO_RULES, TopUpCase.MATERNITY,
        "เบิกส่วนเกินการคลอดได้ทุกท้อง โดยเบิกส่วนที่เกินจาก 13,000 บาท",
        "excess over base",
        amounts=(
            _baht(13_000, _MATERNITY_SINCE, _MATERNITY_RAISED),
            _baht(15_000, _MATERNITY_RAISED, source=SSO_MATERNITY_2564),
        ),
        unit="ต่อการคลอด", since=_MATERNITY_SINCE, check_rate=True,
    ),
    TopUp(
        "TU02", _SSO_RULES, TopUpCase.DIALYSIS,
        "ไต ส่วนเกิน 1,500",
        "excess over base",
        amounts=(_baht(1_500),), unit="ต่อครั้ง [decision: seed prints no unit]",
    ),
    TopUp(
        "TU03", _SSO_RULES, TopUpCase.VASCULAR_ACCESS_REPEAT,
        "การเบิก vascular access ซ้ำภายใน 2 ปี",
        "full cost under the secondary scheme's rate",
        unit="repeat within 2 years of the previous one",
    ),
    TopUp(
        "TU04", _SSO_RULES, TopUpCase.DENTAL,
        "ทำฟัน ใช้ใบเสร็จ ส่วนเกินจาก 900 บาท /ครั้ง ให้เบิกข้าราชการแต่ไม่เกินเพดานของข้าราชการ",
        "min(excess over what SSO paid, ceiling of secondary scheme); receipt only",
        amounts=(_baht(900),), unit="ต่อครั้ง (seed); ต่อปี (SSO rule)", check_rate=True,
    ),
    TopUp(
        "TU05", _SSO_RULES, TopUpCase.OVER_CEILING_AT_OWN_HOSPITAL,
        "รับบริการปกติตรงกับโรงพยาบาลที่เลือกไว้ มีรายการอุปกรณ์เกินเพดาน",
        "NOT claimable (capitation / top up already)", is_claimable=False,
    ),
    TopUp(
        "TU06", _SSO_RULES, TopUpCase.WRONG_HOSPITAL,
        "รับบริการปกติไม่ตรงกับโรงพยาบาลที่เลือกไว้",
        "NOT claimable (own scheme's access rule not followed)", is_claimable=False,
    ),
    TopUp(
        "TU07", ("MS03",), TopUpCase.PRIVATE_TEACHER_ABOVE_CAP_CSMBS,
        "ใช้ครูเอกชนครบ 100,000 บ. + หนังสือรับรองจากโรงเรียน -> กรมบัญชีกลาง ขอเลขอนุมัติ",
        "above base; direct billing only for kidney and cancer, otherwise receipts",
        amounts=(_baht(100_000),), unit="ต่อปี", evidence=DocType.SCHOOL_CERT_100K, check_rate=True,
    ),
    TopUp(
        "TU08", ("MS04",), TopUpCase.PRIVATE_TEACHER_ABOVE_CAP_LGO,
        "ใช้ครูเอกชนครบ 100,000 บ. + หนังสือรับรองจากโรงเรียน -> สปสช.",
        "above base, LGO right",
        amounts=(_baht(100_000),), unit="ต่อปี", evidence=DocType.SCHOOL_CERT_100K, check_rate=True,
    ),
)  # fmt: skip


def top_ups_on(rule_id: str, day: date) -> tuple[TopUp, ...]:
    """The cases that the priority rule opens, or expressly closes, for treatment on the day (seed 001: รักษา รพ.รัฐ only)."""
    return tuple(row for row in TOP_UPS if rule_id in row.rule_ids and (row.since is None or row.since <= day))
