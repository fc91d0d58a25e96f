"""BibTeX and BibLaTeX: one oddity a row, no record lost unnamed, no field misread."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from import_reading import lines_of, read

from search.importers import bibtex
from search.importers.bibtex_values import plain
from search.reading import Reading
from search.records import Record


def one(fields: str, kind: str = "article") -> Record:
    (record,), reading = read(f"@{kind}{{key,\n{fields}\n}}\n", "bibtex")
    assert not reading.problems
    return record


# name, text, titles, lines of repairs, lines of problems
FILES = [
    ("plain", "@article{a,\n title = {One}\n}\n\n@book{b,\n title = {Two},\n}\n", ["One", "Two"], [], []),
    ("in one line", "@article{a, title={One}, year=2001}\n", ["One"], [], []),
    ("two in one line", "@article{a,title={One}} @book{b,title={Two}}\n", ["One", "Two"], [], []),
    ("quotation marks", '@article{a,\n title = "One {"}quoted{"} word"\n}\n', ['One "quoted" word'], [], []),
    ("round brackets", "@article(a,\n title = {One (of two)}\n)\n@book(b, title = {Two})\n", ["One (of two)", "Two"], [], []),
    ("large letters", "@ARTICLE{a,\n TITLE = {One}\n}\n", ["One"], [], []),
    ("no key", "@article{,\n title = {One}\n}\n", ["One"], [], []),
    ("no key and no comma", "@article{\n title = {One}\n}\n", ["One"], [], []),
    ("one key twice", "@article{a,\n title = {One}\n}\n@article{a,\n title = {Two}\n}\n", ["One", "Two"], [], []),
    ("one field twice", "@article{a,\n title = {One},\n title = {Two}\n}\n", ["One"], [], []),
    ("a comment", "% of old\n@comment{x @article{no, title={No}} }\n@article{a,\n title = {One}\n}\n", ["One"], [], []),
    ("words between", "words\n@article{a,\n title = {One}\n}\nmore\n@article{b,\n title = {Two}\n}\n", ["One", "Two"], [1, 5], []),
    ("an address outside", "me@host{x}\n@article{a,\n title = {One}\n}\n", ["One"], [1], []),
    ("a beginning over lines", "@\n% why\narticle\n{a, title={One}}\n@article{b, title={Two}}\n", ["One", "Two"], [], []),
    ("macros", '@string{x = "One"}\n@article{a,\n title = x # " and " # {more}\n}\n', ["One and more"], [], []),
    ("no comma between fields", "@article{a,\n title = {One}\n year = 2001\n}\n", ["One"], [], []),
    ("a protected brace", "@article{a,\n title = {One \\{ of}\n}\n@article{b,\n title = {Two}\n}\n", ["One { of", "Two"], [], []),
    ("a path that ends in a backslash", "@article{a,\n file = {C:\\x\\},\n title = {One}\n}\n@article{b,\n title = {Two}\n}\n", ["One", "Two"], [], []),
    ("no closing brace", "@article{a,\n title = {One}\n\n@article{b,\n title = {Two}\n}\n", ["One", "Two"], [4], []),
    ("no closing brace of a field", "@article{a,\n title = {One,\n year = {2001}\n}\n@article{b,\n title = {Two}\n}\n", ["One", "Two"], [5], []),
    ("a brace too many", "@article{a,\n keywords = {x}, y}, z},\n title = {One}\n}\n@book{b,\n title = {Two}\n}\n", ["One", "Two"], [3, 2], []),
    ("cut in a title", "@article{a,\n title = {One}\n}\n@article{b,\n title = {Tw", ["One", "Tw"], [], [4]),
    ("cut behind its key", "@article{a,\n title = {One}\n}\n@article{b,\n", ["One"], [], [4]),
    ("nothing that names it", "@article{a,\n month = apr\n}\n@article{b,\n title = {Two}\n}\n", [None, "Two"], [1], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "titles", "repairs", "problems"), FILES, ids=[row[0] for row in FILES]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file(
    name: str, text: str, titles: list[str | None], repairs: list[int], problems: list[int],
    end: str,
) -> None:  # fmt: skip
    records, reading = read(text.replace("\n", end), "bibtex")
    assert [record.title for record in records] == titles
    assert lines_of(reading) == (repairs, problems)
    assert reading.begun == len(titles) + (name.startswith("cut behind"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_every_encoding(encoding: str) -> None:
    (record,), _ = read("@article{a,\n title = {Größe}\n}\n".encode(encoding), "bibtex")
    assert record.title == "Größe"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("no command", "no command"),
        (r"P\"{a}ckert", "Päckert"), (r"P\"ackert", "Päckert"), (r"P{\"a}ckert", "Päckert"),
        (r"{\'\i}talo {\'{\i}}", "ítalo í"), (r"Ha\v{c}ek Ha\v cek", "Haček Haček"),
        (r"\c{c}a", "ça"), (r"Stra{\ss}e, {\O}rsted, \aa{}ngstr\"om", "Straße, Ørsted, ångström"),
        (r"50\% of A \& B \#1 a\_b \$5 \{x\}", "50% of A & B #1 a_b $5 {x}"),
        (r"a~b", "a b"), (r"\textit{Natrix cetti} and \emph{x}", "Natrix cetti and x"),
        (r"DNA$_{\textrm{2}}$", "DNA2"), (r"$\Sigma^{0}$", "Σ0"), (r"$\alpha$-SMA", "α-SMA"),
        (r"{\textbraceleft}x{\textbraceright} {\textbackslash}y", r"{x} \y"),
        (r"\unknown{x}", r"\unknownx"), (r"{WHO} {{A}}", "WHO A"), (r"a\-b\/c", "abc"),
        (r"trailing \ ", "trailing  "), ("\\", "\\"), (r"\v", r"\v"),
    ],
)  # fmt: skip
def test_latex(written: str, read_as: str) -> None:
    assert plain(written) == read_as


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        ("Muster, Anna and Beispiel, Bert", ("Muster, Anna", "Beispiel, Bert")),
        ("Muster, Anna\nand Beispiel, Bert", ("Muster, Anna", "Beispiel, Bert")),
        ("Anna Muster AND Bert von Beispiel", ("Muster, Anna", "von Beispiel, Bert")),
        ("Sandra Anderson", ("Anderson, Sandra",)),
        ("{World Health and Safety Group}", ("World Health and Safety Group",)),
        ("{{A Group}} and Muster, A", ("A Group", "Muster, A")),
        ("{van der Berg}, Jan", ("van der Berg, Jan",)),
        ("Muster, Jr, Anna", ("Muster, Anna Jr",)),
        ("Muster, Anna and others", ("Muster, Anna",)),
        (r"{\"O}nnud{\'o}ttir, Eva H.", ("Önnudóttir, Eva H.",)),
        ("Plato", ("Plato",)),
    ],
)
def test_names(written: str, authors: tuple[str, ...]) -> None:
    assert one(f"author = {{{written}}}").authors == authors


def test_the_fields() -> None:
    record = one(
        "title = {{A Title}},\n journal = {Journal of Things},\n volume = 6,\n number = {1},\n"
        "pages = {10--20},\n doi = {https://doi.org/10.1000/ABC},\n pmid = {12345},\n"
        "pmcid = {PMC77},\n keywords = {one, two},\n abstract = {Words\nmore.},\n issn = {1234-5679},\n"
        "year = {2020},\n month = dec,\n language = {eng},\n url = {https://example.org/a},\n"
        "note = {A note},\n crossref = {other}"
    )
    assert (record.title, record.journal) == ("A Title", "Journal of Things")
    assert (record.volume, record.issue, record.pages) == ("6", "1", "10-20")
    assert (record.doi, record.pmid, record.pmcid) == ("10.1000/abc", "12345", "PMC77")
    assert (record.year, record.published) == (2020, "2020 dec")
    assert (record.keywords, record.abstract) == (("one", "two"), "Words more.")
    assert record.notes == ("A note", "crossref: other")


def test_biblatex() -> None:
    record = one(
        "title = {A},\n subtitle = {B},\n journaltitle = {J},\n date = {2020-05-17},\n"
        "eprinttype = {pubmed},\n eprint = {12345}", "online",
    )  # fmt: skip
    assert (record.title, record.journal, record.year) == ("A: B", "J", 2020)
    assert (record.published, record.pmid, record.kind) == ("2020-05-17", "12345", "online")


_SIGNS = ["@article{a,", "@book(b,", "@string{", "@comment{", "title = ", "title={", "{", "}", '"',
          ",", "#", "\\", "=", "\n", "and", "%", "@", ")", "year = 2001", "x"]  # fmt: skip
_TEXTS = st.lists(st.sampled_from(_SIGNS) | st.text(max_size=6), max_size=40).map("".join)


@given(_TEXTS)
def test_no_record_is_lost_unnamed_whatever_the_text(text: str) -> None:
    reading = Reading("bibtex")
    found = list(bibtex.records(enumerate(text.split("\n"), 1), reading))
    assert reading.parsed == len(found)
    assert 0 <= reading.begun - reading.parsed <= len(reading.problems), "each loss has its word"


@given(st.text(alphabet="\\{}\"'`^~=.uvHc aeio$&%_-", max_size=60))
def test_latex_takes_no_time_whatever_the_text(text: str) -> None:
    assert isinstance(plain(text * 20), str)


def test_an_entry_without_a_brace_and_a_name_is_a_named_loss() -> None:
    """Found by fuzzing: it was lost without a word where another entry followed."""
    records, reading = read("@book{a,\n  pages = 7\n@article{b,\n  title = {B},\n}\n", "bibtex")
    assert [record.title for record in records] == ["B"]
    assert (reading.begun, lines_of(reading)[1]) == (2, [1])


@pytest.mark.parametrize("filling", [" ", "\n", ",\n", "{", "\\", "a=\n", "\u2028"])
def test_a_cut_entry_takes_no_time_whatever_fills_it(filling: str) -> None:
    """Found by trying: three megabytes of blanks took longer than anyone would wait."""
    text = "@article{a, title = {A}, note = {" + filling * 400_000
    records, reading = read(text, "bibtex")
    assert [record.title for record in records] == ["A"]
    assert len(reading.problems) == 1
