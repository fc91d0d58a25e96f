"""Build the static site of a review: read everything once, render page by page, swap in whole."""

from __future__ import annotations

import gc
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from catalogue.checking.checks import check_entries
from catalogue.entries.reading import read_entries
from catalogue.entries.shelf import Shelf
from catalogue.exporting.papers import held_in, sources
from catalogue.history.change_log import kept_changes
from catalogue.pages.pages import Download, pages, shared
from catalogue.pages.rendering import Renderer
from catalogue.pages.site_data import EDITIONS, SiteData, labels_of, record_line
from catalogue.pages.site_extras import extras
from catalogue.pages.site_settings import checked_address, read_settings
from catalogue.pages.unlisted import read_unlisted
from catalogue.site.aside import aside
from catalogue.site.site_folder import SiteFolder, check_place, new_site
from screening.decision_logs.events import Act
from search.errors import FaultsFound
from search.faults import Fault

if TYPE_CHECKING:
    from catalogue.entries.initiatives import Initiative
    from catalogue.entries.reading import Entry
    from screening.state import ReviewState
    from search.review import Review

FOLDER = "site"
SUMS = "SHA256SUMS"
_CSS_COMMENT = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*\n|[ \t]*/\*.*?\*/", re.DOTALL | re.MULTILINE)
_JS_COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
_EDITION = re.compile(r"\d{4}-(0[1-9]|1[0-2])-\d\d\.json")
SEED = "seed"  # the device of logs whose decisions were taken over from an earlier reading


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to."""

    folder: Path
    pages: int
    files: int
    bytes: int
    as_of: str | None
    reachable: bool  # `site.toml` says how readers reach the makers


def build(
    review: Review,
    output: Path | None = None,
    *,
    address: str | None = None,
    advance: Callable[[int], None] = lambda _by: None,
) -> Built:
    """Build the site of a review into ``output`` (by default ``site/`` in the review).

    ``address`` is where it will stand, if not where `site.toml` says; ``advance`` is told of each
    page that is done. FaultsFound names every error in the entries:
    then nothing is written and the old site stays. BadInput if the folder holds something else.
    """
    place = output or review.folder / FOLDER
    check_place(place.resolve())
    with _seldom_collected():
        return write(read(review, address), place, advance=advance)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Let Python look for cycles among its objects a hundred times less often than it would.

    A build makes millions of values that form no cycles; the search for some takes a quarter of it.
    """
    before = gc.get_threshold()
    gc.set_threshold(100_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


# --- reading -----------------------------------------------------------------------------------


def read(review: Review, address: str | None = None) -> SiteData:
    """Read what the site is made from; FaultsFound if an entry has an error.

    ``address`` is where the site will stand, if not where `site.toml` says.
    """
    from screening.prisma.flow import flow_of
    from screening.state import load

    settings = read_settings(review.folder)
    if address is not None:
        settings = replace(settings, address=checked_address(address))
    initiatives = sound_entries(review)
    state = load(review)
    labels = labels_of(state.runs)
    return SiteData(
        initiatives=initiatives,
        state=state,
        flow=flow_of(state, {each.id: rests_on(each) for each in initiatives}),
        lines={each.key: record_line(each, labels) for each in review.store.records()},
        seeded=_seeded(review, state),
        settings=settings,
        kept=kept_changes(review),
        editions=_editions(review.folder / EDITIONS),
        papers=held_in(review.store)(sources(initiatives)),
        unlisted=read_unlisted(review.folder),
    )


def sound_entries(review: Review) -> list[Initiative]:
    """Read and check all entries; FaultsFound naming every error with its line."""
    found: list[Initiative] = []
    shelf = Shelf()

    def entries() -> Iterator[Entry]:  # of each only the initiative is held, of many not even that
        for entry in read_entries(review.initiatives):
            if entry.initiative and entry.document:
                found.append(shelf.put(entry.initiative))
                entry = replace(entry, initiative=found[-1], document=entry.document.unplaced())
            yield entry

    if any(fault.level == "error" for fault in check_entries(entries())):
        refuse_faults(check_entries(read_entries(review.initiatives)))
    return found


def refuse_faults(faults: list[Fault]) -> None:
    """Raise FaultsFound naming every error; warnings are the business of `catalogue check`."""
    errors = [fault for fault in faults if fault.level == "error"]
    if errors:
        lines = "\n".join(str(fault) for fault in errors)
        what = "1 fault stands" if len(errors) == 1 else f"{len(errors)} faults stand"
        raise FaultsFound(
            f"{lines}\n{what} in the way of the site.",
            remedy="Nothing was written. Mend them; `sarcat catalogue check` finds them too.",
        )


def rests_on(initiative: Initiative) -> list[str]:
    """Return the papers that an entry rests on, as the flow knows reports: "pmid:N", "doi:X", …"""
    sources = (each.source for each in initiative.evidence.values() if each.role == "support")
    return [source for source in sources if not source.startswith("url:")]


def _editions(folder: Path) -> list[Path]:
    """Return the earlier versions that the review keeps, YYYY-MM-DD.json, the newest first."""
    found = [path for path in folder.glob("*.json") if _EDITION.fullmatch(path.name)]
    return sorted(
        (path for path in found if path.is_file() and not path.is_symlink()), reverse=True
    )


def _seeded(review: Review, state: ReviewState) -> dict[str, int]:
    """Return how many decisions in force of each reviewer were taken over from a reading before."""
    from screening.decision_logs.logs import read_logs

    if not any(review.decisions.glob(f"*.{SEED}.jsonl")):
        return {}
    logs = read_logs(review.decisions)
    seeds = {event.eid for event in logs.events if event.dev == SEED and event.act == Act.DECIDE}
    return dict(Counter(
        decision.reviewer
        for held in state.decisions.values()
        for decision in held.values()
        if decision.event in seeds
    ))  # fmt: skip


# --- writing -----------------------------------------------------------------------------------


def write(
    data: SiteData, place: Path, *, advance: Callable[[int], None] = lambda _by: None
) -> Built:
    """Write the whole site and put it in its place. The same values give the same bytes.

    What readers take away takes as long as two thirds of the pages: it is written aside of them.
    """
    as_of = data.as_of.isoformat() if data.as_of else None
    renderer = Renderer(shared(data))
    written: list[str] = []
    with new_site(place, {"as_of": as_of, "initiatives": len(data.initiatives)}) as site:
        _copy_static(site)
        folder = site.path("data/" + SUMS).parent
        with aside(lambda: _downloads(data, folder)) as downloads:
            for page in pages(data, downloads, _licence()):
                site.write_parts(page.path, renderer.parts(page))
                written.append(page.path)
                advance(1)
            _add_sums(downloads(), site)
        for path, text in extras(data, written):
            site.write(path, text)
    reachable = data.settings.is_reachable
    return Built(place.resolve(), len(written), site.files, site.size, as_of, reachable)


def _copy_static(site: SiteFolder) -> None:
    for file in sorted((resources.files("templates") / "static").iterdir(), key=lambda f: f.name):
        site.write(f"static/{file.name}", lean(file.read_text("utf-8"), file.name))


def lean(text: str, name: str) -> str:
    """Return a style sheet or a script without its comments, which every first reader would load.

    Of a script only whole lines are left out: what may stand within a text is never looked at.
    """
    if name.endswith(".css"):
        return _CSS_COMMENT.sub("", text)
    return _JS_COMMENT.sub("", text) if name.endswith(".js") else text


def _licence() -> str:
    return (resources.files("data") / "LICENSE").read_text("utf-8")


def _downloads(data: SiteData, folder: Path) -> list[Download]:
    """Write what readers may take away."""
    from catalogue.site.downloads import write_downloads

    return [
        Download(f"data/{name}", name, what, *_measure(path))
        for path, what in write_downloads(data, folder)
        for name in (path.relative_to(folder).as_posix(),)
    ]


def _add_sums(downloads: Sequence[Download], site: SiteFolder) -> None:
    """Count what was written for readers to take away, and add a file of checksums."""
    for each in downloads:
        site.count(each.bytes)
    site.write(f"data/{SUMS}", "".join(f"{each.sha256}  {each.name}\n" for each in downloads))


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest
