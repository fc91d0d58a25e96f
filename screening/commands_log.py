"""`sarcat log`: the judgements of a review in order of time."""

from __future__ import annotations

from typing import Annotated

import typer

from search.console import JsonOption, ReviewOption, say, show, show_json_stream
from search.review import find_review


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("log", epilog="Example: sarcat log --reviewer reviewer-a --since 2026-11-01")(log)


def log(
    reviewer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this reviewer's.")
    ] = None,
    stage: Annotated[
        str | None, typer.Option(metavar="STAGE", help="Only title-abstract or full-text.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(metavar="KEY", help="Only on this record and its duplicates.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only from this date (UTC) on.")
    ] = None,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what was judged, by whom and when, from all logs, oldest first.

    While a record waits for further reviewers, only that somebody judged it is said. What was taken
    back stays in the list and is marked.
    """
    from screening.decision_logs.judging import check_stage
    from screening.decision_logs.logs import read_logs
    from screening.explain import resolve
    from screening.journal import Wanted, checked_since, journal, line, to_document
    from screening.state import load

    opened = find_review(review)
    if stage:
        check_stage(opened.protocol, stage)
    start = checked_since(since)
    logs = read_logs(opened.decisions)
    state = load(opened, logs)
    name = state.duplicates.representative_of(resolve(state, key)) if key else None
    wanted = Wanted(reviewer, stage, frozenset(state.members[name]) if name else None, start)
    entries = journal(state, logs.events, wanted)
    if as_json:
        show_json_stream("events", map(to_document, entries))
        return
    number = 0
    for entry in entries:
        show(line(entry))
        number += 1
    for fault in logs.faults:
        if fault.level != "info":
            say(f"note: {fault}")
    say(f"{number} of {len(logs.events)} events." if logs.events else "Nothing is logged yet.")
