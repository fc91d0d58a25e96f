"""The shipped entries keep to what their compilers knew: traps that were met, and met once only."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from catalogue.checking.checks import cited_papers
from catalogue.entries.initiatives import Initiative
from catalogue.entries.reading import read_initiatives
from search.importers import FORMATS
from search.reading import Reading
from search.records import base_of

FOLDER = Path(str(resources.files("data"))) / "initiatives"
ENTRIES = {each.id: each for each in read_initiatives(FOLDER)[0]}
FOUNDING_REVIEW = "pmid:40207464"

# Sites that show copies of other people's papers: a claim rests on the paper, or is left out.
COPIES = re.compile(
    r"(^|\.)(123docz|1library|5dok|coek|docplayer|docslib|pdfcoffee|pdfslide|readkong|scribd"
    r"|slideshare|vdocuments)(\.|$)"
)


@pytest.mark.parametrize("each", ENTRIES.values(), ids=list(ENTRIES))
def test_no_claim_rests_on_a_copy_of_a_paper(each: Initiative) -> None:
    sources = (e.source.removeprefix("url:") for e in each.evidence.values())
    hosts = [urlsplit(source).hostname or "" for source in sources]
    assert not [host for host in hosts if COPIES.search(host)]


def test_a_paper_that_is_cited_by_its_record_is_in_the_corpus() -> None:
    """The key rests on title, year and first author: to mend one of them there moves it here."""
    with (FOLDER.parent / "corpus" / "other.ris").open("rb") as stream:
        held = {base_of(record) for record in FORMATS["ris"].reader(stream, Reading("ris"))}
    cited = {source for each in ENTRIES.values() for source in cited_papers(each)}
    assert {source for source in cited if source.startswith("sha:")} - held == set()


def test_a_general_population_registry_says_in_its_summary_that_it_is_none_of_sarcoma() -> None:
    general = [each for each in ENTRIES.values() if "population-cancer-registry" in each.kind]
    assert general
    unmarked = [each.id for each in general if "general" not in each.summary.casefold()]
    assert not unmarked, f"begin the summary with what it is: {unmarked}"


def test_the_founding_review_is_evidence_only_for_the_one_initiative_that_its_abstract_names() -> (
    None
):
    """Its eight databases could not be read: none may be listed as one of them."""
    citing = {
        each.id
        for each in ENTRIES.values()
        for e in each.evidence.values()
        if e.source == FOUNDING_REVIEW and e.role == "support"
    }
    assert citing == {"idea4rc"}


def test_the_patients_of_the_australian_studies_are_not_shown_as_the_size_of_the_database() -> None:
    counts = [claim.value["n"] for claim in ENTRIES["accord-anzsa"].known("cases")]
    assert counts
    assert 1674 not in counts
    assert not re.search(r"1[ ,.]?674", (FOLDER / "accord-anzsa.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("each", ENTRIES.values(), ids=list(ENTRIES))
def test_a_summary_speaks_of_the_initiative_not_of_how_it_was_read(each: Initiative) -> None:
    assert not re.search(r"when the pages|were stored|stored page", each.summary)
