"""What single pages say: facts and their sources, honest gaps, the method, the lists behind it."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path
from typing import Any

import pytest
from catalogue_example import alone
from catalogue_example import initiative as parsed
from flow_cases import both, decide, event, run, sets_of
from flow_cases import state as review_state
from site_cases import DAY, Html, data, html, initiative

from catalogue.entries.claim_lines import EntryView
from catalogue.entries.completeness import completeness
from catalogue.entries.initiatives import Claim, Evidence, Initiative, Relation, State
from catalogue.entries.rows import kinds_of, newest_count, row_of
from catalogue.entries.ties import ties_of
from catalogue.pages.box_pages import ON_A_PAGE, path_of_box
from catalogue.pages.pages import size_text
from catalogue.pages.rendering import Renderer, day, fit, marks, outside, web_address
from catalogue.pages.site_data import SiteData, authors_text, record_line
from catalogue.site.site import write as write_site
from screening.prisma.flow import flow_of
from search.records import OFFLINE_CORPUS, Record, StoredRecord
from search.runs import ImportedFile, Note, SearchRun


def site_of(made: SiteData, folder: Path) -> Path:
    return write_site(made, folder / "site").folder


def entry_page(folder: Path, each: Initiative, *others: Initiative) -> Html:
    return html(site_of(data(each, *others), folder), f"initiatives/{each.id}.html")


def review_data(
    runs: list[tuple[SearchRun, list[str]]],
    events: list[Any] = (),  # type: ignore[assignment]
    *initiatives: Initiative,
    **values: Any,
) -> SiteData:
    """Site data of a review whose records are made up from their keys."""
    state = review_state(runs, events, values.pop("sets", None), reviewers=1)
    keys = {key for _, held in runs for key in held}
    records = {key: StoredRecord(key, Record(title=f"Title of {key}", year=2000)) for key in keys}
    lines = {key: record_line(each, {}) for key, each in records.items()}
    rests_on = {each.id: [s.source for s in each.evidence.values()] for each in initiatives}
    return SiteData(initiatives, state, flow_of(state, rests_on), lines, **values)


# --- an entry ------------------------------------------------------------------------------------


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
    assert "example.org/a Place not recorded; checked 2 Jan 2024 more than a year before" in said
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


# --- completeness --------------------------------------------------------------------------------


def test_completeness_counts_stated_sought_and_open_fields() -> None:
    claims = (
        Claim("status", value="active", evidence=("e1",)),
        Claim("cases", State.UNKNOWN),
        Claim("ended", State.NOT_APPLICABLE),
        Claim("access", State.NOT_SOUGHT),
    )
    found = completeness(initiative(claims=claims), DAY)
    assert (found.stated, found.sought) == (2, 1)
    assert found.open == len(_fields()) - 3
    assert (found.level, found.oldest) == (1, DAY)


def _fields() -> dict[str, Any]:
    from catalogue.entries.vocabulary import FIELDS

    return FIELDS


def test_a_page_read_for_the_entry_as_a_whole_is_still_a_source_for_its_own_address() -> None:
    page = "https://registry.example/about"
    evidence = {
        "e1": Evidence("e1", "pmid:1", DAY),
        "w1": Evidence("w1", f"url:{page}", DAY, of="entry"),
    }
    required = [name for name, field in _fields().items() if field.required]

    def level(address: str) -> int:
        claims = tuple(Claim(name, value="x", evidence=("e1",)) for name in required
                       if name != "website")  # fmt: skip
        website = Claim("website", value=address, evidence=("w1",))
        return completeness(initiative(claims=(*claims, website), evidence=evidence), DAY).level

    assert level(page) == 3
    assert level("https://registry.example/") == 2


def test_each_level_of_completeness_needs_the_one_before() -> None:
    required = [name for name, field in _fields().items() if field.required]
    evidence = {id: Evidence(id, f"pmid:{id[1]}", DAY) for id in ("e1", "e2")}

    def entry(cited: tuple[str, ...] = ("e1",), **values: Any) -> Initiative:
        claims = tuple(Claim(name, value="x", evidence=cited) for name in required)
        return initiative(**{"claims": claims, "evidence": evidence, **values})

    late = DAY + datetime.timedelta(days=366)
    assert completeness(initiative(evidence={}, claims=()), DAY).level == 0
    assert completeness(entry(confirmed=DAY, claims=()), DAY).level == 1
    assert completeness(entry(), late).level == 2
    assert completeness(entry(), DAY).level == 3
    assert completeness(entry(("e1", "e2")), DAY).level == 4
    assert completeness(entry(("e1", "e2"), confirmed=DAY), DAY).level == 5


# --- rows, home, facets --------------------------------------------------------------------------


def counts(*values: dict[str, Any], as_of: tuple[str | None, ...] = ()) -> Initiative:
    times = as_of or (None,) * len(values)
    return initiative(claims=tuple(
        Claim("cases", value={"unit": "patients", "qualifier": "exact", **value}, as_of=time,
              evidence=("e1",))
        for value, time in zip(values, times, strict=True)
    ))  # fmt: skip


@pytest.mark.parametrize(
    ("each", "size", "note"),
    [
        (counts({"n": 5}, {"n": 7}, as_of=("2019", "2021-03")), "7 patients", "2021"),
        (counts({"n": 9, "period": "2001/2009"}, {"n": 7, "period": "2001/2004"}), "9 patients",
         "2009"),
        (counts({"n": 9, "period": "2001/.."}), "9 patients", ""),
        (counts({"n": 9, "unit": "tumours"}, {"n": 7}, as_of=("2020", None)), "7 patients", ""),
        (counts({"n": 9, "part": True}), "", "of a part only"),
        (counts({"n": 9, "qualifier": "planned"}), "", "of a part only"),
        (counts({"n": 1200, "n_max": 1300, "qualifier": "about"}), "about 1,200 to 1,300 patients",
         ""),
        (initiative(claims=()), "", "Not yet checked"),
        (initiative(claims=(Claim("cases", State.UNKNOWN),)), "",
         "Not found (looked on 24 Nov 2026)"),
    ],
)  # fmt: skip
def test_a_rows_size_is_the_newest_count_of_the_whole(
    each: Initiative, size: str, note: str
) -> None:
    row = row_of(each)
    assert (row.size, row.size_note) == (size, note)
    assert (newest_count(each) is None) == (size == "")


def test_a_row_is_found_by_names_places_and_wider_tumours() -> None:
    row = row_of(initiative(
        acronym="ÀB-C", aliases=("Old name",), name_local={"fr": "Registre"},
        kind=("biobank", "clinical-registry"),
        claims=(Claim("countries", value=[{"code": "CH"}]), Claim("tumours", value=["liposarcoma"]))
    ))  # fmt: skip
    for word in (
        "ab",
        "old",
        "registre",
        "biobank",
        "switzerland",
        "europe",
        "liposarcoma",
        "soft",
        "one",
    ):
        assert f" {word} " in f" {row.words} ", word
    assert row.kind == "Biobank, clinical registry"
    assert kinds_of(initiative(kind=())) == ""


def test_many_countries_are_counted() -> None:
    value = [{"code": code} for code in ("FR", "DE", "IT", "ES", "CH")]
    row = row_of(initiative(claims=(Claim("countries", value=value),)))
    assert row.countries == "France, Germany, Italy and 2 more"


def test_home_counts_and_sets_the_founding_review_beside(tmp_path: Path) -> None:
    abroad = Claim("countries", value=[{"code": "FR"}, {"code": "DE"}], evidence=("e1",))
    folder = site_of(data(initiative("one"), initiative("two", claims=(abroad,))), tmp_path)
    said = html(folder, "index.html").said()
    assert "initiatives 2 countries 2 facts with a source 2 last check 24 Nov 2026" in said
    assert "Lasalvia and others, 2025 8 6 2 “Major” sarcoma databases" in said
    assert "This catalogue, 24 Nov 2026 2 1 1 Every initiative with an entry" in said
    assert "no list of the eight is shown" in said
    assert "https://pubmed.ncbi.nlm.nih.gov/40207464/" in html(folder, "index.html").values("href")


def test_facets_hold_the_entries_of_a_country_and_a_kind(tmp_path: Path) -> None:
    german = Claim("countries", value=[{"code": "DE"}], evidence=("e1",))
    two = initiative("two", claims=(german,), kind=("biobank",))
    folder = site_of(data(initiative("one"), two), tmp_path)
    germany = html(folder, "countries/de.html")
    assert "../initiatives/two.html" in germany.values("href")
    assert "../initiatives/one.html" not in germany.values("href")
    assert "One initiative with people or centres here." in germany.said()
    assert "../initiatives/one.html" in html(folder, "kinds/clinical-registry.html").values("href")
    assert not (folder / "countries" / "it.html").exists()


def test_newest_entries_show_only_where_some_are_newer(tmp_path: Path) -> None:
    first, later = datetime.date(2026, 1, 1), datetime.date(2026, 5, 1)
    pair = initiative("one", first_published=first), initiative("two", first_published=first)
    assert "Newest entries" not in html(site_of(data(*pair), tmp_path / "a"), "index.html").said()
    pair = pair[0], initiative("two", first_published=later)
    said = html(site_of(data(*pair), tmp_path / "b"), "index.html").said()
    assert "Newest entries Registry two" in said


# --- the method ----------------------------------------------------------------------------------


def test_each_number_of_the_flow_leads_to_its_list(tmp_path: Path) -> None:
    keys = ["pmid:1", "pmid:2", "pmid:3"]
    made = review_data(
        [(run("r1"), keys), (run("r2", "website", database="A page"), ["sha:1@w"])],
        [decide("a", "pmid:1", "exclude", reason="E2"), decide("a", "pmid:2", "include")],
        sets=sets_of(["pmid:2", "pmid:3"]),
    )
    folder = site_of(made, tmp_path)
    method = html(folder, "method.html")
    assert "records identified 4 excluded on title and abstract 1" in method.said()
    for box, held in made.flow.boxes.items():
        path = path_of_box(made.flow, box)
        assert path is not None
        listed = html(folder, path)
        assert len([each for each in listed.values("id") if each.startswith("r-")]) == len(held)
        for key in held:
            assert key in listed.words
    assert "method/records-excluded.html" in method.values("href")
    assert method.said().count("Records screened") >= 1
    excluded = html(folder, "method/records-excluded.html").said()
    assert "Excluded on title and abstract. E2: not sarcoma" in excluded
    duplicates = html(folder, "method/duplicates.html").said()
    assert "Describes the same publication as pmid:2" in duplicates


def test_a_long_list_is_cut_into_pages(tmp_path: Path) -> None:
    keys = [f"pmid:{number}" for number in range(1, ON_A_PAGE * 2 + 2)]
    folder = site_of(review_data([(run("r1"), keys)]), tmp_path)
    first = html(folder, "method/records-screened.html")
    last = html(folder, "method/records-screened-page-3.html")
    assert f"{len(keys)} records; page 1 of 3, 1 to 200" in first.said()
    assert "../method/records-screened-page-2.html" in first.values("href")
    assert "../method/records-screened-page-2.html" in last.values("href")
    assert len([each for each in last.values("id") if each.startswith("r-")]) == 1


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("ok", "Complete"),
        ("empty", "Complete, nothing found"),
        ("partial", "Partial: broke off before its end. The connection was lost."),
        ("failed", "Failed. The connection was lost."),
    ],
)
def test_a_run_shows_its_state_and_counts(tmp_path: Path, state: Any, said: str) -> None:
    told = dataclasses.replace(
        run("r1", state=state, strategy="main", problem="The connection was lost."),
        query="sarcoma[tiab] AND <registry>", translation="as understood", count=None, fetched=7,
        parsed=5, new=4, missing=("11", "12"), warnings=("'x' was not found",), limits=("y [la]",),
    )  # fmt: skip
    page = html(site_of(review_data([(told, ["pmid:1"])]), tmp_path), "method.html")
    words = page.said()
    assert said in words
    assert "not said 7 5 4" in words
    assert "sarcoma[tiab] AND <registry>" in words
    assert "Not received, or not read: 2 (11, 12)." in words
    assert "'x' was not found" in words
    assert ("open" in {name for attrs in page.all("details") for name in attrs}) == (
        state in ("partial", "failed")
    )
    if state in ("partial", "failed"):
        assert "Interim." in words


def test_the_offline_corpus_is_named_for_what_it_is(tmp_path: Path) -> None:
    told = run("r1", source=OFFLINE_CORPUS, database="Offline corpus")
    note = "compiled by hand from public pages, not the answer of a live PubMed search"
    folder = site_of(review_data([(told, ["pmid:1"])]), tmp_path / "a")
    method = html(folder, "method.html").said()
    assert method.count(note) == 2  # above the searches, and with the run
    assert "short summary written for this project in place of the publisher’s abstract" in method
    assert note in html(folder, "method/database-results.html").said()
    live = site_of(review_data([(run("r1"), ["pmid:1"])]), tmp_path / "b")
    assert note not in html(live, "method.html").said()


def test_an_imported_file_is_told_with_its_problems(tmp_path: Path) -> None:
    file = ImportedFile("a.ris", 10, "ab" * 32, "ris", "utf-8", 3,
                        problems=(Note(7, "a record without an end"),))  # fmt: skip
    told = dataclasses.replace(run("r1", "other", database="A file"), file=file)
    words = html(site_of(review_data([(told, ["pmid:1"])]), tmp_path), "method.html").said()
    assert f"file a.ris, ris, SHA-256 {'ab' * 32}" in words
    assert "Problem in the file, line 7: a record without an end" in words


def test_seeded_decisions_are_said_to_be_seeded(tmp_path: Path) -> None:
    made = review_data([(run("r1"), ["pmid:1"])], [decide("a", "pmid:1", "include")],
                       seeded={"reviewer-a": 1})  # fmt: skip
    words = html(site_of(made, tmp_path), "method.html").said()
    assert "reviewer-a has judged 1 record on title and abstract." in words
    assert "Of the decisions of reviewer-a, 1 were seeded: they come from a single reader" in words


def test_exclusions_at_full_text_stand_with_their_reasons(tmp_path: Path) -> None:
    made = review_data(
        [(run("r1"), ["pmid:1", "pmid:2"])],
        [
            *(decide("a", key, "include") for key in ("pmid:1", "pmid:2")),
            decide("a", "pmid:1", "exclude", "full-text", "E1"),
            decide("a", "pmid:2", "include", "full-text"),
        ],
        initiative(evidence={"e1": Evidence("e1", "pmid:2", DAY)}),
    )
    folder = site_of(made, tmp_path)
    method = html(folder, "method.html")
    assert "E1 no database described 1 0" in method.said()
    assert "method/dbr-excluded-1.html" in method.values("href")
    assert "Title of pmid:1" in html(folder, "method/dbr-excluded-1.html").said()
    assert "Title of pmid:2" in html(folder, "method/new-reports.html").said()
    waiting = review_data([(run("r1"), ["pmid:1"])], [decide("a", "pmid:1", "include")])
    words = html(site_of(waiting, tmp_path / "b"), "method.html").said()
    assert "None so far: 1 report still wait" in words


# --- small things --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("authors", "text"),
    [
        (("Costa, Ana Bela", "O'Neil, J-P"), "Costa AB, O'Neil JP"),
        (("Example Group",), "Example Group"),
        (tuple(f"Name{n}, A" for n in range(6)), "Name0 A, Name1 A, Name2 A, Name3 A and 2 more"),
        ((), ""),
    ],
)
def test_authors_as_references_have_them(authors: tuple[str, ...], text: str) -> None:
    assert authors_text(authors) == text


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//example.org", "https://a b.org", "ftp://x.org/",
     "https://user@example.org", "https://example.org/\u202e", "", None, "HTTPS:example.org"],
)  # fmt: skip
def test_only_plain_web_addresses_become_links(address: str | None) -> None:
    assert web_address(address) is None
    assert outside(address, "<b>") == "&lt;b&gt;"


def test_a_link_that_leaves_is_marked() -> None:
    assert outside("https://example.org/?a=1&b=2", "A & B") == (
        '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer external">'
        "A &amp; B</a>"
    )


@pytest.mark.parametrize(
    ("numbers", "text"),
    [((), ""), ((1,), "1"), ((1, 2), "1,2"), ((1, 2, 3), "1–3"), ((1, 3, 4, 5, 9), "1,3–5,9")],
)
def test_marks_in_a_row_stand_as_a_range(numbers: tuple[int, ...], text: str) -> None:
    said = Html(f"<p>{marks(numbers)}</p>").said().replace("Source", "").replace(" ", "")
    assert said == text


def test_days_and_sizes_are_written_as_people_read_them() -> None:
    assert day("2026-11-24T10:00:00Z") == day(DAY) == "24 Nov 2026"
    assert day(None) == ""
    assert [size_text(n) for n in (7, 1499, 2_340_000)] == ["7 B", "1 kB", "2.3 MB"]


def test_signs_that_no_page_may_hold_are_replaced() -> None:
    assert fit("a\u202eb\x1b\ud800c\r") == "a\ufffdb\ufffd\ufffdc\ufffd"
    assert fit("naïve\n\u200d日本") == "naïve\n\u200d日本"


def test_an_unknown_name_in_a_template_is_an_error() -> None:
    import jinja2

    from catalogue.pages.rendering import Page

    with pytest.raises(jinja2.UndefinedError):
        Renderer({}).html(Page("about.html", "about.html", {}))


def test_numbers_of_sources_follow_the_file() -> None:
    evidence = {id: Evidence(id, f"pmid:{n}", DAY) for n, id in enumerate(("b", "a"), start=1)}
    view = EntryView(initiative(evidence=evidence))
    assert view.marks(("a", "b", "a", "gone")) == (1, 2)
