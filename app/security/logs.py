"""What the portal writes to standard error: one line each, never a query string, never a national ID."""

import logging

from flask import Flask

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def install(app: Flask) -> None:
    """Log the portal's own words from LOG_LEVEL on; other libraries only when they warn."""
    logger = logging.getLogger("portal")
    logger.setLevel(app.config["LOG_LEVEL"])
    logging.getLogger("flask_appbuilder").setLevel(logging.ERROR)
    if not logging.getLogger().handlers:
        logging.basicConfig(format=FORMAT, level=logging.WARNING)
