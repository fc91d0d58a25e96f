"""Long searches: some pages at once, read in a process of their own; raw answers and their pruning."""

import errno
import gzip
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from eutils_server import answers, article, changes, corpus_of, html, serving, too_fast

import cli
from search import fetching, page_worker, runs, searching
from search.errors import SarcatError
from search.limiter import Limiter
from search.page_worker import Worker
from search.pages import Job, keep_page
from search.protocol import Strategy
from search.pubmed import PubMed
from search.review import Review
from search.service import Service
from search.wanted import Wanted

QUERY = "registry[tiab]"
WANT = Wanted(Strategy("s", "pubmed", QUERY, (), ()), QUERY, QUERY)
PMIDS = range(60, 0, -1)


class unwatched:  # noqa: N801
    def __init__(self, _total: int) -> None: ...

    def __enter__(self) -> object:
        return lambda _by: None

    def __exit__(self, *_exception: object) -> None: ...


@pytest.fixture
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "FEW", 5)


def search(review: Review, address: str, **settings: object) -> runs.SearchRun:
    quick = {"per_second": 0, "first_wait": 0.0, "page": 7, "tries": 3}
    service = Service(address=address, **{**quick, **settings})  # type: ignore[arg-type]
    with PubMed(service, limiter=Limiter()) as client:
        return searching.run(review, WANT, client, unwatched)


@pytest.mark.usefixtures("_many")
def test_a_long_search_keeps_all_and_its_raw_answers(review: Review) -> None:
    with serving(corpus_of(PMIDS), {"efetch": [html(500), too_fast()]}) as (server, script):
        run = search(review, server.address)
    assert (run.state, run.parsed, run.missing) == ("ok", 60, ())
    assert {each.key for each in review.store.records()} == {f"pmid:{pmid}" for pmid in PMIDS}
    fetched = sum(request.utility == "efetch" for request in script.asked)
    raw = sorted(path.name for path in (review.searches / run.id / "raw").iterdir())
    assert len(raw) == fetched - 2 + 1
    assert raw[0] == "000001-esearch.xml.gz"
    body = gzip.decompress((review.searches / run.id / "raw" / raw[-1]).read_bytes())
    assert body.startswith(b"<?xml")


@pytest.mark.usefixtures("_many")
def test_what_came_before_a_refusal_is_kept(review: Review) -> None:
    good = changes(lambda body: body)
    with serving(corpus_of(PMIDS), {"efetch": [good] * 4}, {"efetch": answers(b"gone", 404)}) as (
        server,
        _script,
    ):
        run = search(review, server.address)
        assert (run.state, run.parsed) == ("partial", 28)
        assert "404" in (run.problem or "")
    with serving(corpus_of(PMIDS)) as (server, script):
        again = search(review, server.address)
        assert (again.id, again.state, again.parsed, again.new) == (run.id, "ok", 60, 60)
        asked = [id for request in script.asked for id in request.given.get("id", "").split(",")]
        assert len([id for id in asked if id]) == 32  # nothing twice


def test_no_batch_is_written_over_where_one_is_lacking(review: Review) -> None:
    """Pages come in any order: a crash may leave the third batch and not the second."""
    with serving(corpus_of(PMIDS), None, {"efetch": answers(b"gone", 404)}) as (server, _script):
        failed = search(review, server.address)
    folder = review.searches / failed.id
    bodies = (f"<PubmedArticleSet>{article(60)}</PubmedArticleSet>".encode(),)
    keep_page(Job(("60",), bodies, "pubmed", folder, 3))
    with serving(corpus_of(PMIDS)) as (server, _script):
        run = search(review, server.address)
    assert (run.id, run.state, run.parsed) == (failed.id, "ok", 60)
    assert sum(1 for _ in runs.read_keys(folder)) == 60


def test_the_allowed_pace_is_used_though_each_answer_takes_long(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some answers under way at a time, each request no sooner than the pace allows.

    No answer is given until three are under way: one after the other would wait for
    ever. A busy machine makes requests late and never early, so each is held against the beginning.
    """
    monkeypatch.setattr(fetching, "FEW", 5)
    monkeypatch.setattr(fetching, "Worker", page_worker.Inline)
    few, a_second = 3, 40
    together = threading.Barrier(few)

    def slow(body: bytes) -> bytes:
        together.wait(timeout=20)  # 9 pages: three times three
        return body

    began = time.monotonic()
    with serving(corpus_of(PMIDS), None, {"efetch": changes(slow)}) as (server, script):
        run = search(review, server.address, per_second=a_second)
    assert run.state == "ok"
    assert not together.broken
    arrived = sorted(request.at - began for request in script.asked)
    assert len(arrived) == 10
    assert all(at >= number / a_second for number, at in enumerate(arrived))


# --- the process that reads ----------------------------------------------------------------------


@pytest.fixture
def worker() -> Iterator[Worker]:
    with Worker() as worker:
        yield worker


def job(folder: Path, batch: int = 1) -> Job:
    bodies = (f"<PubmedArticleSet>{article(7)}</PubmedArticleSet>".encode(),)
    return Job(("7", "8"), bodies, "pubmed", folder, batch)


def test_jobs_are_answered_in_order(worker: Worker, tmp_path: Path) -> None:
    answered = [kept for n in range(1, 6) for kept in worker.give(job(tmp_path, n))]
    answered += worker.rest()
    assert [kept.keys for kept in answered] == [{"7": "pmid:7"}] * 5
    assert answered[0].lacking == ["8"]
    assert len(list(tmp_path.glob("records-*.jsonl.gz"))) == 5


def test_a_folder_that_cannot_be_written(worker: Worker, tmp_path: Path) -> None:
    list(worker.give(job(tmp_path / "not there")))
    with pytest.raises(SarcatError, match="not there: there is no such folder"):
        list(worker.rest())


def test_what_is_no_page(worker: Worker, tmp_path: Path) -> None:
    list(worker.give(Job(("7",), (b"<html/>",), "pubmed", tmp_path, 1)))
    with pytest.raises(SarcatError, match="sent no records"):
        list(worker.rest())


def test_a_process_that_was_killed(worker: Worker, tmp_path: Path) -> None:
    os.kill(worker._process.pid, signal.SIGKILL)
    worker._process.wait()
    with pytest.raises(SarcatError, match="has ended"):
        [kept for n in range(3) for kept in worker.give(job(tmp_path, n))]


def test_nothing_is_left_behind_when_the_first_process_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from search.page_worker import Worker\n"
        "worker = Worker(); print(worker._process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout
        child = int(process.stdout.readline())
        process.kill()
    for _ in range(200):
        try:
            state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            break
        if state == "Z":
            break
        time.sleep(0.02)
    else:
        raise AssertionError("the worker lives on")


# --- prune ---------------------------------------------------------------------------------------


def test_prune(review: Review, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(corpus_of([2, 1])) as (server, _script):
        run = search(review, server.address)
    folder = review.searches / run.id
    assert (folder / "raw").is_dir()
    prune = ["prune", "--review", str(review.folder)]
    assert cli.run([*prune, "--run", "../.."]) == 2
    assert cli.run([*prune, "--run", "another"]) == 2
    assert cli.run([*prune, "--run", run.id]) == 0
    assert "Removed 2 raw answers" in capsys.readouterr().err
    assert sorted(path.name for path in folder.iterdir()) == ["records-000001.jsonl.gz", "run.json"]
    assert cli.run(prune) == 0
    assert "Removed 0 raw answers" in capsys.readouterr().err


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
def test_a_full_disk_or_a_folder_that_may_not_be_written(
    number: int, review: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, exit status 1, an honest entry; and the next search takes the run up."""
    from search import pages

    def full(folder: Path, *_rest: object, **_options: object) -> int:
        raise OSError(number, os.strerror(number), str(folder))

    (review.folder / "protocol.toml").write_text(
        'title = "t"\nquestion = "q"\n[[strategies]]\nid = "s"\nsource = "pubmed"\n'
        f'query = "{QUERY}"\n'
    )
    command = ["search", "--review", str(review.folder)]
    with serving(corpus_of([2, 1])) as (server, _script):
        monkeypatch.setenv("SARCAT_EUTILS_URL", server.address)
        monkeypatch.setenv("SARCAT_EUTILS_RATE", "0")
        with monkeypatch.context() as broken:
            broken.setattr(pages, "write_records", full)
            assert cli.run(command) == 1
        told = capsys.readouterr().err
        assert os.strerror(number) in told
        assert "Traceback" not in told
        [run] = runs.read_entries(review.searches)
        assert (run.state, run.parsed, run.missing) == ("partial", 0, ("2", "1"))
        assert cli.run(command) == 0
    [again] = runs.read_entries(review.searches)
    assert (again.id, again.state, again.parsed) == (run.id, "ok", 2)
