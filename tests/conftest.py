"""What many tests need: a small review of our own making."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.review import Review

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
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SARCAT_REVIEW", "SARCAT_EUTILS_URL", "NCBI_API_KEY", "NCBI_EMAIL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SARCAT_DEVICE", "test")


@pytest.fixture
def review(tmp_path: Path) -> Review:
    """An empty review folder with a protocol."""
    folder = tmp_path / "review"
    folder.mkdir()
    (folder / "protocol.toml").write_text(PROTOCOL, "utf-8")
    return Review(folder)
