"""The portal's commands, beside the screens: `flask release`, `flask admin`, `flask agencies`, `flask clock`."""

from flask import Flask


def register(app: Flask) -> None:
    """Add every command of the portal to the application."""
