"""The sums that stand below a table, gathered while its rows pass by."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name

from app.reports.cells import Column, Kind

# SUBTOTAL 109: what a reader filters out of the table leaves the sum too (ECMA-376 part 1, 18.17.7.312).
_FORMULA = "SUBTOTAL(109,{0}{1}:{0}{2})"


class Sums:
    """Adds up the columns that have a total."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self.totals = {place: 0 for place, column in enumerate(columns) if column.has_total}

    def over(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        """The same rows, each counted as it passes."""
        for row in rows:
            for place in self.totals:
                self.totals[place] += row[place] or 0
            yield row

    def row(self, label: str) -> list[Any]:
        """The cells below the table: the label in the first column of words, the sums in theirs."""
        cells: list[Any] = [self.totals.get(place) for place in range(len(self._columns))]
        words = (place for place, column in enumerate(self._columns) if column.kind in (Kind.TEXT, Kind.ID))
        cells[next(words, 0)] = label
        return cells

    def xml(self, at: int, label: str, styles: Sequence[str], first: int | None) -> str:
        """The row with the number `at`, as XML; with the number of the `first` row of the table, the sums follow its filter."""
        cells = []
        for place, value in enumerate(self.row(label)):
            name, style = xl_col_to_name(place), styles[place]
            if value is None:
                cells.append(f'<c r="{name}{at}" s="{style}"/>')
            elif place in self.totals:
                formula = "" if first is None else f"<f>{_FORMULA.format(name, first, at - 1)}</f>"
                cells.append(f'<c r="{name}{at}" s="{style}">{formula}<v>{_shown(self._columns[place], value)}</v></c>')
            else:
                cells.append(f'<c r="{name}{at}" s="{style}" t="inlineStr"><is><t>{escape(value)}</t></is></c>')
        return f'<row r="{at}">{"".join(cells)}</row>'


def _shown(column: Column, total: int) -> int | float:
    return total / 100 if column.kind is Kind.MONEY else total
