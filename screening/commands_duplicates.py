"""`sarcat duplicates`: the pairs that only a person can tell, and sets split or joined by hand."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from search.console import JsonOption, ReviewOption, say, show, show_json
from search.errors import BadInput
from search.review import Review, find_review
from search.words import counted


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: sarcat duplicates --as reviewer-a")(duplicates)


def duplicates(
    name: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="Who judges, by the protocol's name."),
    ] = None,
    join: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="KEY KEY", help="These two are one publication; with --as."),
    ] = None,
    split: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="KEY KEY", help="These two are two publications; with --as."),
    ] = None,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge the pairs of records of which no rule can tell whether they are one publication.

    With --as it shows them one by one: s same, d different, l later, u undo, q quit. Each answer is
    logged at once, beats every rule, and is never asked again; your newest can be undone on any
    day. Without --as it lists the pairs. What was decided on the records is never shown.
    """
    opened = find_review(review)
    if join or split:
        _by_hand(opened, join, split, name, as_json=as_json)
    elif as_json or name is None:
        _list(opened, as_json=as_json)
    else:
        _judge(opened, name)


def _judge(opened: Review, name: str) -> None:
    from screening.commands_screen import dialog
    from screening.pairing import open_pairing
    from screening.terminal.pairs import judge_all

    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
    with open_pairing(opened, name) as pairing:
        judge_all(pairing, dialog(), colour=sys.stdout.isatty() and not plain)


def _list(opened: Review, *, as_json: bool) -> None:
    from screening.pairing import document, sets_of

    found = sets_of(opened)
    keys = {key for pair in found.uncertain for key in pair.link.keys}
    titles = {stored.key: stored.record.title for stored in opened.store.records(sorted(keys))}
    documents = [document(pair, titles) for pair in found.uncertain]
    if as_json:
        show_json({"pairs": documents, "overruled": [list(pair) for pair in found.overruled]})
        return
    for each in documents:
        show(" and ".join(each["keys"]))
        for way in ("for", "against"):
            show(f"  {way}: {'; '.join(reason['says'] for reason in each[way])}")
    for left, right in found.overruled:
        say(f"{left} and {right} were judged the same, but another judgement keeps them apart.")
    way = ": `sarcat duplicates --as NAME`" if documents else ""
    say(f"{counted(len(documents), 'pair')} to be judged{way}.")


def _by_hand(
    opened: Review, join: tuple[str, str] | None, split: tuple[str, str] | None,
    name: str | None, *, as_json: bool,
) -> None:  # fmt: skip
    from screening.decision_logs.events import Act
    from screening.pairing import judge_by_hand

    if join and split:
        raise BadInput("--join and --split are two judgements.", remedy="Give one at a time.")
    if name is None:
        raise BadInput("a judgement needs to know who judges.", remedy="Add --as NAME.")
    keys = join or split
    assert keys
    sets = judge_by_hand(opened, keys, Act.SAME if join else Act.DIFFERENT, name)
    if as_json:
        show_json({"sets": [list(members) for members in sets]})
        return
    for members in sets:
        show(" ".join(members))
    if join and len(sets) > 1:
        say("Kept, but another judgement keeps them apart: `sarcat duplicates` names the pair.")
