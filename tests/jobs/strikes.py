"""Counts the kills of a test run, and how many of them struck inside an open transaction (decisions 26)."""

from tests.tallies import tally

KILLS, INSIDE = "kills", "kills inside a transaction"


def count(kind: str, inside: bool) -> None:
    """Note one kill on a kind of database."""
    tally(KILLS)[kind] += 1
    tally(INSIDE)[kind] += inside


def lines() -> list[str]:
    """What the summary of a test run says."""
    kills, inside = tally(KILLS), tally(INSIDE)
    return [f"kills on {kind}: {kills[kind]}, inside a transaction: {inside[kind]}" for kind in sorted(kills)]
