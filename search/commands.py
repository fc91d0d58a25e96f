"""The commands of this package: options, one call, done."""

from __future__ import annotations

import typer

from search import commands_import, commands_lint, commands_prune, commands_recall, commands_search


def register(
    app: typer.Typer, on_changed_texts: commands_search.OnChangedTexts | None = None
) -> None:
    """Add this package's commands to the app; the function knows the decisions."""
    commands_search.register(app, on_changed_texts)
    commands_lint.register(app)
    commands_recall.register(app)
    commands_import.register(app)
    commands_prune.register(app)
