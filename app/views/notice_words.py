"""What agencies are told of each other's requests, and how one takes another's place, in words."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.domain.people import NoticeKind, SuccessionState

NOTICE_WORDS = {
    NoticeKind.DEATH: _l("Reported as deceased. The rights here have ended with the day of death."),
    NoticeKind.DEATH_TAKEN_BACK: _l("The death was reported in error. The rights here stand again as before."),
    NoticeKind.PERSON_CHANGED: _l(
        "Name, birth date or sex was changed. Check the rights here; what would last longer has to be asked for."
    ),
    NoticeKind.END_TAKEN_BACK: _l(
        "An end that this agency had reported before the transfer was taken back there. If it is true, tell the new agency."
    ),
}
NOTICE_LABELS: dict[type, dict[Any, Any]] = {
    SuccessionState: {
        SuccessionState.PROPOSED: _l("Proposed"),
        SuccessionState.APPROVED: _l("Approved, under way"),
        SuccessionState.DONE: _l("Carried over"),
        SuccessionState.WITHDRAWN: _l("Given up"),
    },
    NoticeKind: {
        NoticeKind.DEATH: _l("Death reported"),
        NoticeKind.DEATH_TAKEN_BACK: _l("Report of a death taken back"),
        NoticeKind.PERSON_CHANGED: _l("Particulars changed"),
        NoticeKind.END_TAKEN_BACK: _l("Reported end taken back"),
    },
}
