"""Files as other programs really write them, in the folder that SARCAT_REAL names."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from search.errors import BadInput
from search.importing import Origin, import_file
from search.review import Review

REAL = os.environ.get("SARCAT_REAL")
FORMATS = ("pubmed-xml/", "nbib/", "ris/")


def rows() -> list[dict[str, str]]:
    if not REAL:
        return []
    with (Path(REAL) / "MANIFEST.tsv").open(encoding="utf-8") as manifest:
        return [
            row
            for row in csv.DictReader(manifest, delimiter="\t")
            if row["file"].startswith(FORMATS)
        ]


@pytest.mark.skipif(not REAL, reason="SARCAT_REAL names no folder of real files")
@pytest.mark.parametrize("row", rows(), ids=[row["file"] for row in rows()])
def test_a_real_file_gives_what_its_manifest_says_or_a_named_problem(
    review: Review, row: dict[str, str]
) -> None:
    outcome = import_file(review, Path(REAL or "") / row["file"], Origin())
    if outcome.error is None:
        assert outcome.parsed == int(row["expected_records"])
    elif isinstance(outcome.error, BadInput):
        assert "cannot be imported yet" in str(outcome.error)
    else:
        assert outcome.account
        assert outcome.account.problems
        assert review.store.count() == 0
