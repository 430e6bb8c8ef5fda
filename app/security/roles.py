"""From an account or a token to the actor that it is: its powers and the rows it reaches."""

from dataclasses import replace

from app.domain.actor import NOTHING, Actor
from app.domain.powers import MONEY_DECISIONS
from app.domain.roles import TOKEN_POWERS
from app.services.acting import actor_for_user, scope_for
from app.services.tokens import LiveToken


def actor_for_token(token: LiveToken, address: str | None = None) -> Actor:
    """The actor that a hospital's token is: it may do what its scope says and sees no rows of its own."""
    return Actor(
        name=f"token:{token.hospital_code}",
        scope=NOTHING,
        powers=TOKEN_POWERS[token.scope],
        address=address,
        token_id=token.id,
    )


def in_emergency(actor: Actor) -> Actor:
    """The same officer come in by the emergency door: he decides nothing about money."""
    return replace(actor, powers=actor.powers - MONEY_DECISIONS)


__all__ = ["actor_for_token", "actor_for_user", "in_emergency", "scope_for"]
