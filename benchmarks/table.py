"""How a benchmark tells its outcome: one line per path, beside its floor and its target."""

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks import foot

_TITLES = ("path", "floor", "ours", "ratio", "target", "", "peak memory")
_WIDTHS = (58, 12, 12, 8, 9, 8, 13)


@dataclass(frozen=True)
class Line:
    """A path and its floor, both in `unit`; the ratio is ours to the floor's, None as target: told, not judged."""

    path: str
    floor: float
    ours: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    peak: float | None = None  # MB of the path's own processes (benchmarks/peak.py)

    @property
    def ratio(self) -> float:
        """Ours as a multiple of the floor."""
        return self.ours / self.floor

    @property
    def verdict(self) -> str:
        """met, MISSED, or nothing where there is no target."""
        if self.at_least is None and self.at_most is None:
            return ""
        low, high = self.at_least or 0, self.at_most or float("inf")
        return "met" if low <= self.ratio <= high else "MISSED"

    def cells(self) -> tuple[str, ...]:
        """The line as words for the table."""
        target = f">= {self.at_least:g}" if self.at_least else f"<= {self.at_most:g}" if self.at_most else "-"
        amounts = self._amount(self.floor), self._amount(self.ours), f"{self.ratio:.2f}"
        return self.path, *amounts, target, self.verdict, _megabytes(self.peak)

    def _amount(self, amount: float) -> str:
        return f"{amount:,.2f} s" if self.unit == "s" else f"{amount:,.0f} {self.unit}"


@dataclass(frozen=True)
class Limit:
    """A path that must stay under an absolute amount."""

    path: str
    ours: float
    unit: str
    under: float
    peak: float | None = None

    def cells(self) -> tuple[str, ...]:
        """The line as words for the table."""
        verdict = "met" if self.ours < self.under else "MISSED"
        told = f"{self.ours:,.0f} {self.unit}".strip()
        return self.path, "", told, "", f"< {self.under:g}", verdict, _megabytes(self.peak)


@dataclass(frozen=True)
class NotYet:
    """A path that no module measures yet."""

    path: str

    def cells(self) -> tuple[str, ...]:
        """The line as words for the table."""
        return self.path, "", "", "", "", "not yet", ""


@dataclass(frozen=True)
class Told:
    """A path whose amount is told and not judged."""

    path: str
    ours: float
    unit: str
    peak: float | None = None

    def cells(self) -> tuple[str, ...]:
        """The line as words for the table."""
        return self.path, "", f"{self.ours:,.1f} {self.unit}", "", "-", "", _megabytes(self.peak)


Row = Line | Limit | NotYet | Told


def show(lines: Iterable[Row]) -> None:
    """Print the lines under their titles."""
    for cells in (_TITLES, *(line.cells() for line in lines)):
        first, *rest = (
            cell.ljust(w) if n == 0 else cell.rjust(w) for n, (cell, w) in enumerate(zip(cells, _WIDTHS, strict=True))
        )
        print(first + "".join(rest), flush=True)


def tell(lines: Iterable[Row]) -> None:
    """Print the lines with the foot of the table: machine, versions, commit, hour and load."""
    show(lines)
    print("\n" + "\n".join(foot.lines()), flush=True)


def _megabytes(peak: float | None) -> str:
    return f"{peak:,.0f} MB" if peak else ""
