"""Every benchmark on both databases in about three minutes: `python -m benchmarks`; each also runs alone, and larger.

The sizes are small: the ratios tell whether something became slow, the absolute figures of a busy machine do not.
"""

from benchmarks import lookup, round, table


def main() -> None:
    """Run them one after the other, then print one table."""
    lines: list[table.Line] = []
    for database in ("sqlite", "postgresql"):
        lines += lookup.run(database, persons=10_000, asked=500)
        lines += round.run(database, persons=10_000, approvals=1_000)
    print()
    table.show(lines)


if __name__ == "__main__":
    main()
