"""How fast a search is fetched, read and stored, end to end, beside a plain Bio.Entrez loop.

    python benchmarks/search_pubmed.py [--records N]
    python benchmarks/search_pubmed.py --pace        how much of 3 requests a second is used
    python benchmarks/search_pubmed.py --resume [--records N]    what taking up a search costs

A server in a process of its own answers over HTTP without a limit of pace, with made-up records of
today's size (see pubmed_xml.py). `sarcat search` runs in another process: ESearch, pages of 400 by
id, every record parsed, compared, written durably and entered in the database. The Bio.Entrez loop
is what the manuals show: ESearch with history, EFetch, Entrez.read; it keeps nothing.

For the pace every page takes the server a second, as PubMed's do, and is small, so that the pace is
measured and not this machine. For resuming a run is laid down that lacks its last page; what is
compared is the time from the beginning to the first request for records, with a new search's.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pubmed_xml import record

if TYPE_CHECKING:
    from search.pubmed import PubMed
    from search.runs import SearchRun
    from search.service import Service

FIRST = 30_000_001
PROTOCOL = """\
title = "A benchmark"
question = "How fast?"
[[strategies]]
id = "all"
source = "pubmed"
query = "sarcoma[ti]"
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=5000)
    parser.add_argument("--pace", action="store_true")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--latency", type=float, default=0.0, help=argparse.SUPPRESS)
    parser.add_argument("--part", choices=["serve", "sarcat", "biopython"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part == "serve":
        serve(options.records, options.latency)
    elif options.part:
        {"sarcat": with_sarcat, "biopython": with_biopython}[options.part](options.records)
    elif options.pace:
        show_pace()
    elif options.resume:
        show_resuming(options.records)
    else:
        compare(options.records)


def compare(count: int) -> None:
    naive = min(count, 1000)  # it is slow, and its rate does not depend on the number
    print(f"{count} records ({naive} for Bio.Entrez)")
    with server(count) as address:
        ours = measured("sarcat", count, address)
    with server(naive) as address:
        theirs = measured("biopython", naive, address)
    for name, each in (("sarcat", ours), ("Bio.Entrez", theirs)):
        print(f"{name:11}{each.records / each.wall:7.0f} records/s by the clock"
              f"{each.records / each.cpu:7.0f} records/s of CPU   peak {each.peak:6.1f} MB")  # fmt: skip  # noqa: E501
    ratio = (ours.records / ours.cpu) / (theirs.records / theirs.cpu)
    print(f"ratio of CPU{ratio:6.1f}")


class Measured(NamedTuple):
    """One client's search: seconds by the clock and of CPU, peak memory in MB."""

    records: int
    wall: float
    cpu: float
    peak: float


def measured(part: str, count: int, address: str) -> Measured:
    environment = {**os.environ, "SARCAT_EUTILS_URL": address, "SARCAT_EUTILS_RATE": "0"}
    command = [sys.executable, str(Path(__file__).resolve()), "--records", str(count)]
    with subprocess.Popen(
        [*command, "--part", part], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        peaks: dict[int, int] = {}
        while process.poll() is None:
            for each in (process.pid, *children(process.pid)):
                peaks[each] = max(peaks.get(each, 0), peak_of(each))
            time.sleep(0.05)
        assert process.stdout
        assert process.returncode == 0
        wall, cpu = json.loads(process.stdout.read())
    return Measured(count, wall, cpu, sum(peaks.values()) / 1024)


def children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def peak_of(pid: int) -> int:
    """The peak memory of a process in kB, as Linux tells it; 0 when it has ended.

    Not by getrusage: a child's would count what its parent held when it was started.
    """
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0


class Watch:
    """Measures from its making on, with the processes that were started since."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), spent()

    def report(self) -> None:
        print(json.dumps([time.perf_counter() - self.wall, spent() - self.cpu]))


def spent() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


# --- the two clients -----------------------------------------------------------------------------


def with_sarcat(count: int) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # scripts here have names of
    import cli  # packages there
    from search.review import Review

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "protocol.toml").write_text(PROTOCOL)
        watch = Watch()
        assert cli.run(["search", "--review", folder]) == 0
        watch.report()
        assert Review(Path(folder)).store.count() == count


def with_biopython(count: int) -> None:
    from Bio import Entrez

    Entrez.email, Entrez.api_key = "nobody@example.org", "none"
    Entrez._open_request_wait = 0
    address = os.environ["SARCAT_EUTILS_URL"]
    watch = Watch()
    with opened(f"{address}esearch.fcgi?term=sarcoma[ti]&usehistory=y&retmax=0") as answer:
        found = Entrez.read(answer)
    read = 0
    for at in range(0, int(found["Count"]), 400):
        page = (f"{address}efetch.fcgi?WebEnv={found['WebEnv']}&query_key={found['QueryKey']}"
                f"&retstart={at}&retmax=400&retmode=xml")  # fmt: skip
        with opened(page) as answer:
            read += len(Entrez.read(answer)["PubmedArticle"])
    assert read == count
    watch.report()


def opened(address: str):  # type: ignore[no-untyped-def]
    from urllib.request import ProxyHandler, build_opener

    return build_opener(ProxyHandler({})).open(address, timeout=60)


# --- pace and resuming ---------------------------------------------------------------------------


def show_pace(seconds: int = 30, page: int = 4) -> None:
    """Print how much of the 3 requests a second that NCBI allows a long search makes."""
    from search.service import Service
    from search.slots import Slots

    count = 3 * seconds * page
    with server(count, latency=1.0 / page) as address, tempfile.TemporaryDirectory() as folder:
        client = watched(Service(address=address, page=page, slots=Slots(Path(folder, "pace"))))
        with client:
            search_with(client, Path(folder), few=page)
    begun = client.begun
    rate = (len(begun) - 1) / (begun[-1] - begun[0])
    print(f"{len(begun)} pages that take the server a second each: {rate:.3f} requests a second, "
          f"{rate / 3:.1%} of the 3 that are allowed")  # fmt: skip


def show_resuming(count: int) -> None:
    """Print what it takes from the beginning of a search to its first page, new and taken up."""
    from search.service import Service

    with server(count) as address, tempfile.TemporaryDirectory() as folder:
        spent_: list[float] = []
        for _ in range(2):
            with watched(Service(address=address, per_second=0), most=0) as client:
                start = time.process_time()
                run = search_with(client, Path(folder))
                assert run.state in ("failed", "partial"), run.state
                spent_.append(client.reached - start)
            if len(spent_) == 1:
                lay_down(Path(folder, "searches", run.id), count)
        assert len(run.missing) == min(count, 400), len(run.missing)
    new, taken_up = spent_
    print(f"{count} records: to the first page {new:.2f} s of CPU when new, {taken_up:.2f} s when "
          f"taken up at its last page: {max(taken_up - new, 0):.2f} s more")  # fmt: skip


def watched(service: Service, most: int | None = None) -> PubMed:
    """A client that notes when it asks for pages, and can be made to fail at one."""
    from search.errors import SarcatError
    from search.pubmed import PubMed

    class Client(PubMed):
        def __init__(self) -> None:
            super().__init__(service)
            self.begun: list[float] = []
            self.reached = 0.0

        def fetch(self, ids: Sequence[str]) -> list[bytes]:
            if most is not None and len(self.begun) >= most:
                self.reached = self.reached or time.process_time()
                raise SarcatError("far enough.")
            return super().fetch(ids)

        def _send(self, utility: str, parameters: Any) -> bytes:
            if utility == "efetch.fcgi":
                self.begun.append(time.monotonic())
            return super()._send(utility, parameters)

    return Client()


def search_with(client: PubMed, folder: Path, few: int = 2_000) -> SearchRun:
    from contextlib import nullcontext

    from search import fetching, searching
    from search.protocol import Strategy
    from search.review import Review
    from search.wanted import Wanted

    fetching.FEW = few
    query = "sarcoma[ti]"
    want = Wanted(Strategy("all", "pubmed", query, (), ()), query, query)
    return searching.run(Review(folder), want, client, lambda _n: nullcontext(lambda _by: None))


def lay_down(run: Path, count: int) -> None:
    """Write the records of all pages but the last into a run, as a search does."""
    from dataclasses import replace

    from search.pubmed_xml import records
    from search.reading import Reading
    from search.runs import write_records

    body = b"<PubmedArticleSet>" + MadeUp(count)[str(FIRST)] + b"</PubmedArticleSet>"
    (model,) = records(io.BytesIO(body), Reading("pubmed-xml"))
    ids = [str(FIRST + place) for place in reversed(range(count))][:-400]
    for at in range(0, len(ids), 400):
        some = ((f"pmid:{pmid}", replace(model, pmid=pmid)) for pmid in ids[at : at + 400])
        write_records(run, some, batch=at // 400 + 1)


# --- the server ----------------------------------------------------------------------------------


class MadeUp(dict[str, bytes]):
    """Records by PMID, made when they are asked for: a few true ones under many numbers."""

    def __init__(self, count: int, latency: float = 0.0) -> None:
        dice = random.Random(20250101)
        self.count, self.latency = count, latency
        # cut where the number goes, so that a record is put together and not searched through
        self.models = [record(dice, 99_999_999).encode().split(b"99999999") for _ in range(50)]

    def __contains__(self, pmid: object) -> bool:
        return FIRST <= int(str(pmid)) < FIRST + self.count

    def __getitem__(self, pmid: str) -> bytes:
        if self.latency:
            time.sleep(self.latency)
        return pmid.encode().join(self.models[int(pmid) % len(self.models)])


def serve(count: int, latency: float) -> None:
    from search.offline.corpus import Corpus
    from search.offline.fields import searchable
    from search.offline.server import run
    from search.records import Record

    found = (searchable(Record(pmid=str(FIRST + place), title="sarcoma"))
             for place in reversed(range(count)))  # fmt: skip
    with run(Corpus(tuple(found), MadeUp(count, latency)), label=None) as server:
        print(server.address, flush=True)
        sys.stdin.read()  # until the parent closes it


@contextmanager
def server(count: int, latency: float = 0.0) -> Iterator[str]:
    command = [sys.executable, str(Path(__file__).resolve()), "--records", str(count),
               "--part", "serve", "--latency", str(latency)]  # fmt: skip
    # Pages of 10 MB: glibc would give their memory back and ask for it anew with each of them,
    # which takes the server three times as long as all else. It is the client that is measured.
    keeping = {"MALLOC_MMAP_THRESHOLD_": str(64 << 20), "MALLOC_TRIM_THRESHOLD_": str(128 << 20)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, **keeping},
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        yield process.stdout.readline().strip()
        process.stdin.close()


if __name__ == "__main__":
    main()
