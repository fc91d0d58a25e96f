"""`sarcat flow`, `status`, `records`, `explain`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from search.console import (
    JsonOption,
    ReviewOption,
    say,
    show,
    show_json,
    show_json_stream,
)  # fmt: skip
from search.review import Review, find_review

if TYPE_CHECKING:
    from screening.prisma.flow_values import Flow

# What only the catalogue knows, handed down by cli.py since imports run one way.
CountInitiatives = Callable[[Review], Mapping[str, int]]  # initiatives, national, international
# For each initiative what it rests on: record keys, "pmid:N" or "doi:X".
SourcesOfInitiatives = Callable[[Review], Mapping[str, Collection[str]]]


def register(
    app: typer.Typer,
    count_initiatives: CountInitiatives | None = None,
    sources_of_initiatives: SourcesOfInitiatives | None = None,
) -> None:
    """Add the commands; without the two functions initiatives are given as not counted (null)."""
    app.command("status", epilog="Example: sarcat status --json")(_status(count_initiatives))
    app.command("flow", epilog="Example: sarcat flow --interim --svg flow.svg")(
        _flow(sources_of_initiatives)
    )
    app.command("records", epilog="Example: sarcat records --only included --json")(records)
    app.command("explain", epilog="Example: sarcat explain pmid:29117335")(
        _explain(sources_of_initiatives)
    )


# --- status ------------------------------------------------------------------------------------


def _status(count_initiatives: CountInitiatives | None) -> Callable[..., None]:
    def status(review: ReviewOption = None, as_json: JsonOption = False) -> None:
        """Show where the review stands: records, screening, catalogue, and what went wrong."""
        from screening.criteria import read_versions
        from screening.outdated import outdated
        from screening.state import load
        from screening.status import lines, status_of

        opened = find_review(review)
        counted = count_initiatives(opened) if count_initiatives else None
        state = load(opened)
        again = len(outdated(state, read_versions(opened.decisions)[0]))
        found = status_of(state, counted, again)
        if as_json:
            show_json(found)
        else:
            _show_lines(lines(found))

    return status


# --- flow --------------------------------------------------------------------------------------


def _flow(sources_of_initiatives: SourcesOfInitiatives | None) -> Callable[..., None]:
    def flow(
        svg: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Write the diagram as SVG.")
        ] = None,
        box: Annotated[
            str | None,
            typer.Option("--list", metavar="BOX", help="List the keys behind one number."),
        ] = None,
        interim: Annotated[
            bool, typer.Option("--interim", help="Accept that not all is decided yet.")
        ] = False,
        review: ReviewOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Show the PRISMA 2020 flow: each number is the size of a set of records.

        While anything is undecided the exit status is 3 and no diagram is drawn, unless --interim
        is given: then the diagram says so, with the date.
        """
        counted = _count(find_review(review), sources_of_initiatives)
        if box is not None:
            keys = counted.keys(box)
            show_json(keys) if as_json else _show_lines(keys)
        elif as_json:
            from screening.prisma.flow_list import to_document

            show_json(to_document(counted))
        elif svg is None or interim or not counted.is_interim:
            _show_flow(counted)
        if counted.is_interim and not interim:
            raise _not_final(counted)
        if svg is not None:
            _write_svg(counted, svg)

    return flow


def _count(review: Review, sources: SourcesOfInitiatives | None) -> Flow:
    from screening.prisma.flow import flow_of
    from screening.state import load

    return flow_of(load(review), sources(review) if sources else None)


def _show_flow(flow: Flow) -> None:
    from screening.prisma.flow_list import lines

    _show_lines(lines(flow))


def _not_final(flow: Flow) -> Exception:
    from screening.prisma.flow_relations import notes_of
    from search.errors import FaultsFound

    why = notes_of(flow)[0].partition(": ")[2].rstrip(".")
    return FaultsFound(
        f"the flow is not final: {why}.",
        remedy="Decide what is open (`sarcat status`), or accept it with --interim.",
    )


def _write_svg(flow: Flow, path: Path) -> None:
    from screening.prisma.flow_diagram import to_svg
    from search.files import write_whole

    write_whole(path, to_svg(flow, standalone=True))
    say(f"The diagram is in {path}.")


# --- records, explain --------------------------------------------------------------------------


def records(
    only: Annotated[
        str,
        typer.Option(
            metavar="STATE", help="all, unique, included, excluded, conflict or awaiting."
        ),
    ] = "all",
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:
    """List records: as their sources gave them (all), or each publication once."""
    from screening.selection import Only, documents, lines
    from screening.state import load
    from search.errors import BadInput

    if only not in list(Only):
        raise BadInput(
            f"{only!r} is no state of records.", remedy=f"Choose among {', '.join(Only)}."
        )
    opened = find_review(review)
    found = documents(load(opened), opened.store, Only(only))
    if as_json:
        show_json_stream("records", found)
    else:
        _show_lines(lines(found))


def _explain(sources_of_initiatives: SourcesOfInitiatives | None) -> Callable[..., None]:
    def explain(
        key: Annotated[str, typer.Argument(metavar="KEY", show_default=False)],
        review: ReviewOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Show the life of one record: found by what, merged with what and why, judged by whom.

        KEY is a record's key, such as pmid:29117335 or doi:10.1000/x@scopus.
        """
        from screening import explain as page
        from screening.prisma.flow import flow_of
        from screening.state import load

        opened = find_review(review)
        state = load(opened)
        known = page.resolve(state, key)
        members = state.members[state.duplicates.representative_of(known)]
        sources = sources_of_initiatives(opened) if sources_of_initiatives else None
        document = page.explain(
            state, flow_of(state, sources), known, list(opened.store.records(members))
        )
        show_json(document) if as_json else _show_lines(page.lines(document))

    return explain


def _show_lines(lines: Iterable[str]) -> None:
    for line in lines:
        show(line)
