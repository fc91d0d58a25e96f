"""An entry's page: facts and their sources, honest gaps."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path

import pytest
from catalogue_example import alone
from catalogue_example import initiative as parsed
from flow_cases import both, event, run
from page_cases import entry_page, review_data, site_of
from site_cases import DAY, data, html, initiative

from catalogue.entries.initiatives import Claim, Evidence, Relation, State
from catalogue.entries.rows import row_of
from catalogue.entries.ties import ties_of


def test_the_first_screen_answers_the_readers_questions(tmp_path: Path) -> None:
    page = entry_page(tmp_path, parsed(alone()))
    said = page.said()
    for answer in (
        "What it is Clinical registry, biobank, national",
        "Who is in it Soft tissue sarcoma",
        "How many At least 12,000 patients (2004–2018",
        "Where France",
        "Since when Since 2004",
        "Can I use it On request",
    ):
        assert answer in said


def test_every_fact_leads_to_its_sources_and_back(tmp_path: Path) -> None:
    each = parsed(alone())
    page = entry_page(tmp_path, each)
    links = page.values("href")
    for number in range(1, len(each.evidence) + 1):
        assert f"source-{number}" in page.values("id")
    for claim in each.claims:
        if claim.state is State.NOT_SOUGHT:
            continue
        assert f"fact-{claim.field}" in page.values("id")
        if claim.evidence:
            assert f"#fact-{claim.field}" in links, f"no source says that it supports {claim.field}"
    assert "Source 1" in page.said()


def test_a_source_says_where_and_when_it_was_read(tmp_path: Path) -> None:
    old = datetime.date(2024, 1, 2)
    page = entry_page(tmp_path, initiative(evidence={
        "e1": Evidence("e1", "pmid:12", DAY, "A paper", year=2019, locator="Table 2"),
        "e2": Evidence("e2", "url:https://www.example.org/a/", old, of="entry"),
        "e3": Evidence("e3", "doi:10.1000/x", DAY, role="background", second_checked=DAY),
    }))  # fmt: skip
    said = page.said()
    assert "A paper, 2019 PMID 12 Table 2; checked 24 Nov 2026." in said
    assert "example.org/a Checked 2 Jan 2024 more than a year before" in said
    assert "Where a source is given without a page, table or section, none was recorded." in said
    assert "Read for the entry as a whole, not tied to single facts." in said
    assert "a second time on 24 Nov 2026. Background: explains, supports no single fact." in said
    assert "https://pubmed.ncbi.nlm.nih.gov/12/" in page.values("href")


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (Claim("cases", State.UNKNOWN, evidence=("e1",)), "Not found (looked on 24 Nov 2026)"),
        (Claim("cases", State.UNKNOWN, looked=("website",)), "Not found (looked in website on"),
        (Claim("ended", State.NOT_APPLICABLE), "Does not apply"),
        (Claim("funding", State.WITHHELD, evidence=("e1",)), "Not public"),
        (Claim("biospecimens", State.NONE, evidence=("e1",)), "None Source 1"),
        (Claim("access", State.NOT_SOUGHT), "Can I use it Not yet checked"),
    ],
)
def test_what_is_not_known_is_said(tmp_path: Path, claim: Claim, said: str) -> None:
    assert said in entry_page(tmp_path, initiative(claims=(claim,))).said()


def test_the_first_screen_says_what_the_terms_of_access_hold_for(tmp_path: Path) -> None:
    note = "For the pooled trials only."
    page = entry_page(tmp_path, initiative(claims=(
        Claim("access", value="on-request", note=note, evidence=("e1",)),
        Claim("cases", State.UNKNOWN, looked=("a very long list of places",), note="A remark."),
    ))).said()  # fmt: skip
    first = page[page.index("Can I use it") : page.index("How well we know it")]
    assert f"On request Source 1 {note}" in first
    before = page[page.index("How many") : page.index("Can I use it")]
    assert "Not found (looked on 24 Nov 2026)" in before
    assert "places" not in before
    assert "A remark." not in before


def test_fields_nobody_looked_into_are_listed_and_stand_in_no_group(tmp_path: Path) -> None:
    page = entry_page(tmp_path, initiative(claims=(Claim("access", State.NOT_SOUGHT),)))
    assert "fact-access" not in page.values("id")
    said = page.said()
    gap = said[said.index("Nobody has looked for these yet") :]
    assert "access" in gap[: gap.index("Sources")]


def test_a_note_on_what_nobody_has_looked_for_is_shown(tmp_path: Path) -> None:
    claim = Claim("access", State.NOT_SOUGHT, note="The terms were not read.")
    page = entry_page(tmp_path, initiative(claims=(claim,)))
    assert "Access Not yet checked The terms were not read." in page.said()
    gap = page.said()[page.said().index("Nobody has looked for these yet") :]
    assert "access" not in gap[: gap.index("Sources")]


def test_key_papers_are_named_by_their_titles(tmp_path: Path) -> None:
    papers = ["pmid:12", "sha:0cd3a00359ec", "doi:10.1000/y"]
    page = entry_page(tmp_path, initiative(
        claims=(Claim("outputs", value=papers, evidence=("e1", "e2")),),
        evidence={"e1": Evidence("e1", "pmid:12", DAY, "A paper", year=2019),
                  "e2": Evidence("e2", "sha:0cd3a00359ec", DAY, "A paper without an address")},
    ))  # fmt: skip
    said = page.said()
    outputs = said[said.index("Key papers") : said.index("Sources", said.index("Key papers"))]
    assert "A paper (2019) A paper without an address doi:10.1000/y" in outputs
    assert "https://doi.org/10.1000/y" in page.values("href")
    assert "" not in page.values("href")


def test_disputed_values_are_both_shown(tmp_path: Path) -> None:
    def counted(n: int, source: str) -> Claim:
        value = {"n": n, "unit": "patients", "qualifier": "exact"}
        return Claim("cases", State.DISPUTED, value, evidence=(source,))

    evidence = {id: Evidence(id, f"pmid:{id[1]}", DAY) for id in ("e1", "e2")}
    each = initiative(claims=(counted(1200, "e1"), counted(900, "e2")), evidence=evidence)
    said = entry_page(tmp_path, each).said()
    assert "Cases Sources disagree 1,200 patients Source 1 900 patients Source 2" in said
    assert row_of(each).size_note == "sources disagree"


def test_domains_say_yes_part_no_and_not_stated(tmp_path: Path) -> None:
    value = {"surgery": "yes", "imaging": "part", "genomic": "no"}
    each = initiative(claims=(Claim("data_domains", value=value, evidence=("e1",)),))
    said = entry_page(tmp_path, each).said()
    assert "Surgery Yes Source 1" in said
    assert "Imaging In part Source 1" in said
    assert "Genomic (genome or exome) No Source 1" in said
    assert "Radiotherapy Not stated" in said


def test_relations_are_told_from_both_sides(tmp_path: Path) -> None:
    one = initiative("one", relations=(Relation("feeds", "two", "Yearly.", ("e1",)),))
    two = initiative("two")
    folder = site_of(data(one, two), tmp_path)
    assert "Feeds Registry two Source 1 Yearly." in html(folder, "initiatives/one.html").said()
    other = html(folder, "initiatives/two.html")
    assert "Is fed by Registry one Yearly. Source: see that entry." in other.said()
    assert "../initiatives/one.html" in other.values("href")


def test_a_relation_that_both_state_stands_once() -> None:
    both_ways = [
        initiative("one", relations=(Relation("works_with", "two", None, ("e1",)),)),
        initiative("two", relations=(Relation("works_with", "one", None, ("e1",)),)),
    ]
    ties = ties_of(both_ways)
    assert [len(each) for each in ties.values()] == [1, 1]
    assert all(tie.evidence for each in ties.values() for tie in each)


def test_an_entry_tells_how_to_cite_and_correct_it(tmp_path: Path) -> None:
    said = entry_page(tmp_path, initiative(version=3)).said()
    assert "Registry one. In: Sarcat, the catalogue of sarcoma databases, 2026." in said
    assert "Entry “one”, version 3, last checked 24 Nov 2026." in said
    assert "initiatives/one.toml" in said


def test_papers_of_an_entry_lead_to_the_review(tmp_path: Path) -> None:
    each = initiative(evidence={"e1": Evidence("e1", "pmid:5", DAY)})
    made = review_data([(run("r1"), ["pmid:5", "pmid:6"])],
                       [*both("pmid:6", "exclude", reason="E1"),
                        event("reviewer-a", "tie", "pmid:6", val="one")], each)  # fmt: skip
    state = dataclasses.replace(made.state, named=lambda: [("pmid:5", "5", None)])
    made = dataclasses.replace(made, state=state)
    folder = site_of(made, tmp_path)
    said = html(folder, "initiatives/one.html").said()
    assert "Title of pmid:5, 2000 pmid:5 · awaiting judgement on title and abstract" in said
    assert "Title of pmid:6, 2000 pmid:6 · excluded on title and abstract (E1)" in said
    assert "Reports on Registry one" in html(folder, "method/records-excluded.html").said()


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("https://www.example.org/a", "example.org/a"),
        (
            "https://example.org/" + "registry-of-" * 20,
            "example.org/" + "registry-of-" * 4 + "registry-of…",
        ),
        ("https://example.org/" + "x" * 300, "example.org/" + "x" * 20),
    ],
)
def test_a_long_address_is_cut_between_its_words(tmp_path: Path, source: str, shown: str) -> None:
    said = entry_page(tmp_path, initiative(evidence={"e1": Evidence("e1", f"url:{source}", DAY)}))
    assert shown in said.said()
    assert source in said.values("href")
    assert "x" * 300 not in said.said()
