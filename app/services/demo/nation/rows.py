"""Turns what happened into rows of the register's tables, as the verbs and the rounds would have written them."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from app.domain.people import ENDING_TYPES, BirthPrecision, Relation, RequestStatus, RequestType, TerminationReason
from app.domain.thai_calendar import fiscal_year_be
from app.rules.certification import RULES_VERSION, asked_right
from app.rules.decision import OK
from app.rules.papers import MarriagePaper
from app.services import frozen_copies
from app.services.demo.nation.records import Form, Request, Resident, Right
from app.services.round_chunks import ROBOT

Row = dict[str, Any]
Rows = dict[str, list[Row]]
_REFUSED = (RequestStatus.RETURNED, RequestStatus.REJECTED)
_CARRIED = (RequestStatus.EFFECTIVE, RequestStatus.ROUND_ERROR)
_JSON = json.JSONEncoder().encode
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode  # what frozen_copies.digest hashes
# How often a request was written by the time it stands like this.
_VERSIONS = {
    RequestStatus.DRAFT: 1, RequestStatus.PENDING_APPROVAL: 2, RequestStatus.APPROVED: 4, RequestStatus.EFFECTIVE: 5,
    RequestStatus.ROUND_ERROR: 5,
}  # fmt: skip


class _Blank:
    """A proposal as far as it is known; whatever else a frozen copy asks for is empty."""

    def __init__(self, known: Row) -> None:
        self.__dict__.update(known)

    def __getattr__(self, name: str) -> None:
        return None


def told(instant: datetime) -> str:
    """A plain UTC instant as both databases read it."""
    return instant.isoformat(" ", "microseconds")


def plain(day: date | None) -> str | None:
    """A day as both databases read it."""
    return None if day is None else day.isoformat()


class Paperwork:
    """Numbers and rows for the forms of one batch; `numbers` holds the last one given in each series and is raised."""

    def __init__(self, numbers: dict[str, int], next_ids: dict[str, int]) -> None:
        self.numbers, self._next = numbers, next_ids
        self.rows: Rows = defaultdict(list)

    def write(self, forms: Iterable[Form]) -> None:
        """Number everything in the order of time, then make the rows."""
        forms = sorted(forms, key=lambda form: (form.at, form.office.code))
        requests = [request for form in forms for request in self._numbered(form)]
        rights = self._register(requests)
        for right in rights:
            self.rows["entitlement"].append(_right_row(right))
        for form in forms:
            self._file(form)
        self.rows["audit_event"].sort(key=lambda row: row["at"])
        for row in self.rows["audit_event"]:
            row["id"] = self._id("audit_event")

    def _id(self, table: str) -> int:
        given = self._next[table]
        self._next[table] = given + 1
        return given

    def _number(self, prefix: str, form: Form) -> str:
        series = f"{prefix}{fiscal_year_be(form.at.date())}-{form.office.code}"
        self.numbers[series] = number = self.numbers.get(series, 0) + 1
        return f"{series}-{number:06d}"

    def _numbered(self, form: Form) -> list[Request]:
        form.number = self._number("SB", form)
        form.told = told(form.at)
        for request in form.requests:
            request.id, request.number = self._id("change_request"), self._number("CR", form)
            request.decided_told = told(request.decided_at) if request.decided_at else None
        return form.requests

    def _register(self, requests: Iterable[Request]) -> list[Right]:
        """Give ids to the rights that came into force, and to the people who thereby did."""
        rights = [r.right for r in requests if r.right.request is r]
        rights.sort(key=lambda right: (right.request.slot.at, right.request.id))  # type: ignore[union-attr]
        for right in rights:
            right.id = self._id("entitlement")
            if not right.person.id:
                right.person.id = self._id("person")
                self.rows["person"].append(_person_row(right.person))
        return rights

    def _file(self, form: Form) -> None:
        for request in form.requests:
            asks = request.type is RequestType.CERTIFY_NEW
            proposal = _proposal_row(request, form.is_sent)
            evidence = sorted(self._papers(request)) if asks else []
            self.rows["change_request"].append(_request_row(request, asks))
            self.rows["proposal"].append(proposal)
            clerk = {"request_id": request.id, "revision": 1, "user_id": form.office.clerk.id}
            self.rows["request_editor"].append(clerk | {"agency_id": form.office.id})
            if form.is_sent:
                self.rows["request_revision"].append(_revision_row(request, proposal, evidence))
        self._tell(form)

    def _papers(self, request: Request) -> Iterator[str]:
        form = request.form
        for paper in request.right.papers:
            if not paper.id:
                paper.id = self._id("evidence_document")
                self.rows["evidence_document"].append(
                    {
                        "id": paper.id, "uploader_agency_id": form.office.id, "doc_type": paper.doc_type.value,
                        "doc_no": paper.doc_no, "issue_date": plain(paper.issued), "uploaded_by_id": form.office.clerk.id,
                        "uploaded_at": form.told, "submitted_at": form.told if form.is_sent else None,
                    }
                )  # fmt: skip
            link = {"request_id": request.id, "evidence_id": paper.id, "agency_id": form.office.id}
            self.rows["evidence_link"].append(link)
            yield f"{paper.doc_type}:{paper.doc_no}:None"

    # --- the audit trail ---------------------------------------------------------------------------------------------
    def _tell(self, form: Form) -> None:
        office, ids = form.office, [request.id for request in form.requests]
        first = form.requests[0]
        if first.type is RequestType.CORRECTION:
            self._event(form.told, office.clerk, "report_error", "entitlement", first.right.id, office.id, requests=ids)
        else:
            verb = "submit_requests" if form.is_sent else "record_drafts"
            self._event(form.told, office.clerk, verb, "submission", form.number, office.id, requests=ids)
        for request in form.requests:
            self._tell_of(request)

    def _tell_of(self, request: Request) -> None:
        office, status = request.form.office, request.status
        if status is RequestStatus.CANCELLED:
            self._event(request.form.told, office.clerk, "cancel_request", "change_request", request.id, office.id)
        if request.decided_told is None:
            return
        if status in _REFUSED:
            verb, values = f"decide_{status.lower()}", {"revision": 1}
        else:
            assert request.slot is not None
            verb, values = "approve_certification", {"revision": 1, "round": request.slot.id, "self_approved": False}
        self._event(request.decided_told, office.registrar, verb, "change_request", request.id, office.id, **values)
        if status in _CARRIED and request.slot is not None:
            verb = "make_effective" if request.error is None else "refuse_in_round"
            why = {"round": request.slot.id} | ({"error": request.error.value} if request.error else {})
            self._event(request.slot.told, None, verb, "change_request", request.id, office.id, **why)

    def _event(
        self, at: str, who: Any, verb: str, kind: str, number: int | str, agency_id: int, **detail: Any
    ) -> None:  # fmt: skip
        self.rows["audit_event"].append(
            {
                "id": 0, "at": at, "actor_id": who.id if who else None, "actor_name": who.name if who else ROBOT.name,
                "verb": verb, "object_type": kind, "object_id": str(number), "agency_id": agency_id,
                "detail": _JSON(detail) if detail else None,
            }
        )  # fmt: skip


def _person_row(person: Resident) -> Row:
    return {
        "id": person.id, "national_id": person.national_id, **_who(person), "death_date": plain(person.death),
        "registry_status": "NEVER", "created_at": told(person.since) if person.since else None, "version": 1,
    }  # fmt: skip


def _who(person: Resident) -> Row:
    return {
        "title_th": person.title, "first_name_th": person.first_name, "middle_name_th": "",
        "last_name_th": person.last_name, "birth_date": plain(person.birth),
        "birth_date_precision": BirthPrecision.DAY.value, "sex": person.sex.value, "nationality_code": "099",
        "sort_key": person.sort_key,
    }  # fmt: skip


def _what(right: Right) -> Row:
    return {
        "relation": right.relation.value, "personnel_type": right.personnel_type and right.personnel_type.value,
        "service_start_date": plain(right.service_start), "birth_order": right.birth_order,
        "seq_in_delivery": right.seq_in_delivery, "marriage_date": plain(right.married_on),
        "marriage_paper": _marriage_paper(right), "is_muslim": True if right.by_nikah else None,
        "home_province_code": right.office.province if right.by_nikah else None,
    }  # fmt: skip


def _marriage_paper(right: Right) -> str | None:
    if right.relation is not Relation.SPOUSE:
        return None
    return (MarriagePaper.NIKAH_CERT_TH if right.by_nikah else MarriagePaper.MARRIAGE_CERT_TH).value


def _laid_down(right: Right, is_sent: bool = True) -> Row:
    """What the law decides at the submission; a draft waits for it."""
    if not is_sent:
        empty = (
            "entitled_from",
            "entitled_until",
            "delivery_id",
            "legitimate_from",
            "legitimacy_basis",
            "standby_since",
        )
        return dict.fromkeys(empty) | {"sub_inscl": ""}
    return {
        "entitled_from": plain(right.start), "entitled_until": plain(right.until), "delivery_id": right.delivery,
        "legitimate_from": plain(right.legitimate_from), "legitimacy_basis": right.basis,
        "standby_since": plain(right.standby_since), "sub_inscl": right.sub_inscl,
    }  # fmt: skip


def _right_row(right: Right) -> Row:
    request, voided = right.request, right.voided_by
    assert request is not None and request.slot is not None
    at = request.slot.told
    return {
        "id": right.id, "person_id": right.person.id, "principal_id": right.principal.id, "request_id": request.id,
        "agency_id": right.office.id, **_what(right), **_laid_down(right), "entitled_until": plain(right.last),
        "registered_at": at, "effective_at": at,
        "termination_reason": right.ended_because and right.ended_because.value,
        "ended_effective_at": right.ended_in.told if right.ended_in else None,
        "voided": int(voided is not None), "voided_at": voided.slot.told if voided and voided.slot else None,
        "voided_by_request_id": voided.id if voided else None, "suspended": int(right.suspended),
        "ended_by_request_id": right.ended_by and right.ended_by.id,
        "until_before_end": plain(right.until) if right.ended_by else None,
        "version": right.version,
    }  # fmt: skip


def _request_row(request: Request, asks: bool) -> Row:
    form, right, status = request.form, request.right, request.status
    decided = request.decided_at is not None
    approved = decided and status not in _REFUSED
    asked = asked_right(right.person.national_id, right.principal.national_id, right.relation)
    return {
        "id": request.id, "request_no": request.number, "submission_no": form.number, "type": request.type.value,
        "status": status.value, "revision": 1, "position": request.position, "reason": request.reason,
        "target_entitlement_id": None if asks else right.id, "asked_right": asked if asks else None,
        "agency_id": form.office.id, "recorded_by_id": form.office.clerk.id, "recorded_at": form.told,
        "submitted_at": form.told if form.is_sent else None,
        "decided_by_id": form.office.registrar.id if decided else None, "decided_at": request.decided_told,
        "decision_reason": request.because, "self_approved": 0, "round_id": request.slot.id if request.slot else None,
        "effective_at": request.slot.told if status is RequestStatus.EFFECTIVE and request.slot else None,
        "round_error": request.error and request.error.value, "rules_version": RULES_VERSION if approved else None,
        "inputs_version": request.inputs if approved else None, "law_code": OK if form.is_sent else None,
        "version": _VERSIONS.get(status, 3), "sort_key": right.person.sort_key,
    }  # fmt: skip


def _proposal_row(request: Request, is_sent: bool) -> Row:
    right = request.right
    because = right.ended_because if request.type is RequestType.TERMINATE else None
    ends = request.type in ENDING_TYPES
    ended = {
        "entitled_until": plain(right.ended_on if ends else right.until), "termination_reason": because and because.value,
        "event_date": plain(right.person.death if because is TerminationReason.DECEASED else right.ended_on) if ends else None,
    }  # fmt: skip
    return {
        "request_id": request.id, "agency_id": request.form.office.id, "national_id": right.person.national_id,
        "principal_national_id": right.principal.national_id, **_who(right.person), **_what(right),
        "requested_from": plain(right.typed), **_laid_down(right, is_sent), **ended,
    }  # fmt: skip


def _revision_row(request: Request, proposal: Row, evidence: list[str]) -> Row:
    frozen = frozen_copies.frozen_copy(_Blank(proposal), evidence)  # type: ignore[arg-type]
    text = _CANONICAL(frozen)
    office, decided = request.form.office, request.decided_at is not None
    outcome = None if not decided else request.status if request.status in _REFUSED else RequestStatus.APPROVED
    return {
        "request_id": request.id, "revision": 1, "agency_id": office.id, "frozen": text,
        "sha256": hashlib.sha256(text.encode()).hexdigest(), "submitted_by_id": office.clerk.id,
        "submitted_at": request.form.told, "outcome": outcome and outcome.value, "reason": request.because,
        "decided_by_id": office.registrar.id if decided else None, "decided_at": request.decided_told,
    }  # fmt: skip
