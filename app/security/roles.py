"""From an account or a token to the actor that it is: its powers and the rows it reaches."""

from app.domain.actor import NOTHING, Actor
from app.domain.roles import HOSPITAL_TOKEN_POWERS
from app.services.acting import actor_for_user, scope_for
from app.services.tokens import LiveToken


def actor_for_token(token: LiveToken, address: str | None = None) -> Actor:
    """The actor that a hospital's token is: it may look up rights and sees no rows of its own."""
    return Actor(
        name=f"token:{token.hospital_code}",
        scope=NOTHING,
        powers=HOSPITAL_TOKEN_POWERS,
        address=address,
        token_id=token.id,
    )


__all__ = ["actor_for_token", "actor_for_user", "scope_for"]
