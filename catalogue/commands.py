"""The commands of this package: options, one call, done."""

from __future__ import annotations

import typer

from catalogue import (  # noqa: F401  some add to the group
    commands_catalogue,
    commands_changes,
    commands_check,
    commands_history,
    commands_review,
    commands_site,
)


def register(app: typer.Typer) -> None:
    """Add this package's commands to the app."""
    commands_catalogue.register(app)
    commands_changes.register(app)
    commands_review.register(app)
    commands_site.register(app)
