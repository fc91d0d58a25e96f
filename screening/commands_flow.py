"""`sarcat dedupe`, `flow`, `status`, `records`, `explain`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from search.console import (
    JsonOption,
    ReviewOption,
    progress,
    say,
    show,
    show_json,
    show_json_stream,
)  # fmt: skip
from search.errors import BadInput
from search.review import Review, find_review
from search.words import counted

if TYPE_CHECKING:
    from screening.dedupe.duplicates import Counts
    from screening.prisma.flow import Flow

# What only the catalogue knows, handed down by cli.py since imports run one way.
CountInitiatives = Callable[[Review], Mapping[str, int]]  # initiatives, national, international
# For each initiative what it rests on: record keys, "pmid:N" or "doi:X".
T = TypeVar("T")
SourcesOfInitiatives = Callable[[Review], Mapping[str, Collection[str]]]


def register(
    app: typer.Typer,
    count_initiatives: CountInitiatives | None = None,
    sources_of_initiatives: SourcesOfInitiatives | None = None,
) -> None:
    """Add the commands; without the two functions initiatives are given as not counted (null)."""
    app.command("dedupe", epilog="Example: sarcat dedupe --input all.csv --output sets.csv")(dedupe)
    app.command("status", epilog="Example: sarcat status --json")(_status(count_initiatives))
    app.command("flow", epilog="Example: sarcat flow --interim --svg flow.svg")(
        _flow(sources_of_initiatives)
    )
    app.command("records", epilog="Example: sarcat records --only included --json")(records)
    app.command("explain", epilog="Example: sarcat explain pmid:29117335")(
        _explain(sources_of_initiatives)
    )


# --- dedupe ------------------------------------------------------------------------------------


def dedupe(
    source: Annotated[
        Path | None,
        typer.Option("--input", metavar="FILE",
                     help="A file instead of the review: CSV, RIS, nbib and all that can be "
                     "imported (.gz too)."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE",
                     help="For --input: id,cluster as CSV; or, ending in .ris or .nbib, the "
                     "records, one for each publication."),
    ] = None,
    unique: Annotated[
        Path | None,
        typer.Option(metavar="FILE",
                     help="For --input: the records, one for each publication, in the format of "
                     "the ending, CSV too."),
    ] = None,
    review_pairs: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="For --input: the uncertain pairs, with their reasons."),
    ] = None,
    afresh: Annotated[
        bool,
        typer.Option("--afresh", help="Compare all records again, not only what is new."),
    ] = False,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Find records that describe one publication, in the review or in a file.

    Nothing is deleted: records are put into sets, each with its reasons. A wrong merge loses a
    study, so what speaks against a pair goes before what speaks for it. In a review only records
    that are new or changed are compared, with all others; the result is that of a full run. In a
    file a record is called by the file's own id, or else by its position, from 1.
    """
    if source is None:
        found, count = _dedupe_review(review, output or unique or review_pairs, afresh=afresh)
    elif afresh:
        raise BadInput("--afresh is for a review: of a file all is compared in any case.",
                       remedy="Leave it out.")  # fmt: skip
    else:
        found, count = _dedupe_file(source, output, unique, review_pairs)
    document = _summary(found, count)
    if as_json:
        show_json(document)
        return
    show(
        f"{counted(count, 'record')}: {counted(document['sets'], 'duplicate set')}, "
        f"{counted(document['duplicates'], 'duplicate')}, {document['unique']} unique; "
        f"{counted(document['uncertain'], 'pair')} uncertain and left apart."
    )
    _tell_left_open(found)


def _dedupe_review(option: Path | None, stray: Path | None, *, afresh: bool) -> tuple[Counts, int]:
    from screening.decision_logs.logs import read_logs
    from screening.judgements import judgements
    from screening.store import count_duplicates

    if stray:
        raise BadInput("--output, --unique and --review-pairs belong to --input.",
                       remedy="Name the file to deduplicate with --input FILE.")  # fmt: skip
    review = find_review(option)
    judged = judgements(read_logs(review.decisions).events)
    count = review.store.count()
    with progress("Comparing") as advance:
        found = count_duplicates(review, judged, afresh=afresh, watch=_Watch(advance))
    return found, count


def _dedupe_file(
    source: Path, output: Path | None, unique: Path | None, review_pairs: Path | None
) -> tuple[Counts, int]:
    from screening.dedupe.dedupe_file import Places, dedupe_file

    if not (output or unique):
        raise BadInput("--input needs --output or --unique.", remedy="Add --output sets.csv.")
    with ExitStack() as bars:
        advance = bars.enter_context(progress(f"Reading {source.name}"))
        found, file = dedupe_file(
            source, Places(output, unique, review_pairs),
            watch=_Watch(advance), advance=_comparing(bars),
        )  # fmt: skip
    if file.absent:
        say(f"{source}: no column {', '.join(file.absent)}; compared without.")
    if file.by_position:
        say(f"{source}: not every record has an id of its own; they are called by their position, "
            "from 1.")  # fmt: skip
    return found.counts, len(file.keys)


def _comparing(bars: ExitStack) -> Callable[[int, int], None]:
    """Return what shows a second bar in place of the first, once pairs are compared."""
    by: list[Callable[[int], None]] = []
    before = 0

    def advance(done: int, total: int) -> None:
        nonlocal before
        if not by:
            bars.close()
            by.append(bars.enter_context(progress("Comparing pairs", total)))
        by[0](done - before)
        before = done

    return advance


class _Watch:
    """Tells a progress bar how many records have come."""

    def __init__(self, advance: Callable[[int], None]) -> None:
        self._advance = advance

    def __call__(self, records: Iterable[T]) -> Iterator[T]:
        for number, record in enumerate(records, start=1):
            yield record
            if number % 1000 == 0:
                self._advance(1000)


def _summary(found: Counts, count: int) -> dict[str, Any]:
    from screening.dedupe.duplicates import RULES_VERSION

    return {
        "records": count,
        "sets": found.sets,
        "duplicates": found.duplicates,
        "unique": count - found.duplicates,
        "uncertain": found.uncertain,
        "overruled": [list(pair) for pair in found.overruled],
        "bounded": found.bounded,
        "rules": RULES_VERSION,
    }


def _tell_left_open(found: Counts) -> None:
    for left, right in found.overruled:
        say(f"{left} and {right} were judged the same, but another judgement keeps them apart.")
    if found.bounded:
        say(f"{found.bounded} comparisons were left out: too many contradicting records under one "
            "title or number. They were left apart.")  # fmt: skip


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
