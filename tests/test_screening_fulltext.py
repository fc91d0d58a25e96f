"""Where full texts can be read: addresses of open copies first, from all records of a set."""

import json

import pytest
from conftest import add_run

import cli
from search.fulltext import locations
from search.records import Record
from search.review import Review


def test_open_copies_come_first() -> None:
    record = Record(pmid="7", pmcid="PMC9", doi="10.1000/a b<c>?x", accession="MED:7",
                    urls=("https://example.org/free.pdf",))  # fmt: skip
    found = list(locations(record))
    assert [at.url for at in found] == [
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC9/", "https://europepmc.org/article/PMC/PMC9",
        "https://example.org/free.pdf", "https://doi.org/10.1000/a%20b%3Cc%3E%3Fx",
        "https://unpaywall.org/10.1000/a%20b%3Cc%3E%3Fx", "https://pubmed.ncbi.nlm.nih.gov/7/",
    ]  # fmt: skip
    assert [at.is_open for at in found] == [True, True, True, False, False, False]


def test_addresses_of_other_sources_are_not_called_open() -> None:
    assert list(locations(Record(urls=("https://example.org/paid",)))) == []


def test_the_command(review: Review, capsys: pytest.CaptureFixture[str]) -> None:
    add_run(review, [Record(pmid="1", title="A", pmcid="PMC1"), Record(pmid="2", title="B")])
    for who in ("reviewer-a", "reviewer-b"):
        cli.run(["decide", "pmid:1", "include", "--as", who, "--review", str(review.folder)])
    capsys.readouterr()
    assert cli.run(["fulltext", "--json", "--review", str(review.folder)]) == 0
    [record] = json.loads(capsys.readouterr().out)["records"]
    assert (record["key"], record["locations"][0]["open"]) == ("pmid:1", True)
    assert cli.run(["fulltext", "pmid:2", "--review", str(review.folder)]) == 0
    assert "https://pubmed.ncbi.nlm.nih.gov/2/" in capsys.readouterr().out
    assert cli.run(["fulltext", "pmid:99", "--review", str(review.folder)]) == 2
