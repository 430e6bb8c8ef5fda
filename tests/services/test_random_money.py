"""Random sequences of claims, appeals, refunds and runs, struck dead anywhere: the rules of money hold after each act."""

import os
import time

import pytest

from tests.services.claim_counter import open_counter
from tests.services.random_money import RandomMoney


def test_a_short_sequence_with_kills(sqlite_database, tmp_path):
    money = lived(tmp_path, steps=60)
    assert money.struck + money.told.total() == 60 and money.told["refused"] < 60


@pytest.mark.soak
@pytest.mark.parametrize("nth", range(int(os.environ.get("MONEY_SEQUENCES", "5"))))
def test_long_sequences_with_kills(sqlite_database, tmp_path, nth):
    begun = time.monotonic()
    money = lived(tmp_path, steps=int(os.environ.get("MONEY_STEPS", "600")))
    told = ", ".join(f"{name} {count}" for name, count in sorted(money.told.items()))
    print(f"{told}; {money.struck} kills, {time.monotonic() - begun:.0f} s")


def lived(folder, *, steps: int) -> RandomMoney:
    seed = int(os.environ.get("MONEY_SEED", int.from_bytes(os.urandom(4))))
    print(f"seed {seed}")
    counter = open_counter(folder)
    for _ in range(4):
        counter.decide(counter.sent())
    money = RandomMoney(counter, seed, kills=0.3)
    for _ in range(steps):
        money.step()
    return money
