"""Every benchmark, on both databases where it needs one: `python -m benchmarks`, three minutes; each also runs alone, larger.

The sizes are small: the ratios tell whether something became slow, the absolute figures of a busy machine do not.
"""

from benchmarks import lookup, roster, round, table, workbook


def main() -> None:
    """Run them one after the other, then print one table."""
    lines: list[table.Line] = []
    for database in ("sqlite", "postgresql"):
        lines += lookup.run(database, persons=10_000, asked=500)
        lines += round.run(database, persons=10_000, approvals=1_000)
        lines += roster.run(database, rows=2_000, runs=1)
    lines += workbook.run(rows=20_000)
    print()
    table.show(lines)


if __name__ == "__main__":
    main()
