"""What an officer makes his own of a generated list: kept filters, chosen columns, a record beside it, the list as Excel."""

from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from flask_login import current_user

from app.domain.actor import ANONYMOUS, Actor, current_actor
from app.domain.clock import bangkok_day, real_now
from app.domain.errors import NotFound, PortalError
from app.reports.cells import Column, Kind
from app.reports.workbook import file_name, write_workbook
from app.services import list_exports, saved_views
from app.services.saved_views import View
from app.views.data_interface import DEEPEST_ROW
from app.views.dates import format_be_instant
from app.views.fields import NOTHING
from app.views.list_page import Chip, shown
from app.views.register_words import words_of_register

_WIDTHS = {Kind.TEXT: 30, Kind.DATE: 14, Kind.INSTANT: 20, Kind.MONEY: 16}


class OwnDesk:
    """Left of ModelView in RegisterView: routes for the officer's own filters and columns, and for the list as a file.

    The search that is shown stands in the query of each address, so what is kept or exported is exactly what is seen.
    `more_columns` are offered beside the columns that the list shows at first; `money_columns` hold satang, and their sums
    stand below the file's rows; `whole_columns` are never broken over two lines.
    """

    more_columns: list[str] = []
    money_columns: frozenset[str] = frozenset()
    has_totals = True  # of the money columns, below the file
    unsummed_columns: frozenset[str] = frozenset()  # money whose sum over all rows means nothing
    whole_columns: frozenset[str] = frozenset()

    def file_heading(self, items: list[Any]) -> list[str]:
        """More lines above the rows of the file, such as whose they are and of which days."""
        return []

    @property
    def screen(self) -> str:
        """The list's name among the saved views."""
        return str(self.route_base).strip("/")  # type: ignore[attr-defined]

    @property
    def offered_columns(self) -> list[str]:
        """All columns that can be chosen, in the list's order."""
        return [*self.list_columns, *self.more_columns]  # type: ignore[attr-defined]

    def desk(self) -> saved_views.Desk:
        """What the officer keeps for this list."""
        return saved_views.desk(self.screen, actor=_actor())

    def shown_columns(self, desk: saved_views.Desk) -> list[str]:
        """The columns that the officer chose, the first one always; without a choice those of the list."""
        if desk.columns is None:
            return list(self.list_columns)  # type: ignore[attr-defined]
        return [name for place, name in enumerate(self.offered_columns) if place == 0 or name in desk.columns]

    def kept_address(self, view: View) -> str:
        """Where a kept filter opens; what the list does not know any more is left out."""
        asked = {name: view.query.get(name) for name in [*self.search.questions, *self.order_words]}  # type: ignore[attr-defined]
        if asked[self.order_words[0]] not in self.order_columns:  # type: ignore[attr-defined]
            asked |= dict.fromkeys(self.order_words)
        return self._address("list", **asked)

    def forget_address(self, view: View) -> str:
        """Where a kept filter is deleted, and then back to what is shown."""
        return self._address("forget_view", view_id=view.id, **request.args.to_dict())

    @property
    def order_words(self) -> tuple[str, str]:
        """How an address says by which column the list is sorted, and which way."""
        name = type(self).__name__
        return f"_oc_{name}", f"_od_{name}"

    @expose("/views/", methods=["POST"])
    @has_access
    def keep_view(self) -> ResponseReturnValue:
        """Keep the search that is shown, with its order, under the name that was typed."""
        if not self.search.form(request.args).validate():  # type: ignore[attr-defined]
            abort(400)
        names = [*self.search.questions, *self.order_words]  # type: ignore[attr-defined]
        query = {name: request.args[name] for name in names if request.args.get(name)}
        try:
            saved_views.save(self.screen, request.form.get("name", ""), query, actor=_actor())
        except PortalError as refusal:
            flash(words_of_register(refusal), "warning")
        else:
            flash(_("Kept among your filters."), "success")
        return self._back()

    @expose("/views/<int:view_id>/delete", methods=["POST"])
    @has_access
    def forget_view(self, view_id: int) -> ResponseReturnValue:
        """Forget a kept filter; the search that is shown stays."""
        try:
            saved_views.forget(view_id, self.screen, actor=_actor())
        except NotFound:
            abort(404)
        flash(_("The filter is deleted."), "success")
        return self._back()

    @expose("/columns", methods=["POST"])
    @has_access
    def choose_columns(self) -> ResponseReturnValue:
        """Remember which columns the officer wants; "reset" for those that the list shows by itself."""
        chosen = [name for name in request.form.getlist("column") if name in self.offered_columns]
        # The first column alone tells nothing: who ticks no other gets those of the list.
        nothing = "reset" in request.form or not set(chosen) - {self.offered_columns[0]}
        saved_views.choose_columns(self.screen, None if nothing else chosen, actor=_actor())
        return self._back()

    @expose("/export", methods=["POST"])
    @has_access
    def export(self) -> ResponseReturnValue:
        """The list as Excel: the rows that the search finds, in the order and with the columns that are shown."""
        form = self.search.form(request.args)  # type: ignore[attr-defined]
        if not form.validate():
            abort(400)
        items = self.found(form, most=DEEPEST_ROW + 1)  # type: ignore[attr-defined]
        cut = _cut(items)
        names = self.shown_columns(self.desk())
        kept = self.foresee(items)  # type: ignore[attr-defined]
        now, title = real_now(), str(self.list_title)  # type: ignore[attr-defined]
        who = current_user.get_full_name().strip() or _actor().name
        provenance = _("Exported by %(who)s, asked for on %(at)s", who=who, at=format_be_instant(now))
        conditions = " · ".join(self.search.described(form)) or _("All entries")  # type: ignore[attr-defined]
        with TemporaryDirectory() as folder:
            path = Path(folder) / "list.xlsx"
            count = write_workbook(
                path,
                sheet_title=title,
                heading_lines=[title, *self.file_heading(items), conditions, *cut, provenance],
                columns=[self._file_column(name) for name in names],
                rows=self._file_rows(items, names),
                total_label=_("Total")
                if self.has_totals and (self.money_columns - self.unsummed_columns).intersection(names)
                else "",
            )
            content = BytesIO(path.read_bytes())
        del kept
        list_exports.note(self.screen, count, actor=_actor())
        return send_file(content, as_attachment=True, download_name=file_name(title, self.screen, bangkok_day(now)))

    @expose("/show/<pk>/aside", methods=["GET"])
    @has_access
    def aside(self, pk: str) -> ResponseReturnValue:
        """A piece of page for beside the list: the record with its way to the whole page."""
        item = self.datamodel.get(pk, self._base_filters) or abort(404)  # type: ignore[attr-defined]
        return self._show_page(item, template="aside.html")  # type: ignore[attr-defined,no-any-return]

    def _back(self) -> ResponseReturnValue:
        return redirect(self._address("list", **request.args.to_dict()), 303)

    def _address(self, method: str, **words: Any) -> str:
        return url_for(f"{self.endpoint}.{method}", **{name: word for name, word in words.items() if word})  # type: ignore[attr-defined]

    def _file_column(self, name: str) -> Column:
        kind = self._kind(name)
        is_summed = kind is Kind.MONEY and self.has_totals and name not in self.unsummed_columns
        return Column(str(self.label_columns[name]), kind, _WIDTHS[kind], is_summed)  # type: ignore[attr-defined]

    def _kind(self, name: str) -> Kind:
        source = self.datamodel  # type: ignore[attr-defined]
        if name in self.money_columns:
            return Kind.MONEY
        if not hasattr(source.obj, name) or name not in source.list_columns:
            return Kind.TEXT
        return Kind.DATE if source.is_date(name) else Kind.INSTANT if source.is_datetime(name) else Kind.TEXT

    def _file_rows(self, items: list[Any], names: list[str]) -> Iterator[list[Any]]:
        kinds = [self._kind(name) for name in names]
        formatters = [self.formatters_columns.get(name) for name in names]  # type: ignore[attr-defined]
        for item in items:
            values = self.values_of(item, names)  # type: ignore[attr-defined]
            yield [
                _in_file(kind, formatter, value)
                for kind, formatter, value in zip(kinds, formatters, values, strict=True)
            ]


def _cut(items: list[Any]) -> list[str]:
    """Leave out what no file holds, and say so in a line of its heading."""
    if len(items) <= DEEPEST_ROW:
        return []
    del items[DEEPEST_ROW:]
    return [_("Only the first %(most)s entries; search more narrowly for the rest.", most=f"{DEEPEST_ROW:,}")]


def _in_file(kind: Kind, formatter: Any, value: Any) -> Any:
    """A value for its cell: days and instants as such, all else in the words of the list."""
    if kind is not Kind.TEXT:
        return value if isinstance(value, date | datetime | int) else None
    words = shown(formatter, value)
    words = words.words if isinstance(words, Chip) else words
    return None if words == NOTHING else str(words)


def _actor() -> Actor:
    return current_actor() or ANONYMOUS
