"""The whole way on the offline corpus: search, import, sets, screening as logged, flow, site.

The search goes through the real client over HTTP, to the built-in server that answers from the
corpus: the demo proves the path a user takes.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from importlib import resources
from pathlib import Path

from catalogue import new_review
from catalogue.site import site
from screening import state
from screening.prisma.flow import flow_of
from search import searching
from search.console import progress
from search.errors import BadInput, SarcatError
from search.file_origins import Origin
from search.importing import import_file
from search.offline import serve
from search.pubmed import PubMed
from search.records import OFFLINE_CORPUS
from search.review import Review
from search.runs import SearchRun
from search.service import Service
from search.wanted import wanted
from search.words import counted

MARK = ".sarcat-demo"
BY_HAND = "Offline corpus: compiled by hand from public pages"
CITED = "Cited in the catalogue: met while it was curated"
FILES = {"pubmed.xml": BY_HAND, "other.ris": BY_HAND, "cited.ris": CITED}
Say = Callable[[str], None]


def demo(folder: Path, say: Say) -> Path:
    """Go the whole way in ``folder`` and return the page to open.

    A folder in which the demo was begun before is taken up: what was searched, imported and
    decided in it stays. BadInput when it holds anything else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise BadInput("this folder holds something else.", where=str(folder),
                       remedy="Name a new one: sarcat demo DIR.")  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    review = new_review.copy_shipped(folder)
    with ExitStack() as shipped:
        corpus = shipped.enter_context(resources.as_file(resources.files("data") / "corpus"))
        _search(review, corpus / "pubmed.xml", say)
        _import(review, corpus, say)
    _tell_state(review, say)
    built = site.build(review)
    say(f"Site       {counted(built.pages, 'page')}.")
    return (folder / site.FOLDER / "index.html").resolve()


def _search(review: Review, corpus: Path, say: Say) -> None:
    done = {run.strategy for run in review.store.runs() if run.state == "ok" and run.strategy}
    today = datetime.datetime.now(datetime.UTC).date()
    with serve([corpus]) as address, PubMed(Service(address=address)) as client:
        for strategy in review.protocol.strategies:
            if strategy.id in done:
                say(f"Search     {strategy.id}: done before.")
                continue
            want = wanted(strategy, None, [], today, live=False)
            _tell_run(searching.run(review, want, client, _fetching), say)


def _fetching(total: int) -> AbstractContextManager[Callable[[int], None]]:
    return progress("Fetching", total)


def _tell_run(run: SearchRun, say: Say) -> None:
    if run.state not in ("ok", "empty"):
        raise SarcatError(f"the search ended as {run.state}: {run.problem}", where=run.id)
    say(f"Search     {run.strategy}: {counted(run.parsed, 'record')} from the offline corpus, "
        "which was compiled by hand and is no live PubMed search.")  # fmt: skip


def _import(review: Review, corpus: Path, say: Say) -> None:
    done = {run.file.name for run in review.store.runs() if run.file and run.state == "ok"}
    for name, database in FILES.items():
        origin = Origin(source=OFFLINE_CORPUS, database=database, kind="other")
        if name in done:
            say(f"Import     {name}: done before.")
            continue
        outcome = import_file(review, corpus / name, origin)
        if outcome.error or not outcome.run:
            raise outcome.error or SarcatError("nothing was imported.", where=name)
        say(
            f"Import     {name}: {counted(outcome.parsed, 'record')}, "
            f"{outcome.run.new} not met before."
        )


def _tell_state(review: Review, say: Say) -> None:
    loaded = state.load(review)
    sets = loaded.duplicates.sets
    say(f"Duplicates {counted(len(sets), 'set')} among {counted(review.store.count(), 'record')}.")
    flow = flow_of(loaded)
    say(f"Screening  {flow.size('records_screened')} records of the databases screened, "
        f"{counted(flow.undecided, 'record')} and reports not yet decided; the flow is interim."
        if flow.is_interim else "Screening  every record is decided.")  # fmt: skip
