"""Bad input to `sarcat search`, by the command itself: one sentence, the right status, no loss."""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from eutils_server import answers, corpus_of, serving

KEY = "0123456789abcdef0123456789abcdef0123"
PROTOCOL = """\
title = "A review"
question = "Which?"
[[strategies]]
id = "main"
source = "pubmed"
query = "registry[tiab]"
"""
ROOT = Path(__file__).resolve().parent.parent


def sarcat(
    folder: Path, *arguments: str, address: str = "http://127.0.0.1:9/", key: str = "",
    before: Callable[[], None] | None = None,
) -> subprocess.CompletedProcess[str]:  # fmt: skip
    settings = {"SARCAT_EUTILS_URL": address, "SARCAT_EUTILS_RATE": "0",
                "SARCAT_EUTILS_WAIT": "0.001", "SARCAT_EUTILS_TRIES": "2",
                "PYTHONPATH": str(ROOT), "NCBI_EMAIL": "a@example.org"}  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments, "--review", str(folder)],
        env={**os.environ, **settings, **({"NCBI_API_KEY": key} if key else {})}, check=False,
        capture_output=True, text=True, preexec_fn=before, timeout=120,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "protocol.toml").write_text(PROTOCOL)
    return tmp_path


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that says what went wrong; nothing looks like a result."""
    assert "Traceback" not in done.stderr
    (line,) = [each for each in done.stderr.splitlines() if each.startswith("sarcat")]
    return line


def entries(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(folder.glob("searches/*/run.json"))]


def test_a_wrong_key(folder: Path) -> None:
    refused = answers(json.dumps({"error": "API key invalid", "api-key": KEY}).encode(), 400)
    with serving(corpus_of(range(3)), {"esearch": [refused] * 5}) as (server, _script):
        done = sarcat(folder, "search", address=server.address, key=KEY)
    assert done.returncode == 1
    assert "does not accept the API key" in complaint(done)
    assert "NCBI_API_KEY" in complaint(done)
    (entry,) = entries(folder)
    assert (entry["state"], entry["count"]) == ("failed", None)  # no "0 records"
    everything = done.stdout + done.stderr + json.dumps(entry)
    assert KEY not in everything


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ('query = "registry[tiab]"', "blocks = []", "protocol.toml:"),
        ('query = "registry[tiab]"', 'query = ""', "protocol.toml:"),
        ('query = "registry[tiab]"', 'query = "registry', "protocol.toml:"),
        ('source = "pubmed"', 'source = "pubmde"', "pubmde"),
    ],
)
def test_a_malformed_strategy(folder: Path, was: str, now: str, words: str) -> None:
    (folder / "protocol.toml").write_text(PROTOCOL.replace(was, now))
    done = sarcat(folder, "search")
    assert done.returncode == 2, done.stderr
    assert words in complaint(done)
    assert not entries(folder)


@pytest.mark.parametrize(
    ("since", "words"),
    [("2999-01-01", "the wrong way round"), ("2026-13-01", "is no date"), ("soon", "is no date")],
)
def test_dates_that_cannot_be(folder: Path, since: str, words: str) -> None:
    done = sarcat(folder, "search", "--since", since)
    assert done.returncode == 2
    assert words in complaint(done)
    assert not entries(folder)


def test_what_is_wrong_is_said_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A remark about manners is for a search that begins, and never stands before an error."""
    monkeypatch.delenv("NCBI_EMAIL", raising=False)
    for option in (("--strategy", "nope"), ("--since", "yesterday")):
        done = subprocess.run(
            [sys.executable, "-m", "cli", "search", *option, "--review", str(folder)],
            env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 2
        assert done.stderr.splitlines() == [complaint(done)]


def test_a_review_that_is_a_file_or_whose_protocol_is_a_folder(folder: Path) -> None:
    done = sarcat(folder / "protocol.toml", "status")
    assert (done.returncode, "init" in complaint(done)) == (2, False)
    assert complaint(done).endswith(f"this is a file, and a review is a folder. Name {folder}.")
    (folder / "notes.txt").write_text("")
    done = sarcat(folder / "notes.txt", "status")
    assert complaint(done).endswith("Name the folder that holds protocol.toml.")
    (folder / "protocol.toml").unlink()
    (folder / "protocol.toml").mkdir()
    done = sarcat(folder, "status")
    assert done.returncode == 2
    assert f"{folder / 'protocol.toml'}: this is a folder" in complaint(done)


def test_a_folder_that_cannot_be_written(folder: Path) -> None:
    (folder / "searches").write_text("a file where the folder should be")
    with serving(corpus_of(range(3))) as (server, _script):
        done = sarcat(folder, "search", address=server.address)
    assert done.returncode == 1
    assert "searches" in complaint(done)
    assert (folder / "searches").read_text() == "a file where the folder should be"


def test_a_disk_that_fills_up(folder: Path) -> None:
    """A limit on the size of files does what a full disk does; the next run ends whole."""
    (folder / "searches").mkdir()
    limit = 6_000  # bytes: the entry has room, the records have not

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    assert sarcat(folder, "status").returncode == 0  # the database is there before
    with serving(corpus_of(range(300, 0, -1))) as (server, _script):
        done = sarcat(folder, "search", address=server.address, before=fill)
        assert done.returncode == 1
        assert "too large" in complaint(done).lower()
        (entry,) = entries(folder)
        assert entry["state"] in ("failed", "partial")
        assert not list(folder.glob("searches/*/.*.new"))  # nothing half-written stays
        again = sarcat(folder, "search", address=server.address)
    assert again.returncode == 0, again.stderr
    whole = entries(folder)[-1]
    assert (whole["state"], whole["parsed"], whole["missing"]) == ("ok", 300, [])
    files = (folder / "searches" / whole["id"]).glob("records*.jsonl.gz")
    keys = [line for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]
    assert len(keys) == 300
