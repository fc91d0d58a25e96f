"""A review with one strategy, and `sarcat search` run in it against a server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eutils_server import serving

import cli
from search import runs
from search.offline.corpus import Corpus
from search.records import StoredRecord
from search.review import Review
from search.runs import SearchRun

KEY = "0123456789abcdef0123456789abcdef0123"
PROTOCOL = """\
title = "A test"
question = "Which registries?"

[[strategies]]
id = "registries"
source = "pubmed"
query = "registry[tiab]"
"""
TEN = [str(pmid) for pmid in range(10, 0, -1)]


class Searcher:
    """A review, and the command run in it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.told = ""

    def __call__(self, *options: str) -> tuple[int, list[dict[str, Any]]]:
        """Run the command with --json; returns its exit status and the runs."""
        status = cli.run(["search", "--review", str(self.folder), "--json", *options])
        shown = self.capsys.readouterr()
        self.told = shown.err
        assert KEY not in shown.err + shown.out
        assert "Traceback" not in shown.err
        return status, json.loads(shown.out)["runs"] if shown.out else []

    @property
    def runs(self) -> list[SearchRun]:
        return runs.read_entries(self.folder / "searches")

    @property
    def stored(self) -> list[StoredRecord]:
        return list(Review(self.folder).store.records())

    @property
    def keys(self) -> set[str]:
        return {each.key for each in self.stored}

    def files(self) -> list[str]:
        """The names of everything below searches/ but raw answers, which are extra."""
        folder = self.folder / "searches"
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")
                      if path.is_file() and path.parent.name != "raw")  # fmt: skip


@pytest.fixture
def searcher(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Searcher]:
    for name, value in {"RATE": "0", "WAIT": "0.001", "TIMEOUT": "0.2", "TRIES": "3"}.items():
        monkeypatch.setenv(f"SARCAT_EUTILS_{name}", value)
    monkeypatch.setenv("NCBI_API_KEY", KEY)
    (tmp_path / "protocol.toml").write_text(PROTOCOL)
    yield Searcher(tmp_path, capsys)
    for path in tmp_path.rglob("*.json"):
        assert KEY not in path.read_text()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Any:
    def start(served: Corpus, *faults: Any, **options: Any) -> Any:
        context = serving(served, *faults, **options)
        server, script = context.__enter__()
        started.append(context)
        monkeypatch.setenv("SARCAT_EUTILS_URL", server.address)
        return server, script

    started: list[Any] = []
    yield start
    for context in started:
        context.__exit__(None, None, None)
