"""Whatever a server does in whatever order: the whole set, or a run that names what it lacks.

SARCAT_SCHEDULES sets how many schedules of faults are played (default 30; each has its seed), or
which: "5000-5200" plays the seeds from 5000 to 5199.
"""

import os
import random
from pathlib import Path

import pytest
from eutils_server import (
    Fault,
    answers,
    article,
    changes,
    corpus_of,
    cut,
    drips,
    html,
    portal,
    resets,
    serving,
    too_fast,
)

from search import fetching, searching
from search.limiter import Limiter
from search.page_worker import Inline
from search.protocol import Strategy
from search.pubmed import PubMed
from search.review import Review
from search.runs import read_entries
from search.service import Service
from search.wanted import Wanted

QUERY = "registry[tiab]"
STRATEGY = Strategy("s", "pubmed", QUERY, (), ())
PMIDS = range(40, 0, -1)


def loses_one(dice: random.Random) -> Fault:
    lost = article(dice.choice(PMIDS)).encode()
    return changes(lambda body: body.replace(lost, b""))


def damages_one(dice: random.Random) -> Fault:
    title = f"number {dice.choice(PMIDS)}</ArticleTitle>".encode()
    return changes(lambda body: body.replace(title, b"x</Article"))


def drifts(body: bytes) -> bytes:
    """Count one record more than there is, as an index does that is being written."""
    return body.replace(b"<Count>40</Count>", b"<Count>41</Count>")


def doubles_an_id(dice: random.Random) -> Fault:
    one, other = dice.sample(PMIDS, 2)
    return changes(lambda body: body.replace(b"<Id>%d</Id>" % one, b"<Id>%d</Id>" % other))


def fault(dice: random.Random) -> Fault:
    return dice.choice([
        too_fast, lambda: html(500), lambda: html(502, b""), lambda: html(503), portal,
        lambda: resets(dice.random()), lambda: cut(dice.random()), lambda: answers(b""),
        lambda: answers(b"<eSearchResult><ERROR>Search Backend failed: x</ERROR></eSearchResult>"),
        lambda: answers(b"External viewer error: Empty Response. Status: Timeout", 400),
        lambda: answers(b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>"),
        lambda: answers(b'{"esearchresult":{"ERROR":"Search Backend failed:\n"}}'),
        lambda: answers(b"gone", 404), lambda: answers(b"<PubmedArticleSet/>"),
        lambda: answers(b"<eSearchResult/>"), lambda: loses_one(dice), lambda: damages_one(dice),
        lambda: doubles_an_id(dice), lambda: changes(drifts), lambda: drips(0.2, 0.01),
        lambda: answers(b"", 302, Location="/"),
    ])()  # fmt: skip


def seeds() -> range:
    first, _, end = os.environ.get("SARCAT_SCHEDULES", "30").rpartition("-")
    return range(int(first or 0), int(end))


@pytest.mark.parametrize("seed", seeds())
def test_a_schedule_of_faults(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(seed)
    if seed % 2:  # some pages at once, as in a long search
        monkeypatch.setattr(fetching, "FEW", 5)
        if seed % 25 != 1:  # a process is slow to start
            monkeypatch.setattr(fetching, "Worker", Inline)
    share = dice.choice([0.1, 0.3, 0.6])
    true: Fault = changes(lambda body: body)
    faults = {utility: [fault(dice) if dice.random() < share else true for _ in range(30)]
              for utility in ("esearch", "efetch")}  # fmt: skip
    review = Review(tmp_path)
    begun = []
    with serving(corpus_of(PMIDS), faults) as (server, script):
        service = Service(address=server.address, per_second=0, first_wait=0.0, page=7,
                          read_timeout=2, tries=3)  # fmt: skip
        for _ in range(12):
            with PubMed(service, limiter=Limiter()) as client:
                run = searching.run(review, Wanted(STRATEGY, QUERY, QUERY), client, no_watch)
            begun.append(run.id)
            kept = {each.record.pmid for each in review.store.records() if run.id in
                    {met.run for met in each.sources}}  # fmt: skip
            wanted = {str(pmid) for pmid in PMIDS}

            assert kept <= wanted
            assert run.parsed == len(kept)
            assert run == next(each for each in read_entries(review.searches) if each.id == run.id)
            if run.state == "ok":
                assert (kept, run.count, run.missing, run.problem) == (wanted, 40, (), None)
                break
            assert run.state != "empty"
            assert run.problem
            if run.ids:
                assert kept | set(run.missing) == set(run.ids)
            script.faults = {name: left[: len(left) // 2] for name, left in script.faults.items()}
        else:
            raise AssertionError("never finished, though the faults had an end")


class no_watch:  # noqa: N801
    def __init__(self, _total: int) -> None: ...

    def __enter__(self) -> object:
        return lambda _by: None

    def __exit__(self, *_exception: object) -> None: ...
