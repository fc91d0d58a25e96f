"""The papers that entries cite, for programs that keep references; the catalogue as schema.org."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bibtexparser
import jsonschema
import pytest
from catalogue_example import ID, example, initiative, renamed
from hypothesis import given, settings
from hypothesis import strategies as st
from import_reading import read

from catalogue.entries.initiatives import Initiative
from catalogue.exporting.csl import Writer, item
from catalogue.exporting.export_files import FORMATS, Catalogue, write
from catalogue.exporting.papers import Held, papers, writer_of
from search.errors import BadInput
from search.importers.brought_notes import with_brought
from search.records import Record

ADDRESS = "https://example.org/sarcat/"
PAPER = Record(
    title="A registry of {rare} tumours & 100 % of its <patients>",
    abstract="Words of the publisher.",
    authors=("van der Berg, Anna", "Costa, B", "The Example Group"),
    year=2019,
    journal="Annals of Registries",
    volume="7",
    issue="2",
    pages="101-109",
    pmid="12345678",
    doi="10.1000/reg_1",
    keywords=("sarcoma",),
    notes=("one reader's note",),
)

# The parts of csl-data.json (version 1.0.2) that are used here, with nothing else let through.
TEXT = {"type": "string", "minLength": 1}
NAME = {
    "type": "object",
    "properties": dict.fromkeys(
        ("family", "given", "literal", "non-dropping-particle", "suffix"), TEXT
    ),
    "additionalProperties": False,
    "anyOf": [{"required": ["family", "given"]}, {"required": ["literal"]}],
}
CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["type", "id"],
        "additionalProperties": False,
        "properties": {
            **dict.fromkeys(("id", "title", "container-title", "volume", "issue", "page", "DOI", "PMID", "PMCID", "ISSN", "keyword"), TEXT),
            "type": {"enum": ["article-journal", "book", "chapter", "document", "paper-conference",
                              "report", "thesis", "webpage"]},
            "author": {"type": "array", "items": NAME},
            "editor": {"type": "array", "items": NAME},
            "issued": {
                "type": "object",
                "required": ["date-parts"],
                "additionalProperties": False,
                "properties": {"date-parts": {
                    "type": "array", "minItems": 1, "maxItems": 2,
                    "items": {"type": "array", "minItems": 1, "maxItems": 3,
                              "items": {"type": ["string", "integer"]}},
                }},
            },
        },
    },
}  # fmt: skip
SOUND = jsonschema.Draft202012Validator(CSL)


def entries() -> list[Initiative]:
    return [initiative(example()), initiative(renamed("another"), "another")]


def held(sources: set[str]) -> Held:
    return {"pmid:12345678": PAPER} if "pmid:12345678" in sources else {}


def exported(path: Path) -> Path:
    write(path, Catalogue(entries(), "Sarcoma databases", ADDRESS, held, "Example Institute"))
    return path


def test_each_paper_once_with_the_initiatives_that_cite_it() -> None:
    found = list(papers(entries(), held))
    (ours,) = (each for each in found if each.pmid == "12345678")
    assert ours.keywords == ("initiative:another", f"initiative:{ID}")
    assert (ours.journal, ours.authors) == (PAPER.journal, PAPER.authors)
    assert len({(each.pmid, each.doi, each.title) for each in found}) == len(found)


def test_no_text_of_a_publisher_and_no_note_is_given_away() -> None:
    (ours,) = (each for each in papers(entries(), held) if each.pmid == "12345678")
    assert (ours.abstract, ours.notes, ours.brought) == (None, (), None)


def test_a_paper_that_the_review_does_not_hold_is_named_as_the_entry_names_it() -> None:
    found = list(papers(entries(), lambda _sources: {}))
    (ours,) = (each for each in found if each.pmid == "12345678")
    evidence = initiative(example()).evidence["e1"]
    assert (ours.title, ours.year) == (evidence.title, evidence.year)


def test_a_pmid_and_a_doi_of_one_record_are_one_paper() -> None:
    text = example().replace("pmid:12345678", "doi:10.1000/reg_1", 1)
    both = [initiative(example()), initiative(text.replace(f'"{ID}"', '"other"', 1), "other")]
    by_either = {"pmid:12345678": PAPER, "doi:10.1000/reg_1": PAPER}
    found = [each for each in papers(both, lambda _s: by_either) if each.doi == PAPER.doi]
    assert [each.keywords for each in found] == [(f"initiative:{ID}", "initiative:other")]


def test_a_paper_of_facts_alone_needs_no_note_of_ours(tmp_path: Path) -> None:
    for name in ("papers.bib", "papers.ris"):
        assert "sarcat:" not in exported(tmp_path / name).read_text("utf-8")


def test_bibtex_is_read_by_another_program(tmp_path: Path) -> None:
    library = bibtexparser.parse_string(exported(tmp_path / "papers.bib").read_text("utf-8"))
    assert not library.failed_blocks
    wanted = list(papers(entries(), held))
    assert len(library.entries) == len(wanted) == len(library.entries_dict)
    ours = library.entries_dict["pmid_12345678"]
    assert ours["doi"] == "10.1000/reg_1"
    assert ours["journal"] == "Annals of Registries"
    assert "{The Example Group}" in ours["author"]


@pytest.mark.parametrize(("name", "format"), [("papers.ris", "ris"), ("papers.bib", "bibtex")])
def test_our_own_importer_reads_back_the_same_papers(
    tmp_path: Path, name: str, format: str
) -> None:
    found, _ = read(exported(tmp_path / name).read_bytes(), format)
    assert [with_brought(each) for each in found] == list(papers(entries(), held))


def test_csl_json_has_the_form_of_its_schema(tmp_path: Path) -> None:
    document = json.loads(exported(tmp_path / "papers.csl.json").read_text("utf-8"))
    SOUND.validate(document)
    ours = next(each for each in document if each["id"] == "pmid_12345678")
    assert ours["author"] == [
        {"family": "Berg", "given": "Anna", "non-dropping-particle": "van der"},
        {"family": "Costa", "given": "B"},
        {"literal": "The Example Group"},
    ]
    assert ours["issued"] == {"date-parts": [[2019]]}


@settings(deadline=None)
@given(
    st.builds(
        Record,
        title=st.none() | st.text(max_size=20),
        authors=st.lists(st.text(min_size=1, max_size=12), max_size=3).map(tuple),
        year=st.none() | st.integers(1800, 2100),
        kind=st.sampled_from(["article", "book", "RPRT", "odd"]),
        pmid=st.none() | st.just("1"),
    )
)
def test_any_record_becomes_a_sound_item(record: Record) -> None:
    SOUND.validate([item(record)])
    writer = Writer()
    assert json.loads(writer.begin + writer.one(record) + writer.one(record) + writer.end)[
        1
    ] == item(record)


def test_schema_org_names_the_catalogue_and_each_data_set_in_it(tmp_path: Path) -> None:
    document = json.loads(exported(tmp_path / "all.schema.jsonld").read_text("utf-8"))
    assert document["@context"] == "https://schema.org"
    nodes: dict[str, dict[str, Any]] = {each["@id"]: each for each in document["@graph"]}
    assert len(nodes) == len(document["@graph"])
    catalogue = nodes[f"{ADDRESS}#catalogue"]
    assert catalogue["@type"] == "DataCatalog"
    for each in catalogue["dataset"]:
        thing = nodes[each["@id"]]
        assert thing["@type"] == "Dataset"
        assert thing["includedInDataCatalog"] == {"@id": catalogue["@id"]}
        assert thing["name"]
        assert thing["description"]
    assert catalogue["publisher"]["name"] == "Example Institute"


def test_a_format_may_be_named_where_the_ending_does_not_say_it(tmp_path: Path) -> None:
    catalogue = Catalogue(entries(), "Sarcoma databases", ADDRESS, held)
    write(tmp_path / "papers.json", catalogue, format="csl-json")
    SOUND.validate(json.loads((tmp_path / "papers.json").read_text("utf-8")))
    with pytest.raises(BadInput, match="no format"):
        write(tmp_path / "papers.json", catalogue, format="marc")
    with pytest.raises(BadInput, match="no known format"):
        write(tmp_path / "papers.marc", catalogue)


def test_the_same_entries_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.bib", "a.ris", "a.csl.json", "a.schema.jsonld"):
        first = exported(tmp_path / name).read_bytes()
        write(tmp_path / f"b{name}", Catalogue(entries()[::-1], "Sarcoma databases", ADDRESS, held,
                                               "Example Institute"))  # fmt: skip
        assert (tmp_path / f"b{name}").read_bytes() == first


def test_every_format_is_told_in_the_help_of_the_command() -> None:
    from typer.testing import CliRunner

    from cli import app

    told = CliRunner().invoke(app, ["catalogue", "export", "--help"], env={"COLUMNS": "200"}).output
    assert all(name in told for name in FORMATS)


def test_a_list_of_references_names_kinds_and_bears_no_note_of_ours() -> None:
    talk = Record(title="A talk", year=2019, pmid="7", kind="CPAPER", retracted=True)
    said = {"pmid:7": talk}
    text = example().replace("pmid:12345678", "pmid:7", 1)
    (ours,) = (each for each in papers([initiative(text)], lambda _: said) if each.pmid == "7")
    assert "retracted publication" in ours.keywords
    for form, wanted in (("bibtex", "@inproceedings{"), ("ris", "TY  - CPAPER")):
        written = writer_of(form).one(ours)
        assert wanted in written
        assert "sarcat:" not in written
