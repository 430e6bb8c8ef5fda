"""Writes a migration from the models: `python -m scripts.make_migration register "what changed"`."""

import sys
import tempfile

from app.models.database import db
from app.services import releases


def main(branch: str, message: str) -> None:
    """Migrate a scratch SQLite database to the newest revision and write what the models have beyond it."""
    with tempfile.TemporaryDirectory() as folder:
        db.bind(f"sqlite:///{folder}/register.db", f"sqlite:///{folder}/reads.db")
        if releases.heads(branch):
            releases.upgrade(branch=branch)
        releases.make_revision(branch, message)


if __name__ == "__main__":
    main(*sys.argv[1:3])
