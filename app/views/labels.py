"""What people read instead of codes: a label for every member of the closed lists and for every role."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from app.domain.people import (
    AgencyType,
    BirthPrecision,
    DocType,
    EntitlementState,
    EvidenceFault,
    HospitalType,
    JobStatus,
    PersonnelType,
    Relation,
    RequestStatus,
    RequestType,
    RoundError,
    RoundStatus,
    Sex,
    TerminationReason,
    ToFollow,
)
from app.domain.powers import Power
from app.domain.roles import TokenScope
from app.models.other_scheme import SchemeSource
from app.rules.coming import Coming
from app.rules.decision import Flag, Slot
from app.rules.papers import MarriagePaper
from app.rules.parents import Kinship
from app.rules.schemes import EntitlementRank, Scheme
from app.services.round_preview import Effect
from app.views.claim_labels import CLAIM_LABELS, MONEY_POWERS
from app.views.mass_labels import MASS_LABELS
from app.views.notice_words import NOTICE_LABELS

# By list first: members of two lists may be the same word (both jobs and rounds are RUNNING).
LABELS: dict[type[StrEnum], dict[Any, Any]] = {
    AgencyType: {
        AgencyType.PAO: _l("Provincial administrative organisation"),
        AgencyType.CITY_MUNICIPALITY: _l("City municipality"),
        AgencyType.TOWN_MUNICIPALITY: _l("Town municipality"),
        AgencyType.SUBDISTRICT_MUNICIPALITY: _l("Subdistrict municipality"),
        AgencyType.TAO: _l("Subdistrict administrative organisation"),
    },
    HospitalType: {
        HospitalType.STATE: _l("State hospital"),
        HospitalType.PRIVATE: _l("Private hospital"),
        HospitalType.LOCAL: _l("Hospital of a local agency"),
    },
    PersonnelType: {
        PersonnelType.PAO_OFFICIAL: _l("Official of a provincial administrative organisation"),
        PersonnelType.MUNICIPAL_OFFICER: _l("Municipal officer"),
        PersonnelType.TAO_OFFICER: _l("Subdistrict officer"),
        PersonnelType.TRANSFERRED_TEACHER: _l("Transferred teacher"),
        PersonnelType.PERMANENT_EMPLOYEE: _l("Permanent employee"),
        PersonnelType.POLITICAL_EXECUTIVE: _l("Political executive"),
        PersonnelType.PENSIONER: _l("Pensioner"),
    },
    Sex: {
        Sex.M: _l("Male"),
        Sex.F: _l("Female"),
    },
    BirthPrecision: {
        BirthPrecision.DAY: _l("Full birth date"),
        BirthPrecision.MONTH: _l("Month and year of birth only"),
        BirthPrecision.YEAR: _l("Year of birth only"),
    },
    Relation: {
        Relation.SELF: _l("Principal"),
        Relation.FATHER: _l("Father"),
        Relation.MOTHER: _l("Mother"),
        Relation.SPOUSE: _l("Spouse"),
        Relation.CHILD: _l("Child"),
    },
    RequestType: {
        RequestType.CERTIFY_NEW: _l("New entitlement"),
        RequestType.CERTIFY_EDIT: _l("Change of an entitlement"),
        RequestType.TERMINATE: _l("End of an entitlement"),
        RequestType.TRANSFER_IN: _l("Transfer to this agency"),
        RequestType.REINSTATE: _l("Return to duty"),
        RequestType.CORRECTION: _l("Recorded wrongly"),
        RequestType.SUSPEND: _l("Suspension from duty"),
        RequestType.PENSION: _l("Change to a pension"),
        RequestType.RESTORE: _l("End taken back"),
    },
    RequestStatus: {
        RequestStatus.DRAFT: _l("Draft"),
        RequestStatus.PENDING_APPROVAL: _l("Waiting for approval"),
        RequestStatus.RETURNED: _l("Returned for correction"),
        RequestStatus.REJECTED: _l("Not approved"),
        RequestStatus.APPROVED: _l("Approved, waiting for the round"),
        RequestStatus.EFFECTIVE: _l("In effect"),
        RequestStatus.ROUND_ERROR: _l("Failed in the round"),
        RequestStatus.CANCELLED: _l("Cancelled"),
    },
    EntitlementState: {
        EntitlementState.SCHEDULED: _l("Not yet begun"),
        EntitlementState.ACTIVE: _l("Entitled"),
        EntitlementState.STANDBY: _l("Standby right"),
        EntitlementState.SUSPENDED: _l("Suspended from duty"),
        EntitlementState.ENDED: _l("Entitlement ended"),
        EntitlementState.VOIDED: _l("Voided, recorded in error"),
        EntitlementState.UNKNOWN: _l("Unknown"),
    },
    TerminationReason: {
        TerminationReason.RETIRED_LUMP_SUM: _l("Retired (lump sum)"),
        TerminationReason.RESIGNED_NO_PENSION: _l("Resigned (no pension)"),
        TerminationReason.DISMISSED: _l("Dismissed"),
        TerminationReason.DECEASED: _l("Deceased"),
        TerminationReason.DIVORCED: _l("Divorced"),
        TerminationReason.AGE_OF_MAJORITY: _l("Child came of age"),
        TerminationReason.CHILD_MARRIED: _l("Child married"),
        TerminationReason.TERM_ENDED: _l("Term of office ended"),
        TerminationReason.MOVED_OUT_OF_SCHEME: _l("Moved to an employer outside the scheme"),
        TerminationReason.TRANSFERRED_LGO: _l("Moved to another agency"),
        TerminationReason.PRINCIPAL_ENDED: _l("Principal's entitlement ended"),
        TerminationReason.ADOPTED_OUT: _l("Adopted by somebody else"),
        TerminationReason.INCOMPETENCE_LIFTED: _l("Court lifted the order of incompetence"),
        TerminationReason.RECORDED_IN_ERROR: _l("Recorded in error"),
        TerminationReason.OTHER: _l("Other reason"),
    },
    DocType: {
        DocType.BIRTH_CERT: _l("Birth certificate"),
        DocType.HOUSE_REG: _l("House registration"),
        DocType.MARRIAGE_CERT_TH: _l("Thai marriage registration"),
        DocType.MARRIAGE_CERT_FOREIGN: _l("Foreign marriage registration"),
        DocType.NIKAH_CERT_TH: _l("Nikah certificate (in Thai)"),
        DocType.PATERNITY_REG_KR11: _l("Registration of legitimation (Kor Ror 11)"),
        DocType.COURT_ORDER_FAMILY: _l("Order of the juvenile and family court"),
        DocType.COURT_ORDER_INCOMPETENT: _l("Court order of incompetence"),
        DocType.DEATH_CERT: _l("Death certificate"),
        DocType.DIVORCE_CERT: _l("Divorce registration"),
        DocType.APPOINTMENT_ORDER: _l("Order of appointment"),
        DocType.TRANSFER_ORDER: _l("Order of transfer"),
        DocType.RESIGNATION_ORDER: _l("Order of resignation"),
        DocType.RETIREMENT_ORDER: _l("Order of retirement"),
        DocType.PENSION_ORDER: _l("Order of pension"),
        DocType.SUSPENSION_ORDER: _l("Order of suspension"),
        DocType.REINSTATEMENT_ORDER: _l("Order of reinstatement"),
        DocType.ELECTION_RESULT: _l("Announcement of the election result"),
        DocType.SCHOOL_CERT_100K: _l("School's certificate that 100,000 baht are used up"),
        DocType.ADOPTION_REG: _l("Registration of an adoption"),
        DocType.DISMISSAL_ORDER: _l("Order of dismissal"),
        DocType.TERM_END_NOTICE: _l("Announcement of the end of the term"),
    },
    EvidenceFault: {
        EvidenceFault.UNREADABLE: _l("Cannot be read"),
        EvidenceFault.WRONG_PERSON: _l("Belongs to somebody else"),
        EvidenceFault.WRONG_KIND: _l("Is not the kind of document that was named"),
        EvidenceFault.INCOMPLETE: _l("Pages are missing"),
        EvidenceFault.EXPIRED: _l("Too old or expired"),
    },
    ToFollow: {
        ToFollow.PAPERS: _l("Papers follow"),
        ToFollow.FACTS: _l("Taken over from a list; facts and papers follow"),
    },
    Kinship: {
        Kinship.BIOLOGICAL: _l("Own father or mother"),
        Kinship.STEP: _l("Step-parent"),
        Kinship.ADOPTIVE: _l("Adoptive parent"),
        Kinship.IN_LAW: _l("Parent of the spouse"),
    },
    MarriagePaper: {
        MarriagePaper.MARRIAGE_CERT_TH: _l("Thai marriage registration"),
        MarriagePaper.MARRIAGE_CERT_FOREIGN: _l("Foreign marriage registration"),
        MarriagePaper.NIKAH_CERT_TH: _l("Nikah certificate (in Thai)"),
    },
    Scheme: {
        Scheme.CSMBS: _l("Civil servants"),
        Scheme.CSMBS_PENSION: _l("Civil servants' pension"),
        Scheme.LGO: _l("Local agencies"),
        Scheme.LGO_PENSION: _l("Local agencies' pension"),
        Scheme.BKK: _l("Bangkok"),
        Scheme.BKK_PENSION: _l("Bangkok pension"),
        Scheme.PATTAYA: _l("Pattaya"),
        Scheme.PATTAYA_PENSION: _l("Pattaya pension"),
        Scheme.STATE_AGENCY: _l("State agency or enterprise"),
        Scheme.SSO: _l("Social security"),
        Scheme.PRIVATE_TEACHER: _l("Private school teachers"),
        Scheme.UCS: _l("Universal coverage (gold card)"),
    },
    Flag: {
        Flag.REVIEW: _l("Look at it before approving"),
        Flag.REVIEW_ORDER_DISPLACED: _l("An elder child took the place"),
        Flag.NEEDS_REGISTRAR_CONFIRMATION: _l("The registrar must confirm"),
    },
    Slot: {
        Slot.IDENTITY: _l("Who it is"),
        Slot.LEGALITY: _l("That it is lawful"),
        Slot.EVENT: _l("That it happened"),
        Slot.FACT: _l("To be told"),
    },
    RoundStatus: {
        RoundStatus.PLANNED: _l("Waiting for its time"),
        RoundStatus.RUNNING: _l("Being processed"),
        RoundStatus.DONE: _l("Processed"),
    },
    JobStatus: {
        JobStatus.QUEUED: _l("In the queue"),
        JobStatus.RUNNING: _l("Running"),
        JobStatus.DONE: _l("Done"),
        JobStatus.FAILED: _l("Failed"),
        JobStatus.CANCELLED: _l("Cancelled"),
    },
    RoundError: {
        RoundError.CONFLICT: _l("Another request on the same right came first"),
        RoundError.PRINCIPAL_NOT_EFFECTIVE: _l("The principal has no right in effect"),
        RoundError.OWN_RIGHT_OVERLAP: _l("The person already has an own right in that time"),
        RoundError.SAME_RIGHT_OVERLAP: _l("The same right exists in that time"),
        RoundError.TYPE_AGENCY_MISMATCH: _l("The personnel type does not fit the agency any more"),
        RoundError.TARGET_CHANGED: _l("The entry that this is about has changed meanwhile"),
        RoundError.FAMILY_CHANGED: _l("Somebody of the family was not decided on with the principal"),
        RoundError.DEPENDENTS_REMAIN: _l("Family members still hold rights through this person"),
        RoundError.REFUSED_BY_RULES: _l("The rules no longer allow this entry"),
        RoundError.AGENCY_CLOSED: _l("The agency does not exist on that day"),
    },
    Effect: {
        Effect.BEGINS: _l("Rights that begin"),
        Effect.ENDS: _l("Rights that end"),
        Effect.CHANGES: _l("Entries that change"),
        Effect.VOIDED: _l("Entries that are voided"),
        Effect.RESTORED: _l("Ends that are taken back"),
    },
    Coming: {
        Coming.COMES_OF_AGE: _l("Child comes of age"),
        Coming.RETIRES: _l("Retirement by age"),
        Coming.ENDS: _l("Known end of the right"),
        Coming.PAPERS_DUE: _l("Papers due"),
    },
    TokenScope: {
        TokenScope.RIGHTS: _l("Rights of persons, and the law"),
        TokenScope.LAW: _l("The law alone (no person)"),
    },
    EntitlementRank: {
        EntitlementRank.PRIMARY: _l("Own right"),
        EntitlementRank.SECONDARY: _l("Right through the family"),
    },
    SchemeSource: {
        SchemeSource.DECLARED: _l("Declared by the person"),
        SchemeSource.FILE: _l("File of the scheme"),
    },
    Power: {
        Power.RECORD_REQUEST: _l("Record requests"),
        Power.IMPORT_ROSTER: _l("Import personnel workbooks"),
        Power.APPROVE_CERTIFICATION: _l("Approve certification"),
        Power.APPROVE_TERMINATION: _l("Approve ended entitlements"),
        Power.APPROVE_TRANSFER: _l("Approve transfers"),
        Power.SEARCH_TRANSFER: _l("Find officials of other agencies for a transfer"),
        Power.VIEW_REGISTER: _l("See the register"),
        Power.EXPORT_REGISTER: _l("Export the register"),
        Power.VIEW_REPORTS: _l("See reports"),
        Power.LIST_NAMES: _l("List names and states"),
        Power.LOOKUP_RIGHT: _l("Look up rights"),
        Power.VIEW_ROUNDS: _l("See rounds"),
        Power.MANAGE_AGENCIES: _l("Manage agencies"),
        Power.MANAGE_ACCOUNTS: _l("Manage accounts"),
        Power.VIEW_AUDIT: _l("Read the audit trail"),
        Power.MANAGE_CARDS: _l("Look after workstations and cards"),
        **MONEY_POWERS,
    },
    **CLAIM_LABELS,
    **MASS_LABELS,
    **NOTICE_LABELS,
}

ROLE_LABELS: dict[str, Any] = {
    "personnel_clerk": _l("Personnel clerk"),
    "finance_clerk": _l("Finance clerk"),
    "registrar": _l("Registrar of the agency"),
    "provincial_officer": _l("Provincial officer"),
    "nhso_region": _l("NHSO regional office"),
    "nhso_admin": _l("NHSO administrator"),
    "nhso_finance": _l("NHSO finance"),
    "hospital_user": _l("Hospital"),
    "data_owner": _l("Data owner"),
    "pao_reviewer": _l("Reviewer at the provincial administrative organisation"),
    "fund_officer": _l("Fund officer"),
    "fund_coach": _l("Fund coach"),
    "auditor": _l("Auditor"),
    "public_enquirer": _l("Public enquirer"),
}


def label(member: StrEnum) -> Any:
    """The lazy label of a member of a closed list, in the reader's language when shown."""
    return LABELS[type(member)][member]
