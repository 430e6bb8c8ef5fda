"""Flask-AppBuilder as it comes: one generated list over 400 people, served by its own development server."""

import os
import tempfile
from datetime import date, timedelta
from pathlib import Path

from flask import Flask
from flask_appbuilder import AppBuilder, ModelView
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import Column, Date, Integer, String

USER, PASSWORD, PEOPLE = "admin", "Stock-2569", 400
db = SQLA()


class Person(db.Model):  # type: ignore[name-defined,misc]
    """A row of the list."""

    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    national_id = Column(String(13))
    full_name = Column(String(120))
    relation = Column(String(20))
    born_on = Column(Date)


class PersonView(ModelView):
    """The list, the search and the form, all generated."""

    datamodel = SQLAInterface(Person)
    list_columns = search_columns = add_columns = ["national_id", "full_name", "relation", "born_on"]


def main() -> None:
    """Serve on the port in PORT until killed."""
    app = Flask(__name__)
    folder = Path(tempfile.mkdtemp(prefix="stock-fab-"))
    app.config.update(
        SECRET_KEY="x" * 40, SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder}/stock.db", WTF_CSRF_ENABLED=True, AUTH_TYPE=1
    )
    db.init_app(app)
    with app.app_context():
        appbuilder = AppBuilder(app, db.session)
        appbuilder.add_view(PersonView, "People", category="Register")
        db.Model.metadata.create_all(db.engine)
        for i in range(PEOPLE):
            name, born = f"สมชาย{i} ใจดี", date(1960, 1, 1) + timedelta(days=37 * i)
            db.session.add(Person(national_id=f"19901{i:08d}", full_name=name, relation="SELF", born_on=born))
        db.session.commit()
        admin = appbuilder.sm.find_role(appbuilder.sm.auth_role_admin)
        appbuilder.sm.add_user(USER, "Stock", "Admin", "stock@example.org", admin, PASSWORD)
    app.run(port=int(os.environ["PORT"]), threaded=True)


if __name__ == "__main__":
    main()
