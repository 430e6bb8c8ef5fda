"""Extensions that exist before the application does; create_app binds them."""

from flask_wtf import CSRFProtect

csrf = CSRFProtect()
