"""The commands of this package: options, one call, done."""

from __future__ import annotations

import typer

from screening import (
    commands_export,
    commands_flow,
    commands_ranking,
    commands_screen,
    commands_team,
)
from screening.commands_flow import CountInitiatives, SourcesOfInitiatives


def register(
    app: typer.Typer, count_initiatives: CountInitiatives, sources: SourcesOfInitiatives
) -> None:
    """Add this package's commands to the app; the functions know what only the catalogue knows."""
    commands_screen.register(app)
    commands_team.register(app)
    commands_ranking.register(app)
    commands_flow.register(app, count_initiatives, sources)
    commands_export.register(app)
