"""`sarcat log`, `sarcat outdated`: what was judged, and what a change of the criteria touches."""

from __future__ import annotations

from typing import Annotated

import typer

from search.console import (
    JsonOption,
    ReviewOption,
    say,
    say_damage,
    show,
    show_json,
    show_json_stream,
)
from search.review import find_review
from search.words import counted


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("outdated", epilog="Example: sarcat outdated --as reviewer-a")(outdated)
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
    entries = journal(state, logs.events, wanted, logs.sealed)
    if as_json:
        say_damage(logs.faults)
        show_json_stream("events", map(to_document, entries))
        return
    number = 0
    for entry in entries:
        show(line(entry))
        number += 1
    say_damage(logs.faults)
    if logs.sealed:
        say(f"{counted(len(logs.sealed), 'line')} more, still sealed.")
    say(f"{number} of {len(logs.events)} events." if logs.events else "Nothing is logged yet.")


def outdated(
    name: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="Only this reviewer's, open records included."),
    ] = None,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the decisions that a change of the criteria touches; they stand until judged again.

    An exclusion is listed when the criterion it cites was reworded or removed; an inclusion when
    any criterion was reworded or added. `sarcat screen --outdated` goes through your own. What
    others must still judge is shown to its reviewer alone.
    """
    from screening import outdated as found
    from screening.criteria import read_versions
    from screening.decision_logs.judging import check_reviewer
    from screening.decision_logs.sealed_log import read_with_own
    from screening.state import load

    opened = find_review(review)
    if name:
        check_reviewer(opened.protocol, name)
    state = load(opened, read_with_own(opened.decisions, name) if name else None)
    versions, faults = read_versions(opened.decisions)
    listed = found.outdated(state, versions)
    wanted = [each for each in listed if name in (None, each.decision.reviewer)]
    told, kept_back = found.to_be_told(state, wanted, name)
    for fault in faults:
        say(f"note: {fault}")
    if as_json:
        show_json({"criteria": opened.protocol.criteria_hash, "kept_back": kept_back,
                   "decisions": [found.to_document(each) for each in told]})  # fmt: skip
        return
    for text in found.lines(told):
        show(text)
    if kept_back:
        say(f"{kept_back} more are not shown until enough have judged (--as NAME shows yours).")
    say(f"{counted(len(wanted), 'decision')} to be looked at again.")
