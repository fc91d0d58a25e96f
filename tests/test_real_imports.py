"""Files as other programs really write them, in the folder that SARCAT_REAL names."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from search.file_origins import Origin
from search.importing import import_file
from search.review import Review

REAL = os.environ.get("SARCAT_REAL", "")
pytestmark = pytest.mark.skipif(not REAL, reason="SARCAT_REAL names no folder of real files")
READ = ("pubmed-xml", "nbib", "ris", "bibtex", "csv", "endnote-xml")
# What lies in the folder of RIS files and is none, by the ends of the names.
OTHERS = {"enw": "enw", "ciw": "ciw", "isi": "ciw"}
# Where the manifest is wrong: six records stand in the one, two of which have %0; one in the other.
COUNTED = {"ris/ais.enw": 6, "bibtex/utf16be.bib": 1}
# The one file that the manifest itself calls cut: it counts the records that begin in it.
CUT = {"pubmed-xml/truncated.xml"}


def rows() -> list[dict[str, str]]:
    if not REAL:
        return []
    with (Path(REAL) / "MANIFEST.tsv").open(encoding="utf-8", newline="") as manifest:
        found = list(csv.DictReader(manifest, delimiter="\t"))
    return [row for row in found if row["file"].split("/")[0] in READ]


def format_of(row: dict[str, str]) -> str:
    folder, _, name = row["file"].partition("/")
    if folder != "ris":
        return folder
    if name == "wos.txt":
        return "ciw"
    return "ovid" if name.startswith("ovid-plain") else OTHERS.get(name.rpartition(".")[2], "ris")


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_a_real_file(review: Review, row: dict[str, str]) -> None:
    """It gives as many records as its manifest says, or a problem that is named, and nothing else."""
    outcome = import_file(review, Path(REAL) / row["file"], Origin())
    expected = COUNTED.get(row["file"], int(row["expected_records"]))
    account = outcome.account
    assert account
    assert account.begun == expected
    assert account.format == format_of(row)
    if row["file"] in CUT:
        assert outcome.error
        assert outcome.parsed == expected - 1
        assert len(account.problems) == 1
        assert review.store.count() == 0
        return
    assert outcome.error is None
    assert outcome.parsed == expected
    assert account.problems == ()
    assert account.bytes == int(row["bytes"])
    assert account.sha256.startswith(row["sha256_12"])


def test_the_manifest_names_every_file() -> None:
    named = {row["file"] for row in rows()}
    there = {f"{folder}/{path.name}" for folder in READ for path in (Path(REAL) / folder).iterdir()}
    assert there <= named


def test_all_of_them_in_one_command(review: Review) -> None:
    """Every file in turn into one review: what is new each time is what the store gained."""
    before = 0
    for row in rows():
        outcome = import_file(review, Path(REAL) / row["file"], Origin(), accept_loss=True)
        gained = review.store.count() - before
        assert (outcome.run.new if outcome.run else 0) == gained
        before += gained
    assert before > 1000
