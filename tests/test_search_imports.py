"""Imports: each oddity of the formats, begun = parsed, nothing of a damaged file stored."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cli
from search.importers import nbib, ris
from search.importers.text import lines
from search.importing import Origin, import_file
from search.reading import Reading
from search.records import Record
from search.review import Review


def read(reader: ModuleType, text: str) -> tuple[list[Record], Reading]:
    reading = Reading("test")
    numbered = enumerate(text.split("\n"), start=1)
    return list(reader.records(numbered, reading)), reading


RIS = [
    ("plain", "TY  - JOUR\nTI  - A\nER  - \n", ["A"], []),
    ("the last record has no end", "TY  - JOUR\nTI  - A\n", ["A"], [1]),
    ("no end between records", "TY  - JOUR\nTI  - A\nTY  - JOUR\nTI  - B\nER  - \n", ["A", "B"], [3]),
    ("one space before the hyphen", "TY - JOUR\nTI - A\nER - \n", ["A"], []),
    ("old tags", "TY  - JOUR\nT1  - A\nER  - \n", ["A"], []),
    ("record numbers between", "1.\nTY  - JOUR\nTI  - A\nER  - \n\n2.\n", ["A"], []),
    ("words between", "Your export\nTY  - JOUR\nTI  - A\nER  - \n", ["A"], [1]),
    ("a title over two lines", "TY  - JOUR\nTI  - A\n  b\nER  - \n", ["A b"], []),
    ("nothing but a type", "TY  - JOUR\nER  - \n", [None], [1]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "titles", "mended"), [row[1:] for row in RIS], ids=[r[0] for r in RIS]
)
def test_ris(text: str, titles: list[str | None], mended: list[int]) -> None:
    records, reading = read(ris, text)
    assert [record.title for record in records] == titles
    assert [note.line for note in reading.repaired] == mended
    assert (reading.begun, reading.problems) == (reading.parsed, [])


def test_ris_an_end_with_words_behind_it_is_part_of_the_abstract() -> None:
    text = "TY  - JOUR\nTI  - A\nAB  - It was\nER  - positive in most.\nAN  - 7\nER  - \n"
    (record,), _ = read(ris, text)
    assert record.abstract == "It was ER  - positive in most."
    assert record.accession == "7"


def test_ris_fields() -> None:
    text = (
        "TY  - JOUR\nAU  - Muster, A.\nA1  - Beispiel, B.\nTI  - [Registry].\nPY  - 2022/11/05/\n"
        "T2  - J Test\nVL  - 12 Suppl 3\nM1  - 4\nSP  - e12\nEP  - e19\nDO  - https://doi.org/10.1000/ABC.\n"
        "AN  - 0123\nDB  - PubMed\nKW  - a\nKW  - b\nLA  - ger\nUR  - https://x.example\nY2  - 5\nER  - \n"
    )
    (record,), _ = read(ris, text)
    assert record.authors == ("Muster, A.", "Beispiel, B.")
    assert (record.title, record.year, record.volume) == ("[Registry].", 2022, "12 Suppl 3")
    assert (record.issue, record.pages, record.doi) == ("4", "e12-e19", "10.1000/abc")
    assert (record.pmid, record.keywords, record.language) == ("123", ("a", "b"), ("ger",))


def test_ris_a_record_without_its_type_is_a_loss() -> None:
    records, reading = read(ris, "TI  - A\nTY  - JOUR\nTI  - B\nER  - \n")
    assert [record.title for record in records] == ["B"]
    assert [note.line for note in reading.problems] == [1]


def test_nbib_fields() -> None:
    text = (
        "PMID- 12\nDP  - 2017 Nov-Dec\nTI  - A registry\n      of sarcoma.\nFAU - Muster, Anna\n"
        "AU  - Muster A\nCN  - The Group\nAID - 10.1000/X [doi]\nPMC - PMC77\nMH  - *Sarcoma/therapy\n"
        "OT  - word\nPT  - Retracted Publication\nRIN - J Test. 2018. PMID: 13\nCRDT- 2017/10/01 06:00\n"
    )
    (record,), reading = read(nbib, text)
    assert (record.pmid, record.year, record.published) == ("12", 2017, "2017 Nov-Dec")
    assert record.title == "A registry of sarcoma."
    assert record.authors == ("Muster, Anna", "The Group")
    assert (record.doi, record.pmcid) == ("10.1000/x", "PMC77")
    assert record.mesh == ("Sarcoma/therapy",)
    assert record.retracted
    assert [(link.kind, link.pmid) for link in record.links] == [("RetractionIn", "13")]
    assert record.created == "2017-10-01"
    assert reading.begun == reading.parsed == 1


def test_nbib_records_stuck_together_and_torn_apart() -> None:
    records, reading = read(nbib, "PMID- 1\nTI  - A\nPMID- 2\nTI  - B\n\nAB  - More.\n")
    assert [(record.pmid, record.abstract) for record in records] == [("1", None), ("2", "More.")]
    assert len(reading.repaired) == 2


def test_nbib_of_eric_has_no_pmid() -> None:
    records, _ = read(nbib, "OWN - ERIC\nTI  - A\n\nOWN - ERIC\nTI  - B\n")
    assert [record.title for record in records] == ["A", "B"]


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_encoding_and_line_end(review: Review, tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "export.ris"
    path.write_bytes(
        end.join(["TY  - JOUR", "TI  - Weichteiltumoren für Ärzte", "ER  - "]).encode(encoding)
    )
    outcome = import_file(review, path, Origin())
    assert outcome.error is None
    (stored,) = review.store.records()
    assert stored.record.title == "Weichteiltumoren für Ärzte"


def test_lines_of_a_file_cut_anywhere_are_the_same(tmp_path: Path) -> None:
    data = b"a\r\nb\rc\n\nd"
    path = tmp_path / "x"
    path.write_bytes(data)
    read_lines = list(lines(lambda: path.open("rb"), Reading("test")))
    assert read_lines == [(1, "a"), (2, "b"), (3, "c"), (4, ""), (5, "d")]


TITLES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1).map(
    lambda text: " ".join(f"x{text}x".split())
)


@given(st.lists(TITLES, min_size=1, max_size=5))
def test_whatever_a_title_says_no_record_is_lost(titles: list[str]) -> None:
    text = "".join(f"TY  - JOUR\nTI  - {title}\nER  - \n\n" for title in titles)
    records, reading = read(ris, text)
    assert [record.title for record in records] == titles
    assert reading.begun == reading.parsed == len(titles)


@given(st.integers(0, 100))
def test_a_cut_ris_file_loses_no_record_unnamed(cut: int) -> None:
    text = (
        "TY  - JOUR\nTI  - First title\nER  - \n\nTY  - JOUR\nTI  - Second\nAB  - Words.\nER  - \n"
    )
    _, reading = read(ris, text[:cut])
    assert reading.begun == reading.parsed


# --- the command -------------------------------------------------------------------------------

GOOD = "TY  - JOUR\nTI  - A registry\nDO  - 10.1000/a\nER  - \n"


def run(review: Review, capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, dict, str]:
    status = cli.run(["import", "--review", str(review.folder), "--json", *args])
    shown = capsys.readouterr()
    return status, json.loads(shown.out) if shown.out else {}, shown.err


def test_import_tells_what_it_did(
    review: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "embase.ris"
    path.write_text(GOOD)
    status, told, _ = run(review, capsys, str(path))
    (file,) = told["files"]
    assert status == 0
    assert (file["format"], file["begun"], file["parsed"], file["new"]) == ("ris", 1, 1, 1)
    assert review.store.keys() == ["doi:10.1000/a@embase"]
    _, again, _ = run(review, capsys, str(path))
    assert again["files"][0]["new"] == 0


REFUSED = [
    ("empty.ris", b"", "empty"),
    ("paper.ris", b"%PDF-1.7 ...", "PDF"),
    ("paper.docx", b"PK\x03\x04...", "Word"),
    ("notes.txt", b"Dear all,\nsee below.\n", "no known format"),
    ("lib.bib", b"@article{a, title={A}}\n", "BibTeX"),
    ("page.xml", b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
]


@pytest.mark.parametrize(("name", "content", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_no_import_file_is_wrong_use(
    review: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    name: str, content: bytes, words: str,
) -> None:  # fmt: skip
    path = tmp_path / name
    path.write_bytes(content)
    status, told, said = run(review, capsys, str(path))
    assert status == 2
    assert words in said
    assert told["files"][0]["stored"] is False
    assert review.store.count() == 0


def test_a_loss_stores_nothing_unless_it_is_accepted(
    review: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.ris"
    path.write_text("TI  - Lost\n" + GOOD)
    status, told, said = run(review, capsys, str(path))
    assert (status, review.store.count()) == (1, 0)
    assert told["files"][0]["problems"][0]["line"] == 1
    assert "--accept-loss" in said
    status, told, _ = run(review, capsys, str(path), "--accept-loss")
    assert (status, told["files"][0]["stored"]) == (0, True)
    (kept,) = Review(review.folder).store.runs()
    assert kept.state == "partial"


def test_a_cut_archive_is_a_loss(
    review: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = gzip.compress(("\n".join([GOOD] * 400)).encode())
    path = tmp_path / "x.ris.gz"
    path.write_bytes(whole[: len(whole) // 2])
    assert run(review, capsys, str(path))[0] == 1
    assert review.store.count() == 0


def test_two_records_of_one_doi_have_the_same_keys_in_any_order(
    review: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = "TY  - JOUR\nTI  - Abstract one\nDO  - 10.1000/s\nER  - \n"
    two = one.replace("one", "two")
    keys = []
    for name, text in (("a", one + two), ("b", two + one)):
        path = tmp_path / f"{name}.ris"
        path.write_text(text)
        run(review, capsys, str(path), "--source", name)
        stored = Review(review.folder).store.records()
        keys.append(
            [each.key.replace(f"@{name}", "@") for each in stored if f"@{name}" in each.key]
        )
    assert keys[0] == keys[1]
    assert all(key.startswith("doi:10.1000/s@#") for key in keys[0])
