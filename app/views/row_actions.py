"""What is done to rows of a list, and the question before what is hard to undo."""

from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import expose

from app.views.data_interface import LARGEST_PAGE


def confirmed(title: Any, consequence: Any, verb: Any) -> ResponseReturnValue | None:
    """None once the person has said yes, in a dialog (js/house/confirm.js) or on the page that this returns without scripts.

    `title` asks and names the row, `consequence` says what will happen, `verb` stands on the button.
    """
    if request.form.get("confirmed") == "yes":
        return None
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return render_template("confirm.html", title=title, consequence=consequence, verb=verb, sent=sent)


class SafeActions:
    """Actions on ticked rows, left of RegisterView: each row is looked up again in the actor's scope (fab.md 4, 5).

    The handler of an `@action` gets the list of keys. An unknown action or a key out of reach is 404. Whoever has not
    confirmed yet is asked, with the rows' names; the third word of `@action` is the question.
    """

    exclude_route_methods = {"delete", "download", "action"}

    @expose("/action_post", methods=["POST"])
    def action_post(self) -> ResponseReturnValue:
        """Run the named action on the ticked rows."""
        chosen = self.actions.get(request.form.get("action", ""))  # type: ignore[attr-defined]
        if chosen is None:
            abort(404)
        keys = [int(key) for key in dict.fromkeys(request.form.getlist("rowid")) if key.isdecimal() and len(key) < 19]
        if not keys or len(keys) > LARGEST_PAGE:
            abort(404)
        items = [self.datamodel.get(key) or abort(404) for key in keys]  # type: ignore[attr-defined]
        permission = self.get_action_permission_name(chosen.name)  # type: ignore[attr-defined]
        if not self.appbuilder.sm.has_access(permission, self.class_permission_name):  # type: ignore[attr-defined]
            abort(403)
        names = ", ".join(self.name_of(item) for item in items)  # type: ignore[attr-defined]
        result: ResponseReturnValue = confirmed(chosen.confirmation, names, chosen.text) or chosen.func(keys)
        return result
