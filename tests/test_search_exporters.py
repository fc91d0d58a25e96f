"""What is written comes back as it was: in every format and flavour, whatever the text."""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from Bio import Medline
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from import_reading import read

from search.arrivals import Arrivals
from search.brought import Brought, Vote
from search.errors import BadInput
from search.exporters import FORMATS, format_of, targets, writer_of
from search.importers.spool import Spooled
from search.records import Link, OtherAbstract, Record, base_of

CASES = [(name, None) for name in FORMATS] + [
    (format, target) for target in targets.TARGETS for format in targets.read_by(target)
]
cases = pytest.mark.parametrize(
    ("format", "flavour"), CASES, ids=["-".join(filter(None, case)) for case in CASES]
)
DECIDED = Brought(
    "sarcat", key="pmid:5@embase", outcome="excluded", reason="E1",
    votes=(Vote("exclude", who="reviewer-a", stage="title-abstract", reason="E1",
                note='not "this"; | <b>', time="2026-01-01T00:00:00Z"),
           Vote("exclude", who="reviewer-b", stage="title-abstract", settles=True)),
    notes=(("reviewer-a", "look\nagain"),), labels=("a", "b; c"),
    members=("pmid:5@embase", "doi:10.1000/x@scopus"),
)  # fmt: skip


def written(records: list[Record], format: str, flavour: str | None) -> str:
    writer = writer_of(FORMATS[format], flavour)
    return writer.begin + "".join(writer.one(record) for record in records) + writer.end


def back(records: list[Record], format: str, flavour: str | None) -> list[Record]:
    data = written(records, format, flavour).encode()  # UTF-8 without fail
    found, reading = read(data, "csv" if format == "tsv" else format)
    assert not reading.problems
    assert reading.encoding == "utf-8"
    return found


FULL = Record(
    title="Sarcoma registry: the {first} 100% & more <i>", abstract="AIM: One.\nER  - no end.\n%0 x",
    authors=("Muster, Anna", "Smith JA", "Group of A and B", "World Health Organization; WHO"),
    year=2020, journal="Journal of Things", volume="12 Suppl 3", issue="e12", pages="10-20",
    pmid="5", doi="10.1000/a_b(c)<d>e", pmcid="PMC77", language=("eng", "ger"),
    publication_types=("Journal Article",), mesh=("Sarcoma/therapy", "Humans"),
    keywords=("one, two", "three; four", "a--b"), retracted=True, vernacular_title="Größe",
    published="2020 Nov-Dec", published_online="2020-10-01", created="2020-09-01", status="MEDLINE",
    version=1, issn=("1234-5679",), editors=("Editor, E",), investigators=("Inv, I",),
    orcids=(("Muster, Anna", "0000-0000-0000-0000"),), registrations=("ClinicalTrials.gov: NCT1",),
    links=(Link("ErratumIn", "7", None),), other_abstracts=(OtherAbstract("fre", None, "Le"),),
    urls=("https://example.org/a?b=c&d=%20e",), accession="EM1", brought=DECIDED,
    notes=("A note", "ASReview_relevant", "RAYYAN-INCLUSION: {x}", "ISBN 123", "10.1000/other",
           "PMID: 99", "Exclusion reason: mine;"),
)  # fmt: skip
ODD = [
    FULL, Record(), Record(title="NA"), Record(title="[NA]", notes=("sarcat: {}",)),
    Record(notes=('sarcat: {"fields":{"title":"another"}}', "sarcat: {", "")),
    Record(keywords=("sarcat:included",), title="A"), Record(title="=1+1", authors=("@x", "-y")),
    Record(title="'=x", kind="THES", abstract="  two  blanks "), Record(title="a\tb\x00\u2028c"),
    Record(title="e\u0301 \ufb01 \uf900 \xa0nbsp \u3000", kind="inproceedings"),
    Record(accession="12345"), Record(doi="10.1000/x", authors=("others",)),
    Record(title="A", notes=("'=", "&A\u0300", "x\x1b")), Record(title="Retracted: this", retracted=False), Record(pages="5-5", year=0, volume=""),
    Record(title='{"}', abstract="\\{ \\} \\' $x$ ~ ``q''", authors=("a and b", "{c", "d, e, f")),
    Record(title="</record>&amp;<![CDATA[", notes=("]]>", "<p>x</p>", "&quot;")),
    Record(title='a "quoted", title;\nwith all', authors=("B, C", "D E")),
]  # fmt: skip


@cases
def test_what_is_written_comes_back(format: str, flavour: str | None) -> None:
    records = [*ODD, *(replace(record, brought=DECIDED) for record in ODD)]
    for one, other in zip(records, back(records, format, flavour), strict=True):
        assert other == one


@cases
def test_half_of_a_letter_comes_back_as_a_question_mark(format: str, flavour: str | None) -> None:
    """No run could hold it: what is read is what can be written as UTF-8."""
    [found] = back([Record(title="\ud800 half", accession="12345")], format, flavour)
    assert found.title == "? half"


def test_biopython_reads_our_nbib() -> None:
    """Another's reader finds the same records, each under its own number and in its own words."""
    others = [replace(FULL, pmid=str(pmid), title=f"Title {pmid}") for pmid in range(6, 9)]
    found = list(Medline.parse(io.StringIO(written([FULL, *others], "nbib", None))))
    assert [(each["PMID"], each["TI"]) for each in found] == [
        (each.pmid, each.title) for each in (FULL, *others)
    ]
    for each in found:
        assert tuple(each["FAU"]) == FULL.authors
        assert (each["JT"], each["VI"], each["IP"], each["PG"], each["DP"], each["PMC"]) == (
            FULL.journal, FULL.volume, FULL.issue, FULL.pages, FULL.published, FULL.pmcid,
        )  # fmt: skip
        assert each["LID"] == f"{FULL.doi} [doi]"
        assert (tuple(each["MH"]), tuple(each["OT"])) == (FULL.mesh, FULL.keywords)
        assert tuple(each["LA"]) == FULL.language


_TEXT = st.text(max_size=30) | st.lists(
    st.sampled_from(["ER  - ", "\nTY  - JOUR", "%0 ", "sarcat: {", "{", "}", "\\", '"', "'", ";", ",",
                     " and ", "\n", "\r", "PMID- 1", "@article{a,", "</record>", "&", "<", "=1", "-",
                     "|", "  ", "10.1000/x", "PMID: 3", "RAYYAN-LABELS: x", "ASReview_relevant",
                     "NA", "\u2028", "\x85", "\x1f", "e\u0301", "$", "%", "#", "_", "^", "~"]),
    max_size=6,
).map("".join)  # fmt: skip
_TEXTS = st.lists(_TEXT.filter(bool), max_size=3, unique=True).map(tuple)
_SAID = st.none() | _TEXT.filter(bool)
_KEYS = st.sampled_from(["pmid:1", "doi:10.1000/x@scopus", "sha:0123456789ab@a-b#abcdef"])
_VOTES = st.builds(Vote, st.sampled_from(["include", "exclude", "maybe"]), who=_SAID, stage=_SAID,
                   reason=_SAID, note=_SAID, time=_SAID, settles=st.booleans())  # fmt: skip
_BROUGHT = st.builds(
    Brought, st.just("sarcat"), key=st.none() | _KEYS, outcome=_SAID, reason=_SAID,
    votes=st.lists(_VOTES, max_size=2).map(tuple), labels=_TEXTS,
    notes=st.lists(st.tuples(_TEXT, _TEXT), max_size=2).map(tuple),
    members=st.lists(_KEYS, max_size=2).map(tuple),
)  # fmt: skip
_RECORDS = st.builds(
    Record, title=_SAID, abstract=_SAID, authors=_TEXTS, year=st.none() | st.integers(0, 2100),
    journal=_SAID, volume=_SAID, issue=_SAID, pages=_SAID, language=_TEXTS, mesh=_TEXTS,
    pmid=st.none() | st.integers(1, 99999999).map(str), doi=st.none() | st.just("10.1000/a<b>_{c"),
    pmcid=st.none() | st.just("PMC1"), publication_types=_TEXTS, keywords=_TEXTS, notes=_TEXTS,
    retracted=st.booleans(), vernacular_title=_SAID, published=_SAID, editors=_TEXTS, urls=_TEXTS,
    issn=_TEXTS, registrations=_TEXTS, accession=_SAID, kind=_TEXT.filter(bool) | st.just("article"),
    brought=_BROUGHT,
)  # fmt: skip


@cases
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_RECORDS, min_size=1, max_size=2))
def test_whatever_the_text(format: str, flavour: str | None, records: list[Record]) -> None:
    if format == "nbib":  # what has none of these is no record of it, and its reader says so
        assume(all(each.pmid or each.doi or (each.title or "").strip() for each in records))
    assert back(records, format, flavour) == records


@pytest.mark.parametrize("note", ["0;=", 'see A1;"=B1"', "'=1", "; =1"])
def test_a_note_that_is_made_harmless_for_excel_comes_back_once(note: str) -> None:
    """Found by generated records: the blank behind a semicolon made another note of it."""
    record = Record(title="One", notes=(note,))
    assert [each.notes for each in back([record], "csv", "excel")] == [(note,)]


def test_an_issn_in_nbib_says_its_kind_as_pubmed_has_it() -> None:
    """Found by trying: the library `nbib` 0.3.2 refused the whole file."""
    text = written([replace(FULL, issn=("1234-5679", "2049-3630"))], "nbib", None)
    assert re.findall("^IS  - (.*)$", text, re.M) == ["1234-5679 (Linking)", "2049-3630 (Linking)"]


@cases
def test_every_field_stands_on_one_line(format: str, flavour: str | None) -> None:
    text = written([FULL], format, flavour)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]", text)
    if format == "ris":
        assert text.startswith("TY  - JOUR\nTI  - ")
        assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in text.split("\n") if line)


@pytest.mark.parametrize("flavour", ["excel"])
def test_no_cell_of_a_spreadsheet_is_a_formula(flavour: str) -> None:
    records = [Record(title=f"{sign}1+1", authors=(f"{sign}cmd",)) for sign in "=+-@"]
    rows = list(csv.reader(io.StringIO(written(records, "csv", flavour))))
    assert rows[0][0].startswith("\ufeff")
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r"))]


def test_a_plain_table_is_left_as_it_is() -> None:
    assert "=1+1" in written([Record(title="=1+1")], "csv", None).split(",")


def test_rayyan_finds_the_doi_and_can_part_the_names() -> None:
    assert "UR  - https://doi.org/10.1000/x" in written([Record(doi="10.1000/x")], "ris", "rayyan")
    text = written(
        [Record(title="A", authors=("Anderson, Sandra", "Muster, A B"))], "csv", "rayyan"
    )
    assert "Anderson S; Muster AB" in text


def test_asreview_finds_its_label_first_among_the_notes() -> None:
    text = written([replace(FULL, notes=("x",))], "ris", "asreview")
    assert re.findall(r"N1  - (\S+)", text)[:2] == ["ASReview_irrelevant", "x"]
    (row,) = csv.DictReader(io.StringIO(written([FULL], "csv", "asreview")))
    assert row["asreview_label"] == "0"


@pytest.mark.parametrize(
    ("outcome", "label"), [("included", "1"), ("conflict", ""), ("maybe", ""), ("awaiting", "")]
)
def test_only_what_is_settled_has_a_label(outcome: str, label: str) -> None:
    record = Record(title="A", brought=Brought("sarcat", outcome=outcome))
    (row,) = csv.DictReader(io.StringIO(written([record], "csv", "asreview")))
    assert row["asreview_label"] == label


def test_a_note_that_went_through_html_is_read_still() -> None:
    (note,) = re.findall("N1  - (sarcat.*)", written([replace(FULL, notes=())], "ris", None))
    as_html = "<p>" + note.replace('"', "&quot;") + "</p>"
    (record,), _ = read(f"TY  - JOUR\nTI  - A\nN1  - {as_html}\nER  - \n", "ris")
    assert record.brought == DECIDED
    assert record.notes == ()


def test_a_note_that_rayyan_added_to_is_read_in_both_parts() -> None:
    (note,) = re.findall("N1  - (sarcat.*)", written([replace(FULL, notes=())], "ris", None))
    more = ' | RAYYAN-INCLUSION: {"Ann"=>"Included"} | RAYYAN-LABELS: new'
    (record,), _ = read(f"TY  - JOUR\nTI  - A\nN1  - {note}{more}\nER  - \n", "ris")
    ann = Vote("include", who="Ann")
    assert record.brought == replace(
        DECIDED, votes=(*DECIDED.votes, ann), labels=(*DECIDED.labels, "new")
    )


@pytest.mark.parametrize("document", [
    '{"fields":{"title":5}}', '{"fields":{"pmid":"x"}}', '{"fields":[]}', '{"votes":[{"verdict":"?"}]}',
    '{"key":"pmid:x"}', '{"members":["../x"]}', '{"fields":{"links":[{"no":"x"}]}}', "{", '{"notes":[["a"]]}',
])  # fmt: skip
def test_a_note_that_is_not_as_we_write_it_is_a_note(document: str) -> None:
    (record,), _ = read(f"TY  - JOUR\nTI  - A\nN1  - sarcat: {document}\nER  - \n", "ris")
    assert (record.title, record.brought, record.notes) == ("A", None, (f"sarcat: {document}",))


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.ris", "ris"), ("A.RIS", "ris"), ("a.bib", "bibtex"), ("a.csv.gz", "csv"), ("a.xml", "endnote-xml"),
     ("a.jsonl", "jsonl"), ("a.tsv", "tsv"), ("a.nbib", "nbib"), ("a.enw", "enw")],
)  # fmt: skip
def test_the_format_is_that_of_the_ending(name: str, format: str) -> None:
    assert format_of(Path(name)).name == format


def test_an_ending_that_says_nothing_is_wrong_use() -> None:
    with pytest.raises(BadInput, match="ending"):
        format_of(Path("a.doc"))


@pytest.mark.parametrize("target", targets.TARGETS)
def test_what_a_target_will_not_keep_is_counted(target: str) -> None:
    losses = targets.Losses(target)
    for record in (FULL, Record(title="A")):
        losses.count(record)
    assert losses.rows()
    assert all(count == 1 for _what, count, _becomes in losses.rows())


def test_a_target_is_not_given_what_it_does_not_read() -> None:
    with pytest.raises(BadInput, match="Covidence"):
        targets.check("covidence", FORMATS["csv"])


JUDGED = Brought("sarcat", key="pmid:5", outcome="included")


@pytest.mark.parametrize("format", ["ris", "csv", "tsv"])
def test_asreview_adds_a_vote_only_where_somebody_changed_its_label(format: str) -> None:
    """The outcome of a set stands on records that nobody judged themselves: no vote is made up."""
    records = [Record(title="A", pmid="5", brought=JUDGED)]
    assert back(records, format, "asreview") == records
    text = written(records, format, "asreview")
    text = text.replace("ASReview_relevant", "ASReview_irrelevant")
    text = text.replace(",1,", ",0,").replace("\t1\t", "\t0\t")
    (record,), _ = read(text, "csv" if format == "tsv" else format)
    assert record.brought == replace(JUDGED, votes=(Vote("exclude"),))


# --- real files --------------------------------------------------------------------------------

REAL = os.environ.get("SARCAT_REAL", "")


def real_records() -> Iterator[Record]:
    for path in sorted(Path(REAL).glob("*/*")):
        with tempfile.TemporaryFile() as spool, Arrivals() as arrivals:
            read_file = Spooled(spool, arrivals)
            try:
                read_file.fill(path, lambda _by: None)
            except BadInput:
                continue
            yield from read_file.records()


@pytest.mark.skipif(not REAL, reason="SARCAT_REAL names no folder of real files")
def test_every_real_record_comes_back() -> None:
    records = [replace(record, brought=replace(DECIDED, key=f"{base_of(record)}@x"))
               for record in real_records()]  # fmt: skip
    assert len(records) > 2000
    for format, flavour in CASES:
        found = back(records, format, flavour)
        assert [one.brought for one in found] == [one.brought for one in records]
        assert found == records


@example("e\u0301")
@given(st.text(max_size=30))
def test_the_note_is_plain_signs_that_no_program_changes(text: str) -> None:
    line = next(line for line in written([Record(title="A", notes=(text, "b"), brought=DECIDED)],
                                         "ris", None).split("\n") if "sarcat: {" in line[6:15])  # fmt: skip
    assert unicodedata.is_normalized("NFC", line)
    assert " ".join(line.split()) == line.replace("  - ", " - ")
