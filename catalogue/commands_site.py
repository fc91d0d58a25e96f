"""`sarcat site build`, `serve` and `check`: options, one call, show the result."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from search.console import JsonOption, ReviewOption
from search.words import counted

OutputOption = Annotated[
    Path | None,
    typer.Option("--output", metavar="DIR", help="The folder of the site (else REVIEW/site)."),
]

site = typer.Typer(
    name="site",
    no_args_is_help=True,
    help="Build the static site of the catalogue, look at it, check it.",
    epilog="Example: sarcat site build --output public",
)


def register(app: typer.Typer) -> None:
    """Add the commands of the site to the app."""
    app.add_typer(site)


@site.command(epilog="Example: sarcat site build --output public")
def build(
    review: ReviewOption = None,
    output: OutputOption = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base", metavar="URL", help="Where the site will stand (else as site.toml says)."
        ),
    ] = None,
    zip: Annotated[
        Path | None,
        typer.Option("--zip", metavar="FILE", help="Put the whole site into one zip file as well."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Build the site: a folder of files that opens from disk and can be put on any web server.

    It takes the place of an older site only when it is whole; a fault in an entry leaves the old
    one as it is.
    """
    from catalogue.site.site import build as build_site
    from search.console import progress, say, show, show_json
    from search.review import find_review

    with progress("Pages", alone=True) as advance:
        built = build_site(find_review(review), output, address=base, advance=advance)
    packed = None
    if zip:
        from catalogue.site.site_zip import pack

        packed = pack(built.folder, zip, built.as_of)
    page = built.folder / "index.html"
    if json:
        show_json(
            {
                "folder": str(built.folder),
                "index": str(page),
                "as_of": built.as_of,
                "pages": built.pages,
                "files": built.files,
                "bytes": built.bytes,
                "reachable": built.reachable,
                "zip": {"file": str(zip), **asdict(packed)} if packed else None,
            }
        )
    else:
        show(
            f"{counted(built.pages, 'page')}, {counted(built.files, 'file')}, "
            f"{built.bytes / 1e6:.1f} MB"
        )
        if packed:
            show(f"{zip}: {packed.bytes / 1e6:.1f} MB, SHA-256 {packed.sha256}")
        show(f"Open {page}")
        if not built.reachable:
            say("Readers cannot reach you: name a contact in site.toml (docs/publishing.md).")


@site.command(epilog="Example: sarcat site serve --port 8000")
def serve(
    review: ReviewOption = None,
    output: OutputOption = None,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="The port on this machine; 0: any free.")
    ] = 8000,
) -> None:
    """Show the site on this machine, built afresh whenever an entry or the review has changed.

    Edit an entry and save it: the open page loads again by itself. A fault is named here, and the
    page before stays. Stop with Ctrl-C.
    """
    from catalogue.site.serving import serve as serve_site
    from search.console import say
    from search.review import find_review

    serve_site(find_review(review), output, port, say)


@site.command(epilog="Example: sarcat site check public")
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="The folder of a built site (else REVIEW/site)."),
    ] = None,
    review: ReviewOption = None,
    json: JsonOption = False,
) -> None:
    """Check a built site without a network: its pages, links, feeds, downloads and weights.

    Exit status 3 when anything is wrong, each fault with its file and line.
    """
    from catalogue.site.site import FOLDER
    from catalogue.site.site_check import check_site
    from search.console import show, show_json
    from search.errors import FaultsFound
    from search.review import find_review

    found = check_site(folder or find_review(review).folder / FOLDER)
    if json:
        show_json(found.document())
    else:
        for fault in found.faults:
            show(str(fault))
        show(
            f"{counted(found.pages, 'page')}, {counted(found.links, 'link')} within the site, "
            f"{counted(found.feeds, 'feed')}; "
            f"first page {found.home / 1000:.1f} kB compressed, heaviest entry "
            f"{found.heaviest / 1000:.1f} kB ({found.heaviest_page or 'none'})"
        )
    if found.faults:
        what = "1 fault." if len(found.faults) == 1 else f"{len(found.faults)} faults."
        raise FaultsFound(what, remedy="Build the site again; if they stay, report them.")
