"""Answers' headers: what a browser may load, frame, keep and tell others."""

import secrets

from flask import Flask, Response, g, request


def nonce() -> str:
    """The word that this answer's own inline scripts carry; the same within one request."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def install(app: Flask) -> None:
    """Add the headers to every answer; a view that sets one itself keeps it."""
    app.jinja_env.globals["csp_nonce"] = nonce
    app.after_request(_add)


def _policy() -> str:
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce()}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def _add(response: Response) -> Response:
    wanted = {
        "Content-Security-Policy": _policy(),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if request.is_secure:
        wanted["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint is None or not request.endpoint.endswith("static"):
        wanted["Cache-Control"] = "no-store"
        if response.headers.get("Cache-Control") == "no-cache":  # what send_file says: a browser would keep the file
            del response.headers["Cache-Control"]
    for name, value in wanted.items():
        response.headers.setdefault(name, value)
    return response
