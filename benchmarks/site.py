"""How long a site takes to build: 100 and 1,000 made-up entries, everything included.

    python benchmarks/site.py [--entries N ...]

Writes a review of generated entries (about 30 claims and 12 sources each, as full as the best real
ones), then builds its site twice in a process of its own. Reported are CPU seconds of the
whole build (read, check, render, write, exports, checksums) and seconds by the clock, the weight of
an entry page, and whether both builds gave the same bytes. Where the build uses a second process
its CPU seconds and its peak memory are added to those of the first.

Of the whole, `read` is what goes into reading, checking and loading the review, `files` into the
downloads; the rest makes, renders and writes the pages.

Beside it, in the same process, the least that anyone could do: a bare Jinja loop, which is given
the values of the very same pages, and renders and writes them with the same templates.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PROTOCOL = """\
title = "Made-up sarcoma databases: a review for timing"
question = "How long does it take to build the site?"
known = []

[[strategies]]
id = "main"
source = "pubmed"
query = "sarcoma[tiab] AND registry[tiab]"

[[criteria.include]]
code = "I1"
text = "It is made up."

[[criteria.exclude]]
code = "E1"
text = "It is real."

[[reviewers]]
name = "reviewer-a"
"""
COUNTRIES = [
    "FR",
    "DE",
    "IT",
    "ES",
    "NL",
    "BE",
    "SE",
    "NO",
    "DK",
    "FI",
    "GB",
    "IE",
    "PT",
    "AT",
    "CH",
    "PL",
    "CZ",
    "US",
    "CA",
    "JP",
    "AU",
    "BR",
    "IN",
    "KR",
]
KINDS = (
    "clinical-registry", "quality-register", "trial-group-database", "biobank",
    "reference-network", "data-federation", "genomic-database", "population-cancer-registry",
)  # fmt: skip
TUMOURS = (
    "soft-tissue-sarcoma", "bone-sarcoma", "gist", "osteosarcoma", "ewing", "liposarcoma",
    "leiomyosarcoma", "rhabdomyosarcoma", "chondrosarcoma", "desmoid",
)  # fmt: skip
DOMAINS = (
    "demographics", "tumour-stage", "pathology-review", "molecular", "imaging", "surgery",
    "radiotherapy", "systemic-therapy", "outcome", "patient-reported",
)  # fmt: skip
ACCESS = ("on-request", "members-only", "open", "registered", "federated-query-only")
WORDS = [
    "registry",
    "cohort",
    "network",
    "centre",
    "patients",
    "diagnosis",
    "follow-up",
    "pathology",
    "tumour",
    "samples",
    "surgery",
    "treatment",
    "outcome",
    "quality",
    "committee",
    "application",
    "data",
    "years",
    "country",
    "hospital",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure)))
        return
    print(
        "entries  pages  clock s  CPU s  read  files  pages only  bare loop CPU s  ratio  "
        "pages only  memory MB  entry page kB (gzip)  same bytes"
    )
    for count in options.entries:
        with tempfile.TemporaryDirectory() as folder:
            review = Path(folder) / "review"
            write_review(review, count)
            answer = subprocess.run(
                [sys.executable, __file__, "--measure", review], check=True, capture_output=True
            ).stdout
            found = json.loads(answer)
        rest = found["cpu"] - found["read"] - found["files"]
        print(
            f"{count:7} {found['pages']:6} {found['clock']:8.2f} {found['cpu']:6.2f} "
            f"{found['read']:5.2f} {found['files']:6.2f} {rest:11.2f} {found['bare']:16.2f} "
            f"{found['cpu'] / found['bare']:6.2f} {rest / found['bare']:11.2f} "
            f"{found['memory']:10.0f} "
            f"{found['page']:14.1f} ({found['packed']:.1f})  {'yes' if found['same'] else 'NO':>11}"
        )
        assert found["same"], "two builds of one review differ"


def measure(folder: Path) -> dict[str, float | bool]:
    from catalogue.site.site import build
    from search.review import Review

    times, clocks, digests = [], [], []
    for name in ("one", "two"):
        start, began = used(), time.perf_counter()
        built = build(Review(folder), folder / name)
        times.append(used() - start)
        clocks.append(time.perf_counter() - began)
        digests.append(digest(folder / name))
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    memory = sum(resource.getrusage(who).ru_maxrss for who in both) / 1024  # kB on Linux
    page = sorted((folder / "one" / "initiatives").iterdir())[0].read_bytes()
    return {
        "pages": built.pages,
        "clock": min(clocks),
        "cpu": min(times),
        **parts(folder),
        "bare": min(bare_loop(folder, folder / name) for name in ("three", "four")),
        "memory": memory,
        "page": len(page) / 1000,
        "packed": len(gzip.compress(page)) / 1000,
        "same": digests[0] == digests[1],
    }


def used() -> float:
    """CPU seconds of this process and of those that it began and that have ended."""
    times = os.times()
    return sum(times[:4])


def parts(folder: Path) -> dict[str, float]:
    """CPU seconds of the parts of a build that are no pages, each by itself."""
    from catalogue.site import site
    from catalogue.site.site_folder import SiteFolder
    from search.review import Review

    with site._seldom_collected():
        start = time.process_time()
        data = site.read(Review(folder))
        read = time.process_time()
        site._downloads(data, SiteFolder(folder / "parts").path("data/x").parent)
        return {"read": read - start, "files": time.process_time() - read}


def bare_loop(folder: Path, out: Path) -> float:
    """CPU seconds of Jinja alone: the values of all pages are made before the clock starts."""
    import jinja2

    from catalogue.pages import rendering
    from catalogue.pages.pages import pages, shared
    from catalogue.site import site
    from catalogue.site.site_folder import SiteFolder
    from search.review import Review

    data = site.read(Review(folder))
    out.mkdir()
    downloads = site._downloads(data, SiteFolder(out).path("data/x").parent)
    made = list(pages(data, lambda: downloads, site._licence()))
    values = shared(data)
    start = time.process_time()
    loop = jinja2.Environment(
        loader=jinja2.PackageLoader("templates", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    loop.filters |= rendering.environment().filters
    loop.globals |= rendering.environment().globals | values
    for page in made:
        path = out / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        root = "../" * page.path.count("/")
        text = loop.get_template(page.template).render(page.context, root=root, path=page.path)
        path.write_text(text, "utf-8")
    return time.process_time() - start


def digest(folder: Path) -> str:
    """One digest of every file of a folder with its path."""
    made = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            made.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return made.hexdigest()


# --- made-up entries -----------------------------------------------------------------------------


def write_review(folder: Path, count: int) -> None:
    (folder / "initiatives").mkdir(parents=True)
    (folder / "protocol.toml").write_text(PROTOCOL, "utf-8")
    dice = random.Random(20261124)
    for number in range(1, count + 1):
        text = "\n".join(entry(dice, number, count)) + "\n"
        (folder / "initiatives" / f"made-up-{number:05}.toml").write_text(text, "utf-8")


def entry(dice: random.Random, number: int, count: int) -> Iterator[str]:
    """The same entries on every machine."""

    def said(words: int) -> str:
        return " ".join(dice.choices(WORDS, k=words)).capitalize() + f" {number}."

    def claim(field: str, value: str, *, note: bool = False, more: str = "") -> Iterator[str]:
        yield from ("", field, f"value = {value}")
        if note:
            yield f'note = "{said(12)}"'
        if more:
            yield more
        yield f'evidence = ["e{dice.randrange(1, 9)}", "e{dice.randrange(9, 13)}"]'

    places = dice.sample(COUNTRIES, dice.choice([1, 1, 1, 2, 8]))
    scope = "national" if len(places) == 1 else "multinational"
    yield f'id = "made-up-{number:05}"'
    yield f'name = "Made-up Sarcoma {dice.choice(["Registry", "Network", "Biobank"])} {number}"'
    yield f'acronym = "MUSR{number}"'
    yield f'kind = ["{dice.choice(KINDS)}"]'
    yield f'scope = "{scope}"'
    yield f'summary = "{" ".join(said(15) for _ in range(4))}"'
    yield from ("", "[record]", "first_published = 2026-11-24", "last_checked = 2026-11-24")
    for source in range(1, 13):
        yield from ("", f"[evidence.e{source}]", f'source = "pmid:{number * 100 + source}"')
        yield f'title = "{said(12)}"'
        yield from (f"year = {dice.randrange(2005, 2026)}", "checked = 2026-11-20")
        yield f'locator = "Table {source}"'
    yield from claim("[claims.status]", '"active"')
    yield from claim("[claims.website]", f'"https://registry-{number}.example.org/"')
    yield from claim("[claims.started]", str(dice.randrange(1980, 2020)), note=True)
    yield from ("", "[claims.ended]", 'state = "not_applicable"')
    countries = ", ".join(f'{{ code = "{code}" }}' for code in places)
    yield from claim("[claims.countries]", f"[{countries}]")
    yield from claim("[claims.tumours]", json.dumps(dice.sample(TUMOURS, 3)))
    yield from claim("[claims.tumour_note]", f'"{said(20)}"')
    yield from claim("[claims.population_basis]", '"hospital-based"')
    yield from claim("[claims.ages]", "{ min = 18 }")
    for year in range(2012, 2026, 4):
        cases = f'{{ n = {dice.randrange(100, 20_000)}, unit = "patients", qualifier = "about" }}'
        yield from claim("[[claims.cases]]", cases, more=f'as_of = "{year}"')
    centres = f'{{ n = {dice.randrange(2, 60)}, unit = "centres" }}'
    # with its time: a check would else have a remark on every entry; so it has on three of ten
    yield from claim("[[claims.centres]]", centres, more='as_of = "2025"')
    domains = ", ".join(f'{name} = "{dice.choice(["yes", "part", "no"])}"' for name in DOMAINS)
    yield from claim("[claims.data_domains]", f"{{ {domains} }}")
    yield from claim("[claims.prospective]", '"prospective"')
    yield from claim("[claims.follow_up]", '["active"]')
    yield from ("", "[claims.pathology_review]", 'state = "unknown"', 'evidence = ["e2"]')
    yield from claim("[claims.architecture]", '"central"')
    yield from claim("[claims.coding]", '["icd-o-3"]')
    yield from claim("[claims.lead]", f'[{{ name = "{said(4)}", country = "{places[0]}" }}]')
    yield from claim("[claims.governance]", f'"{said(30)}"')
    yield from claim("[claims.funding]", f'[{{ name = "{said(4)}" }}, {{ name = "{said(3)}" }}]')
    yield from claim("[claims.access]", f'"{dice.choice(ACCESS)}"')
    steps = json.dumps([said(8) for _ in range(3)])
    yield from claim("[claims.access_route]", f'{{ steps = {steps}, time = "three months" }}')
    yield from claim("[claims.outputs]", f'["pmid:{number * 100 + 1}", "pmid:{number * 100 + 2}"]')
    other = dice.randrange(1, count + 1)
    if other != number:
        yield from ("", "[[relations]]", 'type = "feeds"', f'to = "made-up-{other:05}"')
        yield 'evidence = ["e3"]'


if __name__ == "__main__":
    # A script beside this one is called like a package of ours, which must be found first.
    sys.path[:] = [place for place in sys.path if Path(place).resolve() != Path(__file__).parent]
    main()
