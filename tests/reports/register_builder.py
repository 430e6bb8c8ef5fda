"""Builds agencies, people, spells and requests of a test's register straight in the tables, every fact as wanted."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.domain.actor import NATION
from app.domain.names import sort_key
from app.domain.national_id import check_digit
from app.domain.people import AgencyType, PersonnelType, Relation, RequestStatus, RequestType, RoundStatus, Sex
from app.models import (
    Agency,
    ChangeRequest,
    Entitlement,
    NhsoRegion,
    Person,
    ProcessingRound,
    Proposal,
    Province,
    ProvinceRegion,
)
from app.models.database import db
from app.models.scoping import SCOPE

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
APPROVED_AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
ROUND_AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


class RegisterBuilder:
    """Adds rows one by one and commits at once; numbers, IDs and codes count up by themselves."""

    def __init__(self) -> None:
        self.session = Session(db.writer, expire_on_commit=False, info={SCOPE: NATION})
        self.serial = 0
        self.round = self.keep(
            ProcessingRound(
                round_date=ROUND_AT.date(), round_no=1, scheduled_at=ROUND_AT, status=RoundStatus.DONE, run_at=ROUND_AT
            )
        )

    def keep(self, row: Any) -> Any:
        self.session.add(row)
        self.session.commit()
        return row

    def next_id(self) -> str:
        self.serial += 1
        first = f"19901{self.serial:07d}"
        return first + str(check_digit(first))

    def agency(self, name: str, province: str = "11", region_no: int | None = None) -> Agency:
        if self.session.get(Province, province) is None:
            self.keep(Province(code=province, name_th=f"จังหวัด {province}"))
        if region_no is not None:
            if self.session.get(NhsoRegion, region_no) is None:
                self.keep(NhsoRegion(no=region_no, name_th=f"เขต {region_no}"))
            self.keep(ProvinceRegion(province_code=province, region_no=region_no, valid_from=date(2000, 1, 1)))
        self.serial += 1
        kind = AgencyType.TOWN_MUNICIPALITY
        agency = Agency(dla_code=f"04{province}{self.serial:04d}", name_th=name, agency_type=kind)
        agency.province_code, agency.valid_from = province, date(2000, 1, 1)
        return self.keep(agency)

    def person(self, first: str, last: str = "ใจดี", **facts: Any) -> Person:
        given = {"title_th": "นาย", "birth_date": date(1985, 2, 3), "sex": Sex.M, "national_id": self.next_id()} | facts
        words = {"first_name_th": first, "last_name_th": last, "sort_key": sort_key(f"{first} {last}")}
        return self.keep(Person(**words, **given, created_at=NOW))

    def request(self, agency: Agency, status: RequestStatus = RequestStatus.EFFECTIVE, **facts: Any) -> ChangeRequest:
        self.serial += 1
        given: dict[str, Any] = {
            "submission_no": f"S{self.serial}",
            "type": RequestType.CERTIFY_NEW,
            "recorded_at": NOW,
        }
        if status in (RequestStatus.APPROVED, RequestStatus.EFFECTIVE, RequestStatus.ROUND_ERROR):
            given |= {"decided_at": APPROVED_AT, "round_id": self.round.id}
        if status in (RequestStatus.REJECTED, RequestStatus.RETURNED):
            given |= {"decided_at": APPROVED_AT, "decision_reason": "หลักฐานไม่ครบ"}
        if status is RequestStatus.EFFECTIVE:
            given["effective_at"] = ROUND_AT
        if status is RequestStatus.ROUND_ERROR:
            given["round_error"] = "CONFLICT"
        given |= facts
        return self.keep(ChangeRequest(request_no=f"CR{self.serial}", agency_id=agency.id, status=status, **given))

    def spell(self, agency: Agency, person: Person, principal: Person | None = None, **facts: Any) -> Entitlement:
        given: dict[str, Any] = {
            "relation": Relation.SELF if principal is None else Relation.CHILD,
            "personnel_type": PersonnelType.MUNICIPAL_OFFICER if principal is None else None,
            "sub_inscl": "L1" if principal is None else "L2",
            "entitled_from": date(2020, 1, 1),
            "registered_at": ROUND_AT,
            "effective_at": ROUND_AT,
        } | facts
        keys = {"person_id": person.id, "principal_id": (principal or person).id, "agency_id": agency.id}
        return self.keep(Entitlement(**keys, request_id=self.request(agency).id, **given))

    def proposal(
        self, agency: Agency, first: str, status: RequestStatus = RequestStatus.PENDING_APPROVAL, **facts: Any
    ) -> ChangeRequest:
        """A request with its proposal; facts of the request are given as `request={...}`."""
        request = self.request(agency, status, **facts.pop("request", {}))
        nid = facts.pop("national_id", None) or self.next_id()
        given: dict[str, Any] = {
            "relation": Relation.SELF,
            "national_id": nid,
            "principal_national_id": nid,
            "title_th": "นาย",
            "last_name_th": "รอผล",
            "sex": Sex.M,
            "birth_date": date(1990, 1, 2),
            "entitled_from": date(2026, 12, 1),
        } | facts
        given["sort_key"] = sort_key(f"{first} {given['last_name_th']}")
        self.keep(Proposal(request_id=request.id, agency_id=agency.id, first_name_th=first, **given))
        return request
