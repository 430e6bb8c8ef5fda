"""Passwords: how they are kept, how good they must be, and who changes them."""

from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash

from app.domain.errors import BadInput

SHORTEST, LONGEST = 10, 128
METHOD = "scrypt:32768:8:1"  # 32 MiB of memory and a tenth of a second for each guess


def hashed(password: str) -> str:
    """The salted scrypt hash under which a password is kept."""
    return generate_password_hash(password, METHOD)


def matches(kept: str | None, password: str) -> bool:
    """Whether `password` is the one behind the hash `kept`; takes as long when there is no hash."""
    right = check_password_hash(kept or _nobodys(METHOD), password[:LONGEST])
    return right and kept is not None


@cache
def _nobodys(method: str) -> str:
    return generate_password_hash("nobody has this password", method)


def check_strength(password: str, *, username: str, field: str) -> None:
    """Raise BadInput: PASSWORD_SHORT, PASSWORD_LONG, PASSWORD_SIMPLE (no letter, no digit, few signs) or PASSWORD_NAME."""
    if len(password) < SHORTEST:
        raise BadInput("PASSWORD_SHORT", field=field, least=SHORTEST)
    if len(password) > LONGEST:
        raise BadInput("PASSWORD_LONG", field=field, most=LONGEST)
    if not any(sign.isalpha() for sign in password) or not any(sign.isdigit() for sign in password):
        raise BadInput("PASSWORD_SIMPLE", field=field)
    if len(set(password)) < SHORTEST // 2:
        raise BadInput("PASSWORD_SIMPLE", field=field)
    if username.lower() in password.lower():
        raise BadInput("PASSWORD_NAME", field=field)
