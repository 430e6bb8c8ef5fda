"""Every benchmark, on both databases where it needs one, and one table of them all: `python -m benchmarks [NAME ...]`.

The contract: a module of this folder with a function `lines()` that measures at its small size and gives rows of
`benchmarks/table.py`. The sizes are small: ratios tell whether something became slow; each module also runs alone, larger.
A quiet moment is part of a measurement, so the load of the machine is told with each.
"""

import os
import sys
import traceback
from importlib import import_module
from importlib.util import find_spec

from benchmarks import table

# In the order of the table; a module that nobody has written yet gives a row that says so.
PATHS = {
    "round": "a round of approvals",
    "approve_many": "approving all that match",
    "stall": "write stall of others in a round",
    "lookup": "look-up by national ID, single and batch",
    "lists": "register list and name search at a million rows",
    "workbook": "Excel files",
    "nation": "the nightly report of the nation",
    "law": "decisions of the law, and a scheme's file over many persons",
    "roster": "roster import",
    "claims": "claim list, searches and bills at risk",
    "payment_run": "a payment run and its statement as Excel",
    "start": "start of a web worker",
}


def measured(name: str) -> list[table.Row]:
    """The rows of one module, with the load of the machine before and after."""
    if find_spec(f"benchmarks.{name}") is None:
        return [table.NotYet(PATHS[name])]
    module = import_module(f"benchmarks.{name}")
    if not hasattr(module, "lines"):
        return [table.NotYet(PATHS[name])]
    before = os.getloadavg()[0]
    rows: list[table.Row] = list(module.lines())
    table.show(rows)
    print(f"-- {name}: load {before:.1f} before, {os.getloadavg()[0]:.1f} after", flush=True)
    return rows


def main() -> None:
    """Run them one after the other, each with its rows; one that breaks does not lose the others, and ends the run with 1."""
    names, rows, broken = sys.argv[1:] or list(PATHS), [], []
    for name in names:
        try:
            rows += measured(name)
        except Exception:
            traceback.print_exc()
            broken.append(name)
    print()
    table.tell(rows)
    sys.exit(f"broken: {', '.join(broken)}" if broken else 0)


if __name__ == "__main__":
    main()
