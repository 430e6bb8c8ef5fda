"""The LGO Portal; `create_app` is the only place where its parts are joined."""

# The parts are imported by create_app itself: `import app.domain` must stay free of Flask, and quick.
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

# What is no matter of taste: none of Flask-AppBuilder's own screens and APIs is served, for they leak and give roles
# away (tests/views/test_fab_leaks.py).
_FIXED = {
    "FAB_ADD_SECURITY_VIEWS": False,
    "FAB_ADD_SECURITY_API": False,
    "FAB_ADD_OPENAPI_VIEWS": False,
    "FAB_ADD_MENU_API": False,
    "FAB_CREATE_DB": False,
    "FAB_UPDATE_PERMS": False,
    "WTF_CSRF_CHECK_DEFAULT": False,  # app/security/requests.py calls the check, after it knows who acts
}


def create_app(config: dict[str, Any] | None = None, *, commands: bool = True) -> "Flask":
    """A portal ready to serve or to run commands; `config` is what load_config returns, by default the environment's.

    Opens no connection to a database or to Redis. Without `commands` it only serves, and is there sooner.
    """
    from flask import Flask

    from app.extensions import csrf
    from app.models.database import db
    from app.security import headers, logs, requests
    from app.security.session_cookie import PortalSessions
    from app.services.queues import connect_queue
    from app.views import errors, framework, row_numbers
    from config import load_config

    app = Flask(__name__)
    app.config.update(load_config() if config is None else config)
    app.config.update(_FIXED)
    _trust_proxies(app)
    logs.install(app)
    db.bind(app.config["DATABASE_URL"], app.config["READS_DATABASE_URL"])
    connect_queue(app.config)
    app.session_interface = PortalSessions()
    csrf.init_app(app)
    headers.install(app)
    requests.install(app)
    errors.install(app)
    framework.install()
    row_numbers.install(app)
    with app.app_context():
        _build_pages(app)
    if commands:
        from app import cli

        cli.register(app)
    return app


def _trust_proxies(app: "Flask") -> None:
    from werkzeug.middleware.proxy_fix import ProxyFix

    hops = app.config["TRUSTED_PROXIES"]
    if hops:
        # Host is the front server's to pass on: not every one removes an X-Forwarded-Host that a visitor sent.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]


def _build_pages(app: "Flask") -> None:
    from flask_appbuilder import AppBuilder

    from app.models.database import db
    from app.security.limits import limit_logins, limit_look_ups
    from app.security.manager import PortalSecurityManager
    from app.views import assets, icons, language, menu, pin_again, shell
    from app.views.home import HomeView

    appbuilder = AppBuilder(
        app,
        db.session,
        indexview=HomeView,
        base_template="base.html",
        security_manager_class=PortalSecurityManager,
        update_perms=False,
    )
    app.jinja_env.globals.update(appbuilder=appbuilder, base_template=appbuilder.base_template)
    language.install(app)
    assets.install(app)
    icons.install(app)
    shell.install(app)
    menu.register(app, appbuilder)
    pin_again.install(app, appbuilder)
    limit_logins(app, appbuilder)
    limit_look_ups(app, appbuilder)
