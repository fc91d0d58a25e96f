"""What many tests need: a small review of our own making."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import hypothesis
import pytest
from importing_files import file as file
from importing_files import run as run
from sealed_review import revealed as revealed
from sealed_review import sealed as sealed
from searching_review import searcher as searcher
from searching_review import serve as serve
from site_browser import browser as browser
from site_browser import fresh as fresh
from site_browser import site as site

from search import runs
from search.intake import finish
from search.records import OFFLINE_CORPUS, Record, key_of
from search.review import Review
from search.runs import SearchRun

# How fast something is belongs in benchmarks/: a busy machine makes no test fail.
hypothesis.settings.register_profile("sarcat", deadline=None)
hypothesis.settings.load_profile("sarcat")

PROTOCOL = """
title = "A review for tests"
question = "Which registries are there?"

[[strategies]]
id = "main"
source = "pubmed"
limits = []
  [[strategies.blocks]]
  name = "condition"
  terms = ["sarcoma*[tiab]", "Sarcoma[mh]"]
  [[strategies.blocks]]
  name = "kind"
  terms = ["registr*[tiab]"]

[[criteria.include]]
code = "I1"
text = "Describes a registry."
[[criteria.exclude]]
code = "E1"
text = "Not sarcoma."

[[reviewers]]
name = "reviewer-a"
[[reviewers]]
name = "reviewer-b"
adjudicates = true

[screening]
seed = 7
[screening.title-abstract]
reviewers = 2
"""


@pytest.fixture(autouse=True)
def _no_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for name in ("SARCAT_REVIEW", "SARCAT_EUTILS_URL", "NCBI_API_KEY", "NCBI_EMAIL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SARCAT_DEVICE", "test")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


@pytest.fixture
def review(tmp_path: Path) -> Review:
    """An empty review folder with a protocol."""
    folder = tmp_path / "review"
    folder.mkdir()
    (folder / "protocol.toml").write_text(PROTOCOL, "utf-8")
    return Review(folder)


def add_run(
    review: Review,
    records: Iterable[Record],
    source: str = "pubmed",
    when: str = "2026-01-01T00:00:00Z",
) -> list[str]:
    """Put records into a review as one search run of a source; returns their keys."""
    keyed = [(key_of(record, source), record) for record in records]
    name, folder = runs.start(review.searches, source, when)
    runs.write_records(folder, keyed)
    run = SearchRun(name, "ok", "database", source, source, when, parsed=len(keyed))
    finish(folder, run, review.store, {key for key, _ in keyed})
    return [key for key, _ in keyed]


TITLES = [
    "[Sarcoma registry in China].",
    "Second \x1b[31mred\x9b and \u202ereversed",
    "Third [/i] title [@click=app.quit]press",
    "Registre de l\u2019ost\u00e9osarcome",
    "Fifth",
]


@pytest.fixture
def filled(review: Review) -> Review:
    """A review with five records, pmid:1 to pmid:5, some of their texts hostile."""
    add_run(
        review,
        [
            Record(
                pmid=str(number),
                title=title,
                abstract=f"SUMMARY: words of {number}",
                year=2020,
                authors=("Muster, A",),
                mesh=("Sarcoma/therapy",),
            )
            for number, title in enumerate(TITLES, start=1)
        ],
        OFFLINE_CORPUS,
    )
    return review
