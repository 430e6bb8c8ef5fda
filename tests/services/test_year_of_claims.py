"""A year of a province through all paths of money, with a kill at any statement: nothing is paid twice, nothing is lost."""

import os
import time

import pytest

from tests.services.claim_counter import open_counter
from tests.services.year_of_claims import Year

MONTHS = 12


def test_a_small_year_with_kills(sqlite_database, tmp_path):
    year = lived(tmp_path, claims=20, copies=120, months=2, kills=0.15)
    assert year.killed > 2 and year.done["pay"] == 2


@pytest.mark.soak
def test_a_year_of_a_province(sqlite_database, tmp_path):
    """`YEAR_CLAIMS=20000 YEAR_COPIES=0` takes hours: of most claims only their decision is copied, all are paid by runs."""
    begun = time.monotonic()
    by_verbs, copies = (
        int(os.environ.get(name, most)) for name, most in (("YEAR_CLAIMS", "800"), ("YEAR_COPIES", "19200"))
    )
    year = lived(tmp_path, claims=by_verbs, copies=copies, months=MONTHS, kills=0.02)
    told = ", ".join(f"{name} {count:,}" for name, count in sorted(year.done.items()))
    print(
        f"{len(year.cases):,} claims, {year.steps:,} steps ({told}), {year.killed:,} kills, {time.monotonic() - begun:.0f} s"
    )


def lived(folder, *, claims: int, months: int, kills: float, copies: int = 0) -> Year:
    seed = int(os.environ.get("YEAR_SEED", int.from_bytes(os.urandom(4))))
    print(f"seed {seed}")
    year = Year(open_counter(folder), seed, kills=kills)
    for _ in range(months):
        year.month(claims // months, copies // months)
        print(f"{len(year.cases):,} claims, {year.killed:,} kills", flush=True)
    return year
