"""How pages travel: compressed, and styles, scripts and letters under addresses with their hash, so browsers keep them."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask_compress import Compress

_COMPRESSED = ["text/html", "text/css", "text/javascript", "image/svg+xml", "application/json"]
_KEPT = "public, max-age=31536000, immutable"


def install(app: Flask) -> None:
    """Compress answers in text, add the hash to addresses of static files, and let browsers keep what has one."""
    app.config["COMPRESS_MIMETYPES"] = _COMPRESSED
    Compress(app)

    @app.url_defaults
    def _add_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            values["v"] = _hash(Path(app.static_folder or "") / str(values.get("filename")))

    @app.after_request
    def _keep(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
            response.headers["Cache-Control"] = _KEPT
        if close := getattr(response.response, "close", None):
            response.call_on_close(close)  # the compression replaces the body and would leave its file open
        return response


@cache
def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]
