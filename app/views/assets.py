"""How pages travel: compressed, and styles, scripts and letters under addresses with their hash, so browsers keep them.

What every page needs comes as one file of styles and one of scripts: on an old PC each file more is felt.
"""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask_compress import Compress

_COMPRESSED = ["text/html", "text/css", "text/javascript", "image/svg+xml", "application/json"]
_KEPT = "public, max-age=31536000, immutable"
_FOUND = {200, 304}  # a browser forgets how long it may keep a file when the answer "unchanged" does not say so again
_STYLES = ("fonts", "tokens", "base", "shell", "parts", "forms", "lists", "generated")
_SCRIPTS = (
    "offline", "left", "kept", "shell", "countdown", "jobs", "national_id", "dates", "calendar", "pickers", "combobox",
    "autosave", "card", "confirm",
)  # fmt: skip
# Files that exist only together: each is its parts one after the other. They lie where their parts do, so that what the
# parts name relative to themselves is still found.
TOGETHER: dict[str, tuple[str, ...]] = {
    "css/house/all.css": (
        "vendor/bootstrap-5.3.9/bootstrap.min.css",
        *(f"css/house/{part}.css" for part in _STYLES),
    ),
    "js/house/all.js": tuple(f"js/house/{part}.js" for part in _SCRIPTS),
}


def install(app: Flask) -> None:
    """Compress answers in text, add the hash to addresses of static files, and let browsers keep what has one."""
    app.config["COMPRESS_MIMETYPES"] = _COMPRESSED
    Compress(app)
    folder = Path(app.static_folder or "")

    @app.url_defaults
    def _add_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            values["v"] = _hash(folder, str(values.get("filename")))

    def _serve(filename: str) -> Response:
        if filename not in TOGETHER:
            return app.send_static_file(filename)
        kind = "text/css" if filename.endswith(".css") else "text/javascript"
        return app.response_class(_content(folder, filename), mimetype=kind)

    app.view_functions["static"] = _serve

    @app.after_request
    def _keep(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args and response.status_code in _FOUND:
            response.headers["Cache-Control"] = _KEPT
        if close := getattr(response.response, "close", None):
            response.call_on_close(close)  # the compression replaces the body and would leave its file open
        return response


@cache
def _hash(folder: Path, filename: str) -> str:
    return hashlib.sha256(_content(folder, filename)).hexdigest()[:10]


@cache
def _content(folder: Path, filename: str) -> bytes:
    parts = b"\n".join((folder / part).read_bytes() for part in TOGETHER.get(filename, (filename,)))
    return _with_hashes(folder, filename, parts) if filename.endswith(".css") else parts


def _with_hashes(folder: Path, filename: str, styles: bytes) -> bytes:
    """Styles whose letters and pictures have addresses with their hash too, so that no page asks for them again."""

    def address(found: re.Match[bytes]) -> bytes:
        path = (folder / filename).parent.joinpath(found[1].decode()).resolve().relative_to(folder.resolve())
        return b'url("%s?v=%s")' % (found[1], _hash(folder, str(path)).encode())

    return re.sub(rb'url\("(\.[^"?#]*)"\)', address, styles)
