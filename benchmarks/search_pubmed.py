"""How fast a search is fetched, read and stored, end to end, beside a plain Bio.Entrez loop.

    python benchmarks/search_pubmed.py [--records N]

A server in a process of its own answers over HTTP without a limit of pace, with made-up records of
today's size (see pubmed_xml.py). `sarcat search` runs in another process: ESearch, pages of 400 by
id, every record parsed, compared, written durably and entered in the database. The Bio.Entrez loop
is what the manuals show: ESearch with history, EFetch, Entrez.read; it keeps nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pubmed_xml import record

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
    parser.add_argument("--part", choices=["serve", "sarcat", "biopython"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part == "serve":
        serve(options.records)
    elif options.part:
        {"sarcat": with_sarcat, "biopython": with_biopython}[options.part](options.records)
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
    done = subprocess.run(
        [*command, "--part", part], env=environment, check=True, stdout=subprocess.PIPE
    )
    return Measured(count, *json.loads(done.stdout))


class Watch:
    """Measures from its making on, with the processes that were started since.

    The peak of memory is the sum of the peaks, though they need not come together.
    """

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), spent()

    def report(self) -> None:
        wall, cpu = time.perf_counter() - self.wall, spent() - self.cpu
        print(json.dumps([wall, cpu, sum(each.ru_maxrss for each in used()) / 1024]))  # kB on Linux


def used() -> list[resource.struct_rusage]:
    return [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]


def spent() -> float:
    return sum(each.ru_utime + each.ru_stime for each in used())


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


# --- the server ----------------------------------------------------------------------------------


class MadeUp(dict[str, bytes]):
    """Records by PMID, made when they are asked for: a few true ones under many numbers."""

    def __init__(self, count: int) -> None:
        dice = random.Random(20250101)
        self.count = count
        self.models = [record(dice, 99_999_999).encode() for _ in range(50)]

    def __contains__(self, pmid: object) -> bool:
        return FIRST <= int(str(pmid)) < FIRST + self.count

    def __getitem__(self, pmid: str) -> bytes:
        return self.models[int(pmid) % len(self.models)].replace(b"99999999", pmid.encode())


def serve(count: int) -> None:
    from search.offline.corpus import Corpus
    from search.offline.fields import searchable
    from search.offline.server import run
    from search.records import Record

    found = (searchable(Record(pmid=str(FIRST + place), title="sarcoma"))
             for place in reversed(range(count)))  # fmt: skip
    with run(Corpus(tuple(found), MadeUp(count)), label=None) as server:
        print(server.address, flush=True)
        sys.stdin.read()  # until the parent closes it


@contextmanager
def server(count: int) -> Iterator[str]:
    command = [
        sys.executable,
        str(Path(__file__).resolve()),
        "--records",
        str(count),
        "--part",
        "serve",
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        yield process.stdout.readline().strip()
        process.stdin.close()


if __name__ == "__main__":
    main()
