"""`sarcat catalogue list`, `show`, `search`, `new`, `edit`, `export`, `schema`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from search.console import JsonOption, ReviewOption, say, show, show_json
from search.review import Review, find_review
from search.words import counted

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from catalogue.entries.initiatives import Initiative
    from catalogue.entries.reading import Entry
    from search.faults import Fault

catalogue = typer.Typer(
    no_args_is_help=True,
    help="The curated entries: list, show, search, begin, check and export them.",
    epilog="Example: sarcat catalogue list",
)
IdArgument = Annotated[str, typer.Argument(metavar="ID", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands of the catalogue to the app."""
    app.add_typer(catalogue, name="catalogue")


def today() -> datetime.date:
    """Return the day it is where the maintainer is."""
    import datetime

    return datetime.datetime.now().astimezone().date()


def _sound(review: Review) -> tuple[list[Initiative], list[Fault]]:
    """Read the entries; what is left out for its faults is said on stderr."""
    from catalogue.entries.reading import read_initiatives

    initiatives, faults = read_initiatives(review.initiatives)
    _tell_left_out(faults)
    return initiatives, faults


def _tell_left_out(faults: Iterable[Fault]) -> None:
    left_out = dict.fromkeys(fault.file for fault in faults)
    for file in left_out:
        say(f"{file} has faults and is left out; `sarcat catalogue check` names them.")


# --- reading -------------------------------------------------------------------------------------


@catalogue.command("list", epilog="Example: sarcat catalogue list --json")
def listentries_of(review: ReviewOption = None, as_json: JsonOption = False) -> None:
    """List the initiatives, one a line.

    Id, name, kind, countries, newest count, access.
    """
    from catalogue.exporting.exports import brief_document
    from catalogue.terminal import list_lines

    initiatives, faults = _sound(find_review(review))
    if as_json:
        show_json(
            {
                "initiatives": [brief_document(each) for each in initiatives],
                "left_out": [fault.to_document() for fault in faults],
            }
        )
        return
    for line in list_lines(initiatives):
        show(line)
    if not initiatives:
        say("The catalogue is empty. Begin an entry with `sarcat catalogue new ID`.")


@catalogue.command("show", epilog="Example: sarcat catalogue show netsarc-plus")
def show_entry(id: IdArgument, review: ReviewOption = None, as_json: JsonOption = False) -> None:
    """Show one initiative with its sources.

    Every claim has the numbers of its sources, which stand at the foot. ID may be a former id.
    """
    import shutil

    from catalogue.checking.checks import newest_check
    from catalogue.entries.completeness import completeness
    from catalogue.entries.ties import ties_of
    from catalogue.exporting.exports import initiative_document
    from catalogue.lookup import find
    from catalogue.terminal import page_lines

    entries = entries_of(find_review(review))
    initiatives = [each.initiative for each in entries if each.initiative and each.sound]
    found = find(id, entries)
    if found.id != id:
        say(f"{id} is now called {found.id}.")
    day = newest_check(initiatives)
    ties = ties_of(initiatives)[found.id]
    if as_json:
        show_json(initiative_document(found, day, ties))
        return
    names = {each.id: each.name for each in initiatives}
    width = min(shutil.get_terminal_size().columns, 100)
    for line in page_lines(found, completeness(found, day), ties, names, width):
        show(line)


def entries_of(review: Review) -> list[Entry]:
    """Read every entry of a review, also those with faults."""
    from catalogue.entries.reading import read_entries

    return list(read_entries(review.initiatives))


@catalogue.command("search", epilog="Example: sarcat catalogue search desmoid france")
def searchentries_of(
    words: Annotated[list[str], typer.Argument(metavar="WORDS…", show_default=False)],
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search the entries for words.

    Finds the initiatives that hold every word, or a word that begins so; names weigh most.
    """
    from catalogue.store import MIGRATIONS, CatalogueStore
    from catalogue.terminal import one_line
    from search.errors import BadInput
    from search.records import fold

    if not fold(" ".join(words)):
        raise BadInput("there is no word to search for.", where=repr(" ".join(words)),
                       remedy="Name one, such as osteosarcoma.")  # fmt: skip
    opened = find_review(review)
    store = CatalogueStore(opened.database(MIGRATIONS))
    _tell_left_out(store.sync(opened.initiatives))
    found = store.search(" ".join(words))
    if as_json:
        names = ("id", "name", "acronym", "where")
        show_json({"found": [{name: getattr(each, name) for name in names} for each in found]})
        return
    for each in found:
        show(f"{each.id}  {one_line(each.name)}")
        show(f"    {one_line(each.where)}")
    if not found:
        say("No entry holds all of these words.")


# --- writing -------------------------------------------------------------------------------------


@catalogue.command(epilog="Example: sarcat catalogue new example-registry --from pmid:1234567")
def new(
    id: IdArgument,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="KEY", show_default=False,
                     help="A record of the review: the paper to begin with."),
    ] = None,
    review: ReviewOption = None,
) -> None:  # fmt: skip
    """Begin an entry from a commented draft.

    What is still to do is named line by line; `sarcat catalogue check` names it again.
    """
    from catalogue.entries.reading import read_entry
    from catalogue.lookup import record_of
    from catalogue.tying import begin_entry

    opened = find_review(review)
    path = begin_entry(opened, id, record_of(opened.store, source) if source else None)
    show(str(path))
    say("Still to do:")
    for fault in read_entry(path).faults:
        say(f"  {fault}")


@catalogue.command(epilog="Example: sarcat catalogue edit netsarc-plus")
def edit(id: IdArgument, review: ReviewOption = None) -> None:
    """Open an entry in your editor ($VISUAL, $EDITOR), then check it.

    ID may be a former id. Faults are named with their line and give exit status 3; the file stays
    as you left it.
    """
    import click

    from catalogue.checking.checks import check_entries
    from catalogue.lookup import file_of
    from search.errors import FaultsFound, SarcatError

    opened = find_review(review)
    path = file_of(id, opened.initiatives, entries_of(opened))
    try:
        click.edit(filename=str(path))
    except click.ClickException as error:
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "the editor"
        raise SarcatError(
            f"{editor} could not be started, or ended with an error.",
            remedy=f"Set EDITOR to an editor of yours, or edit {path} by hand.",
        ) from error
    faults = [fault for fault in check_entries(entries_of(opened), today=today())
              if fault.file == f"{path.parent.name}/{path.name}"]  # fmt: skip
    for fault in faults:
        if fault.level != "info":
            show(str(fault))
    if any(fault.level == "error" for fault in faults):
        again = f"Edit it again: `sarcat catalogue edit {path.stem}`."
        raise FaultsFound("the entry has faults.", remedy=again)
    say("The entry is sound.")


@catalogue.command(epilog="Example: sarcat catalogue export catalogue.json")
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)],
    claims: Annotated[
        bool, typer.Option("--claims", help="CSV with one row a claim, not one an initiative.")
    ] = False,
    format: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", show_default=False,
                     help="Where the ending does not say it: json, csv, sqlite, turtle, json-ld, "
                     "schema.org, bibtex, ris, csl-json."),
    ] = None,
    base: Annotated[
        str,
        typer.Option("--base", metavar="URL", show_default=False,
                     help="The address of the published site, for DCAT and schema.org."),
    ] = "",
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Leave out entries that have faults.")
    ] = False,
    review: ReviewOption = None,
) -> None:  # fmt: skip
    """Write the catalogue to a file.

    By its ending: .json, .csv (for spreadsheets), .db (SQLite), .ttl or .jsonld (DCAT-AP 3.0.1),
    .schema.jsonld (schema.org); of the papers that entries cite .bib (BibTeX), .ris or .csl.json.
    Entries with faults stop it, so that nothing is missing unsaid.
    """
    from catalogue.exporting.export_files import Catalogue, write
    from catalogue.exporting.papers import held_in
    from catalogue.pages.site_settings import read_settings
    from search.errors import FaultsFound

    opened = find_review(review)
    initiatives, faults = _sound(opened)
    if faults and not accept_loss:
        remedy = "Run `sarcat catalogue check`, or leave them out with --accept-loss."
        raise FaultsFound("entries have faults; nothing was written.", remedy=remedy)
    settings = read_settings(opened.folder)
    written = Catalogue(initiatives, opened.protocol.title, base or settings.address,
                        held_in(opened.store), settings.publisher)  # fmt: skip
    write(file, written, claims=claims, format=format)
    show(f"{file}: {counted(len(initiatives), 'initiative')}")


@catalogue.command(epilog="Example: sarcat catalogue schema entry.schema.json")
def schema(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", show_default=False)] = None,
    review: ReviewOption = None,  # noqa: ARG001  the format is the same in every review
) -> None:
    """Write the format of an entry as a JSON Schema.

    Editors that read it (for TOML: Even Better TOML, Taplo) complete and check an entry as it is
    typed. Without FILE it goes to stdout.
    """
    from catalogue.checking.json_schema import entry_schema
    from search.files import write_whole

    if file is None:
        show_json(entry_schema())
    else:
        write_whole(file, json.dumps(entry_schema(), ensure_ascii=False, indent=1) + "\n")
        show(str(file))
