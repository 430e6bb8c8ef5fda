"""The demo's agencies, accounts and hospital token: the same for good, and refused in production (decisions 18)."""

from dataclasses import dataclass
from datetime import date

from app.domain.people import AgencyType

PASSWORD = "Demo-Portal-2569"  # noqa: S105 - printed on purpose; demo accounts cannot log in in production
HOSPITAL_TOKEN = "lgo_demo_hospital_token"  # noqa: S105 - as above

EXAMPLE_ID = "3990110000001"  # an official of the town with a right in force


@dataclass(frozen=True)
class DemoAgency:
    """One agency of the demo."""

    dla_code: str
    name_th: str
    agency_type: AgencyType
    province_code: str


# One of each type; the town municipality is the clerks' own, the TAO stands in another province and region.
AGENCIES = (
    DemoAgency("04110101", "เทศบาลเมืองตัวอย่าง", AgencyType.TOWN_MUNICIPALITY, "11"),
    DemoAgency("06900101", "องค์การบริหารส่วนตำบลตัวอย่าง", AgencyType.TAO, "90"),
    DemoAgency("02400101", "องค์การบริหารส่วนจังหวัดตัวอย่าง", AgencyType.PAO, "40"),
    DemoAgency("03500101", "เทศบาลนครตัวอย่าง", AgencyType.CITY_MUNICIPALITY, "50"),
    DemoAgency("05540101", "เทศบาลตำบลตัวอย่าง", AgencyType.SUBDISTRICT_MUNICIPALITY, "54"),
)
SINCE = date(2000, 1, 1)
TOWN, TAO = AGENCIES[0].dla_code, AGENCIES[1].dla_code


@dataclass(frozen=True)
class DemoAccount:
    """One account of the demo: `bound_to` is an agency code, a province code or nothing, as the role demands."""

    username: str
    role: str
    name: str
    bound_to: str | None


ACCOUNTS = (
    DemoAccount("clerk1", "personnel_clerk", "กมล สุขสันต์", TOWN),
    DemoAccount("clerk2", "personnel_clerk", "วีระ ทองคำ", TOWN),
    DemoAccount("registrar1", "registrar", "ปราณี ใจดี", TOWN),
    DemoAccount("registrar2", "registrar", "สมพร รุ่งเรือง", TOWN),
    DemoAccount("finance1", "finance_clerk", "อรทัย แก้วมณี", TOWN),
    DemoAccount("finance2", "finance_clerk", "จันทร์เพ็ญ ศรีวงศ์", TOWN),
    DemoAccount("clerk_b", "personnel_clerk", "สุดารัตน์ ชัยชนะ", TAO),
    DemoAccount("registrar_b", "registrar", "มานพ บุญเรือง", TAO),
    DemoAccount("province1", "provincial_officer", "ศิริพร แสงจันทร์", "11"),
    DemoAccount("nhso1", "nhso_admin", "ธนา วัฒนกุล", None),
    DemoAccount("nhso2", "nhso_admin", "วรรณา ศรีสุข", None),
    DemoAccount("nhso_finance1", "nhso_finance", "รัตนา สายทอง", None),
    DemoAccount("nhso_finance2", "nhso_finance", "วิมล โพธิ์ทอง", None),
    DemoAccount("nhso_finance3", "nhso_finance", "ปรีชา นาคสวัสดิ์", None),
    DemoAccount("auditor1", "auditor", "อนันต์ เพชรรัตน์", None),
)
