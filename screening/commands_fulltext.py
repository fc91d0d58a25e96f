"""`sarcat fulltext`: where the texts that are to be read in full can be had."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from search.console import JsonOption, ReviewOption, say, show, show_json
from search.review import Review, find_review
from search.words import counted

if TYPE_CHECKING:
    from search.fulltext import Location
    from search.records import StoredRecord
    from search.unpaywall import Unpaywall


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fulltext", epilog="Example: sarcat fulltext --json")(fulltext)


def fulltext(
    key: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY…", help="Only these records.", show_default=False),
    ] = None,
    unpaywall: Annotated[
        bool,
        typer.Option(
            "--unpaywall",
            help="Also ask Unpaywall by DOI for records with no open copy known; it wants an "
            "address to write to, in NCBI_EMAIL.",
        ),
    ] = False,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:
    """List where the records that reached the full-text stage can be read; nothing is downloaded.

    Open copies first (PubMed Central, Europe PMC), then the publisher's page and Unpaywall's.
    """
    with _unpaywall(wanted=unpaywall) as client:
        found = list(_documents(find_review(review), key, client))
    if as_json:
        show_json({"records": found})
        return
    for each in found:
        show(f"{each['key']}  {each['title'] or '(no title)'}")
        for at in each["locations"]:
            show(f"  {'open' if at['open'] else '    '}  {at['url']}  ({at['site']})")
    nowhere = [each["key"] for each in found if not each["locations"]]
    say(f"{counted(len(found), 'record')} at the full-text stage; {len(nowhere)} with no address.")


def _documents(
    review: Review, keys: list[str] | None, unpaywall: Unpaywall | None
) -> Iterator[dict[str, Any]]:
    """Yield each record with the addresses that all records of its duplicate set give."""
    from screening.state import FULL_TEXT, load
    from search.errors import BadInput
    from search.fulltext import of_set

    state = load(review)
    names = keys or sorted(state.outcomes[FULL_TEXT])
    for name in names:
        representative = state.find(name)
        if representative is None:
            raise BadInput(
                f"there is no record {name!r}.", remedy="`sarcat records` lists the keys."
            )
        members = list(review.store.records(state.members[representative]))
        found = of_set(each.record for each in members)
        if unpaywall and not any(at.is_open for at in found):
            found = [*_asked(unpaywall, members), *found]
        yield {
            "key": representative,
            "title": next((each.record.title for each in members if each.record.title), None),
            "locations": [{"site": at.site, "url": at.url, "open": at.is_open} for at in found],
        }


def _asked(client: Unpaywall, members: list[StoredRecord]) -> Iterator[Location]:
    """Yield the open copies that Unpaywall knows, by each DOI of a set."""
    for doi in dict.fromkeys(each.record.doi for each in members if each.record.doi):
        if at := client.location(doi):
            yield at


@contextmanager
def _unpaywall(*, wanted: bool) -> Iterator[Unpaywall | None]:
    """Give a client of Unpaywall where it is wanted; BadInput where nobody's address is set."""
    if not wanted:
        yield None
        return
    from search.service import unpaywall_from
    from search.unpaywall import Unpaywall

    with Unpaywall(unpaywall_from(os.environ), notice=lambda text: say(f"  {text}")) as client:
        yield client
