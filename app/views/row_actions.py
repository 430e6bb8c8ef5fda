"""What is done to rows of a list, and the question before what is hard to undo."""

from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose
from flask_babel import gettext as _

from app.views.data_interface import LONGEST_KEY

MOST = 200  # rows in one action; each is a verb of its own
Sent = list[tuple[str, str]]


def confirmed(title: Any, consequence: Any, verb: Any, sent: Sent | None = None) -> ResponseReturnValue | None:
    """None once the person has said yes, in a dialog (js/house/confirm.js) or on the page that this returns without scripts.

    `title` asks and names the row, `consequence` says what will happen, `verb` stands on the button. `sent` is what the
    yes sends, where that is something else than what was sent now; then a yes from elsewhere does not count.
    """
    if request.form.get("confirmed") == "yes" and sent is None:
        return None
    sent = sent or [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return render_template("confirm.html", title=title, consequence=consequence, verb=verb, sent=sent)


class SafeActions:
    """Actions on ticked rows, left of RegisterView: each row is looked up again in the actor's scope (fab.md 4, 5).

    The handler of an `@action` gets the list of keys. An unknown action or a key out of reach is 404. Whoever has not
    confirmed yet is asked, with the rows' names; the third word of `@action` is the question. "all" stands for every row
    that the search of the address finds, on whatever page: the question names them, and only those that it named go on.
    """

    exclude_route_methods = {"delete", "download", "action"}

    @expose("/action_post", methods=["POST"])
    def action_post(self) -> ResponseReturnValue:
        """Run the named action on the ticked rows."""
        chosen = self.actions.get(request.form.get("action", ""))  # type: ignore[attr-defined]
        if chosen is None:
            abort(404)
        everything = "all" in request.form
        items = self._all_found() if everything else self._ticked()
        permission = self.get_action_permission_name(chosen.name)  # type: ignore[attr-defined]
        if not self.appbuilder.sm.has_access(permission, self.class_permission_name):  # type: ignore[attr-defined]
            abort(403)
        keys = [self.datamodel.get_pk_value(item) for item in items]  # type: ignore[attr-defined]
        names = ", ".join(self.name_of(item) for item in items)  # type: ignore[attr-defined]
        told = _("%(count)s entries: %(names)s", count=len(items), names=names)
        if everything and len(items) == MOST:
            told += " " + _("At most %(most)s are done at a time; do it again for the rest.", most=MOST)
        sent = [("action", chosen.name), *(("rowid", str(key)) for key in keys)] if everything else None
        result: ResponseReturnValue = confirmed(chosen.confirmation, told, chosen.text, sent) or chosen.func(keys)
        return result

    def _ticked(self) -> list[Any]:
        typed = dict.fromkeys(request.form.getlist("rowid"))
        keys = [int(key) for key in typed if key.isdecimal() and len(key) <= LONGEST_KEY]
        items = self.datamodel.those(keys) if 0 < len(keys) <= MOST else []  # type: ignore[attr-defined]
        if not items or len(items) != len(keys):
            abort(404)
        return list(items)

    def _all_found(self) -> list[Any]:
        form = self.search.form(request.args)  # type: ignore[attr-defined]
        if not form.validate():
            abort(400)
        return list(self.found(form, most=MOST) or abort(404))  # type: ignore[attr-defined]
