"""The commands of this package: options, one call, done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from screening import (
    commands_citations,
    commands_decide,
    commands_dedupe,
    commands_duplicates,
    commands_export,
    commands_flow,
    commands_fulltext,
    commands_log,
    commands_ranking,
    commands_report,
    commands_reports,
    commands_screen,
    commands_team,
)
from screening.commands_flow import CountInitiatives, SourcesOfInitiatives

if TYPE_CHECKING:
    from screening.commands_screen import GiveCatalogue


def register(
    app: typer.Typer,
    count_initiatives: CountInitiatives,
    sources: SourcesOfInitiatives,
    catalogue: GiveCatalogue,
) -> None:
    """Add this package's commands to the app; the functions know what only the catalogue knows."""
    commands_screen.register(app, catalogue)
    commands_decide.register(app)
    commands_log.register(app)
    commands_reports.register(app, catalogue)
    commands_team.register(app)
    commands_ranking.register(app)
    commands_dedupe.register(app)
    commands_flow.register(app, count_initiatives, sources)
    commands_duplicates.register(app)
    commands_export.register(app)
    commands_report.register(app)
    commands_citations.register(app)
    commands_fulltext.register(app)
