"""Counts the kills of a test run, and how many of them struck inside an open transaction (decisions 26)."""

from collections import Counter

kills: Counter[str] = Counter()
inside_transaction: Counter[str] = Counter()


def count(kind: str, inside: bool) -> None:
    """Note one kill on a kind of database."""
    kills[kind] += 1
    inside_transaction[kind] += inside


def lines() -> list[str]:
    """What the summary of a test run says."""
    return [
        f"kills on {kind}: {kills[kind]}, inside a transaction: {inside_transaction[kind]}" for kind in sorted(kills)
    ]
