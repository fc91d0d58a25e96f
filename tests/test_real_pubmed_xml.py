"""Real PubMed XML, in the folder that SARCAT_REAL names: each file gives what its manifest says."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from search.errors import BadInput
from search.pubmed_xml import records
from search.reading import Reading
from search.records import Record

REAL = Path(os.environ["SARCAT_REAL"]) if "SARCAT_REAL" in os.environ else None
WITHOUT_RECORDS = {"eutils-responses/efetch-no-history.xml", "eutils-responses/efetch-no-id.xml"}


def manifest() -> dict[str, int]:
    if REAL is None:
        return {}
    with (REAL / "MANIFEST.tsv").open(encoding="utf-8") as table:
        rows = csv.DictReader(table, delimiter="\t")
        return {
            row["file"]: int(row["expected_records"])
            for row in rows
            if row["file"].startswith(("pubmed-xml/", "eutils-responses/"))
        }


EXPECTED = manifest()
FILES = [name for name in EXPECTED if name.startswith(("pubmed-xml/", "eutils-responses/efetch-"))]
NO_RECORDS = [name for name in EXPECTED if name not in FILES] + sorted(WITHOUT_RECORDS)
needs_real = pytest.mark.skipif(REAL is None, reason="SARCAT_REAL names no folder of real files")


def read(name: str) -> tuple[list[Record], Reading]:
    assert REAL is not None
    reading = Reading("pubmed-xml")
    with (REAL / name).open("rb") as stream:
        return list(records(stream, reading)), reading


@needs_real
def test_the_manifest_was_found() -> None:
    assert len(FILES) > 50


@needs_real
@pytest.mark.parametrize("name", sorted(set(FILES) - WITHOUT_RECORDS))
def test_every_record_is_read_or_named(name: str) -> None:
    found, reading = read(name)
    assert len(found) == reading.parsed
    assert reading.begun == EXPECTED[name]
    assert reading.parsed + len(reading.problems) == EXPECTED[name]
    if "truncated" not in name:
        assert not reading.problems
    for record in found:
        assert record.pmid
        assert record.title or record.vernacular_title or record.pages


@needs_real
@pytest.mark.parametrize("name", NO_RECORDS)
def test_what_holds_no_records_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match=r"^this is "):
        read(name)


def by_pmid(name: str) -> dict[str | None, Record]:
    return {record.pmid: record for record in read(f"pubmed-xml/{name}.xml")[0]}


@needs_real
def test_the_traps_hold_in_real_files() -> None:
    found, reading = read("pubmed-xml/truncated.xml")
    assert (len(found), reading.begun) == (59, 60)
    assert reading.problems[0].line == 8957
    assert "PMID 405257" in reading.problems[0].text

    found, reading = read("pubmed-xml/update-file-delete.xml")
    assert len(reading.withdrawn) == 23

    found, _ = read("pubmed-xml/version-2.xml")
    assert [(record.pmid, record.version) for record in found] == [
        ("34017925", 1),
        ("34017925", 2),
    ]

    empty = by_pmid("no-title")["34086202"]
    assert (empty.title, empty.vernacular_title) == (None, "Die erste Seite.")

    dates = by_pmid("medlinedate")
    assert (dates["399903"].published, dates["399903"].year) == ("1979-1980 Fall", 1979)
    assert (dates["399696"].published, dates["399696"].year) == ("1979 Nov-1980 May", 1979)
    assert by_pmid("season-1979")["399332"].published == "1979 Spring"

    retracted = by_pmid("retracted")
    assert {pmid for pmid, each in retracted.items() if each.retracted} == {
        "32743968",
        "33104149",
        "400712",
    }
    assert retracted["34097317"].links[0].kind == "RetractionOf"

    assert by_pmid("updates")["33129373"].links[0].kind == "UpdateOf"
    assert by_pmid("chinese")["34013519"].other_abstracts[0].language == "chi"
    assert len(by_pmid("88-authors").popitem()[1].authors) >= 88

    many = by_pmid("metapub-308-references")["38170905"]
    assert many.doi
    assert many.doi != many.pmid

    shewanella = next(iter(by_pmid("metapub-title-italic-2").values()))
    assert shewanella.title
    group = next(iter(by_pmid("investigators").values()))
    assert len(group.investigators) == 152
    assert any("," not in author for author in group.authors)


@needs_real
def test_the_chapter_and_the_book() -> None:
    chapter, bare = read("pubmed-xml/book-set.xml")[0]
    assert (chapter.kind, chapter.published, chapter.year) == ("chapter", "2012 03 27", 2012)
    assert bare.pages == "1831"
    book = by_pmid("zotero-01")["20821847"]
    assert (book.kind, book.title) == ("book", "Endocrinology: An Integrated Approach")
    assert book.authors == ("Nussey, Stephen", "Whitehead, Saffron")
