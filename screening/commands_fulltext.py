"""`sarcat fulltext`: where the texts that are to be read in full can be had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from search.console import JsonOption, ReviewOption, say, show, show_json
from search.review import Review, find_review
from search.words import counted


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fulltext", epilog="Example: sarcat fulltext --json")(fulltext)


def fulltext(
    key: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY…", help="Only these records.", show_default=False),
    ] = None,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:
    """List where the records that reached the full-text stage can be read; nothing is downloaded.

    Open copies first (PubMed Central, Europe PMC), then the publisher's page and Unpaywall's.
    """
    found = list(_documents(find_review(review), key))
    if as_json:
        show_json({"records": found})
        return
    for each in found:
        show(f"{each['key']}  {each['title'] or '(no title)'}")
        for at in each["locations"]:
            show(f"  {'open' if at['open'] else '    '}  {at['url']}  ({at['site']})")
    nowhere = [each["key"] for each in found if not each["locations"]]
    say(f"{counted(len(found), 'record')} at the full-text stage; {len(nowhere)} with no address.")


def _documents(review: Review, keys: list[str] | None) -> Iterator[dict[str, Any]]:
    """Yield each record with the addresses that all records of its duplicate set give."""
    from screening.state import FULL_TEXT, load
    from search.errors import BadInput
    from search.fulltext import locations

    state = load(review)
    names = keys or sorted(state.outcomes[FULL_TEXT])
    for name in names:
        representative = state.find(name)
        if representative is None:
            raise BadInput(
                f"there is no record {name!r}.", remedy="`sarcat records` lists the keys."
            )
        members = list(review.store.records(state.members[representative]))
        found = {at.url: at for each in members for at in locations(each.record)}
        yield {
            "key": representative,
            "title": next((each.record.title for each in members if each.record.title), None),
            "locations": [{"site": at.site, "url": at.url, "open": at.is_open}
                          for at in sorted(found.values(), key=lambda at: not at.is_open)],
        }  # fmt: skip
