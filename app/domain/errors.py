"""The kinds of refusal that a verb can give; words and HTTP status are added by the views alone."""

from typing import Any


class PortalError(Exception):
    """A refusal with a stable `code`, the `facts` that explain it, and, where one field is at fault, its name.

    `citation` names the rule or clause behind the refusal (spec section, law clause, seed) and is required for `Refused`.
    """

    def __init__(self, code: str, *, field: str | None = None, citation: str | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.citation = citation
        self.facts = facts

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, field={self.field!r}, facts={sorted(self.facts)!r})"


class BadInput(PortalError):
    """What was typed cannot be read: wrong shape, impossible date, bad check digit."""


class NotFound(PortalError):
    """No such thing within the actor's scope; the same answer whether it is missing or somebody else's."""


class NotAllowed(PortalError):
    """The actor lacks the power, or is barred from this very act (four-eyes)."""


class WrongState(PortalError):
    """The thing exists but its state does not allow this verb."""


class Refused(PortalError):
    """A rule of law or of the registry says no; always carries its citation."""

    def __init__(self, code: str, *, citation: str, field: str | None = None, **facts: Any) -> None:
        super().__init__(code, field=field, citation=citation, **facts)


class Conflict(PortalError):
    """Somebody else changed or holds the same thing; facts say who and what where that may be told."""


class InvalidForm(BadInput):
    """Several fields are wrong at once; `errors` lists each as its own PortalError with its field."""

    def __init__(self, errors: list[PortalError]) -> None:
        super().__init__("INVALID_FORM", count=len(errors))
        self.errors = errors
