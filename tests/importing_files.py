"""Small files of records, and `sarcat import` run on them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cli
from search.review import Review

File = Callable[[str, "str | bytes"], Path]
Run = Callable[..., tuple[int, dict[str, Any], str]]


def ris(*titles: str, more: str = "") -> str:
    return "".join(f"TY  - JOUR\nTI  - {title}\nPY  - 2020\n{more}ER  - \n\n" for title in titles)


def nbib(*pmids: int) -> str:
    return "\n".join(f"PMID- {pmid}\nTI  - Title {pmid}\nSO  - J\n" for pmid in pmids)


def xml(*pmids: int, version: int = 1) -> str:
    records = "".join(
        f'<PubmedArticle><MedlineCitation><PMID Version="{version}">{pmid}</PMID><Article>'
        f"<ArticleTitle>Title {pmid} in version {version}</ArticleTitle></Article>"
        "</MedlineCitation></PubmedArticle>\n" for pmid in pmids
    )  # fmt: skip
    return f"<PubmedArticleSet>\n{records}</PubmedArticleSet>\n"


@pytest.fixture
def run(review: Review, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(*arguments: object) -> tuple[int, dict[str, Any], str]:
        command = ["import", "--review", str(review.folder), "--json", *map(str, arguments)]
        status = cli.run(command)
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return status, json.loads(shown.out) if shown.out else {}, shown.err

    return run_it


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    def make(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


def fresh(review: Review) -> Review:
    """The review as another program sees it, from its text alone."""
    (review.folder / "review.db").unlink(missing_ok=True)
    return Review(review.folder)
