"""What agencies are told of each other's requests, in words."""

from flask_babel import lazy_gettext as _l

from app.domain.people import NoticeKind

NOTICE_WORDS = {
    NoticeKind.DEATH: _l("Reported as deceased. The rights here have ended with the day of death."),
    NoticeKind.DEATH_TAKEN_BACK: _l("The death was reported in error. The rights here stand again as before."),
    NoticeKind.PERSON_CHANGED: _l(
        "Name, birth date or sex was changed. Check the rights here; what would last longer has to be asked for."
    ),
}
