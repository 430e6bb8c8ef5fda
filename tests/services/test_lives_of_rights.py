"""Random lives: officers of three agencies do whatever their verbs allow, rounds run and die, and the register stays whole.

`LIVES_MINUTES=60 make soak` lets it go on for an hour; what it finds is printed as the steps that led there.
"""

import os
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from app.models.database import db
from tests.services.lives_anew import LivesAnew
from tests.services.rights_world import WORLD


def _live(put: Callable[[], None], *, lives: int, steps: int, again: bool) -> None:
    machine = type("TheLives", (LivesAnew,), {"fresh": staticmethod(put)})
    phases = (Phase.generate,) if os.environ.get("LIVES_UNSHRUNK") else (Phase.generate, Phase.shrink)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=lives, stateful_step_count=steps, deadline=None, database=None, print_blob=True,
            suppress_health_check=list(HealthCheck), derandomize=again, phases=phases,
        ),
    )  # fmt: skip


def test_whatever_officers_do_the_register_stays_whole(fresh_world):
    _live(fresh_world, lives=3, steps=36, again=True)


@pytest.mark.soak
def test_long_lives_of_rights(fresh_world):
    begun = time.monotonic()
    while time.monotonic() < begun + 60 * float(os.environ.get("LIVES_MINUTES", "60")):
        _live(fresh_world, lives=5, steps=80, again=False)
        print(f"{(time.monotonic() - begun) / 60:.0f} minutes: {dict(sorted(LivesAnew.lived.items()))}", flush=True)


@pytest.fixture
def fresh_world(sqlite_store):
    """Puts the world in the same place again and again."""

    def put() -> None:
        db.dispose()
        sqlite_store.put("lives", WORLD).bind()

    yield put
    db.dispose()
    sqlite_store.drop("lives")
