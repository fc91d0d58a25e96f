"""Tables by their header: one oddity a row, no record lost unnamed, no title in a wrong column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from import_reading import lines_of, read

from search.brought import Brought, Vote
from search.importers import table
from search.reading import Reading
from search.records import Record


def one(header: str, row: str) -> Record:
    (record,), reading = read(f"{header}\n{row}\n", "csv")
    assert not reading.problems
    return record


# name, text, titles, lines of repairs, lines of problems
FILES = [
    ("plain", "title,year\nOne,2001\nTwo,2002\n", ["One", "Two"], [], []),
    ("semicolons", "title;year\nOne, and more;2001\n", ["One, and more"], [], []),
    ("tabs", "title\tyear\nOne\t2001\n", ["One"], [], []),
    ("bars", "id|title|year\n1|One|2001\n", ["One"], [], []),
    ("Excel's first line", "sep=;\ntitle;a,b\nOne;2\n", ["One"], [], []),
    ("large letters and blanks", ' Title ,"Year "\nOne,2001\n', ["One"], [], []),
    ("a byte order mark", "\ufefftitle,year\nOne,2001\n", ["One"], [], []),
    ("marks in marks", 'title,year\n"One ""two"" three",2001\n', ['One "two" three'], [], []),
    ("a mark for inches", 'title,year\n5" tubes,2001\nTwo,2002\n', ['5" tubes', "Two"], [], []),
    ("a cell over lines", 'title,abstract\n"One\n\nmore","x\ny"\nTwo,z\n', ["One more", "Two"], [], []),
    ("empty lines", "title,year\n\nOne,2001\n\n\nTwo,2002\n\n", ["One", "Two"], [], []),
    ("an empty row", "title,year\nOne,2001\n,\nTwo,2002\n", ["One", "Two"], [3], []),
    ("empty cells behind", "title,year\nOne,2001,,\n", ["One"], [], []),
    ("a cell too few", "title,year,doi\nOne,2001\nTwo,2002,\n", ["One", "Two"], [2], []),
    ("a cell too many", "title,year\nOne,two,2001\nTwo,2002\n", ["Two"], [], [2]),
    ("one cell in a wide table", "title,year,doi\nwords\nTwo,2002,\n", ["Two"], [], [2]),
    ("a lost mark that swallows a row", 'title,year,doi\n"One,2001,x\n"Two",2002,y\nThree,2003,z\n',
     ["Three"], [], [2]),
    ("a lost mark in the last column", 'title,abstract\nOne,"words\nTwo,"more"\nThree,x\n', ["Three"], [], [2]),
    ("cut within marks", 'title,year,doi\nOne,2001,\n"Tw', ["One"], [], [3]),
    ("cut over lines", 'title,abstract\nOne,x\nTwo,"more\nand more\n', ["One"], [], [3]),
    ("no title", "title,year\n,2001\n", [None], [2], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "titles", "repairs", "problems"), FILES, ids=[row[0] for row in FILES]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file(
    name: str, text: str, titles: list[str | None], repairs: list[int], problems: list[int],
    end: str,
) -> None:  # fmt: skip
    records, reading = read(text.replace("\n", end), "csv")
    assert [record.title for record in records] == titles
    assert lines_of(reading) == (repairs, problems)
    assert reading.begun == len(titles) + len(problems)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_every_encoding(encoding: str) -> None:
    (record,), _ = read("title,year\nGröße,2001\n".encode(encoding), "csv")
    assert record.title == "Größe"


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        ("Muster, Anna; Beispiel, Bert", ("Muster, Anna", "Beispiel, Bert")),  # Zotero, our own
        ("Muster A.; Beispiel B.", ("Muster, A.", "Beispiel, B.")),  # Rayyan, Scopus
        ("Lim SM, Shiau CWC, Lau Y.", ("Lim, SM", "Shiau, CWC", "Lau, Y")),  # PubMed
        ("Liu R., Adler D.G.", ("Liu, R.", "Adler, D.G.")),  # Embase
        ("['Marx, Karl', \"O'Hara, Ann\"]", ("Marx, Karl", "O'Hara, Ann")),  # ASReview
        ("Muster, Anna and Beispiel, Bert", ("Muster, Anna", "Beispiel, Bert")),
        ("Joseph Rottman, Mary Lacity", ("Joseph Rottman", "Mary Lacity")),  # IEEE
        ("Muster, Anna", ("Muster, Anna",)),
        ("Anderson, Sandra", ("Anderson, Sandra",)),  # no "and" within a name
        ("The Sand and Gravel Group", ("The Sand and Gravel Group",)),
        ("Li, Wei (57218509300); Dou, Z. (123456)", ("Li, Wei", "Dou, Z.")),  # Scopus today
    ],
)
def test_authors(written: str, authors: tuple[str, ...]) -> None:
    quoted = written.replace('"', '""')
    assert one("title,authors", f'A,"{quoted}"').authors == authors


def test_scopus() -> None:
    record = one(
        "Authors,Title,Year,Source title,Volume,Issue,Art. No.,Page start,Page end,DOI,Link,"
        "Abstract,Author Keywords,Document Type,EID,PubMed ID",
        '"Li W.; Dou Z.",A,2020,Things,6,1,,10,20,10.1000/ABC,https://example.org/a,Words,"one; two",'
        "Article,2-s2.0-85,12345",
    )
    assert (record.journal, record.volume, record.issue, record.pages) == (
        "Things",
        "6",
        "1",
        "10-20",
    )
    assert (record.doi, record.pmid, record.accession) == ("10.1000/abc", "12345", "2-s2.0-85")
    assert (record.keywords, record.publication_types) == (("one", "two"), ("Article",))


def test_zotero_keeps_the_pmid_in_extra() -> None:
    record = one("Key,Item Type,Publication Year,Author,Title,Abstract Note,Extra",
                 'X,journalArticle,2020,"Muster, A",A,Words,PMID: 123')  # fmt: skip
    assert (record.pmid, record.abstract, record.kind) == ("123", "Words", "article")


def test_embase_has_a_citation_for_a_source() -> None:
    record = one("Title,Author Names,Source,Open URL Link",
                 "A,Liu R.,Endoscopic Ultrasound (2014) 3:3 (152-160). Date of Publication: 2014,")  # fmt: skip
    assert (record.journal, record.year, record.volume, record.issue, record.pages) == (
        "Endoscopic Ultrasound", 2014, "3", "3", "152-160",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("header", "row", "brought"),
    [
        ("title,asreview_label,asreview_time,asreview_note", "A,1,2024-01-01,because",
         Brought("asreview", votes=(Vote("include", time="2024-01-01", note="because"),))),
        ("title,included", "A,0", Brought("asreview", votes=(Vote("exclude"),))),
        ("title,included", "A,", None),
        ("title,notes,covidence #,tags", "A,Exclusion reason: wrong population;,#12,a; b",
         Brought("covidence", outcome="excluded", reason="wrong population", labels=("a", "b"))),
        ("title,notes", 'A,"RAYYAN-INCLUSION: {""Ann""=>""Included"", ""Bob""=>""Maybe""} | '
         'RAYYAN-LABELS: a,b | RAYYAN-EXCLUSION-REASONS: wrong population,language | '
         'USER-NOTES: {""Ann""=>[""check""]}"',
         Brought("rayyan", votes=(Vote("include", who="Ann"), Vote("maybe", who="Bob")),
                 labels=("a", "b"), reason="wrong population, language", notes=(("Ann", "check"),))),
    ],
)  # fmt: skip
def test_what_others_decided_is_kept_apart_from_the_notes(
    header: str, row: str, brought: Brought | None
) -> None:
    record = one(header, row)
    assert record.brought == brought
    assert not any("Exclusion" in note or "RAYYAN" in note for note in record.notes)


@pytest.mark.parametrize("sign", "=+-@")
def test_the_apostrophe_before_a_formula_is_none_of_the_text(sign: str) -> None:
    assert one("title,year", f"'{sign}1,2001").title == f"{sign}1"


_CELLS = st.lists(st.sampled_from(['"', ",", "\n", "a", " ", '""', "x,y", "'", "=1"]), max_size=40)


def test_numbers_that_pandas_wrote_and_the_columns_of_rispy() -> None:
    record = one("title,pmid,year,volume", "A,34847056.0,2016.0,12.0")
    assert (record.pmid, record.year, record.published) == ("34847056", 2016, "2016")
    assert record.volume == "12"
    record = one(
        "title,accession_number,name_of_database,custom2,type_of_work,translated_title",
        "A,77,PubMed,PMC5,Letter,B",
    )
    assert (record.pmid, record.accession, record.pmcid) == ("77", None, "PMC5")
    assert (record.publication_types, record.vernacular_title) == (("Letter",), "B")
    assert one("title,accession_number,name_of_database", "A,77,Embase").accession == "77"


@pytest.mark.parametrize(
    ("last", "problems", "repairs"),
    [
        ("Two,2002", [3], []),
        ("Two,2002,", [], [3]),
        ('5" tubes,"2002', [3], []),  # an even number of marks
        ('"Two"",2002,x', [3], []),
        ("5,Two,2002,z", [3], []),
    ],
)
def test_a_file_that_may_be_cut_says_so(last: str, problems: list[int], repairs: list[int]) -> None:
    _, reading = read(f"title,year,doi\nOne,2001,\n{last}", "csv")
    assert lines_of(reading) == (repairs, problems)


@given(_CELLS.map("".join))
def test_no_row_is_lost_unnamed_whatever_the_text(text: str) -> None:
    reading = Reading("csv")
    lines = f"title,year,doi\n{text}".split("\n")
    found = list(table.records(enumerate(lines, 1), reading))
    assert reading.parsed == len(found)
    assert reading.begun == reading.parsed + len(reading.problems)


def test_rows_that_an_open_quotation_swallows_are_counted_and_those_behind_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table, "LARGEST", 2000)
    good = "".join(f"Title {number},2001,J\n" for number in range(200))
    whole = f'title,year,journal\nFirst,2000,J\n"Open,2000,J\n{good}'
    records, reading = read(whole, "csv")
    (problem,) = reading.problems
    assert problem.line == 3
    assert "and with it" in problem.text
    assert reading.begun == 202
    lost = reading.begun - reading.parsed
    assert 50 < lost < 202
    assert [record.title for record in records[:2]] == ["First", f"Title {lost - 1}"]
    assert records[-1].title == "Title 199"
    assert f"up to line {lost + 2} " in problem.text
