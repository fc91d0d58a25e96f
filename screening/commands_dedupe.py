"""`sarcat dedupe`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
)  # fmt: skip
from search.errors import BadInput
from search.review import find_review
from search.words import counted

if TYPE_CHECKING:
    from screening.dedupe.sets import Counts


T = TypeVar("T")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("dedupe", epilog="Example: sarcat dedupe --input all.csv --output sets.csv")(dedupe)


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
    from screening.dedupe.sets import RULES_VERSION

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
