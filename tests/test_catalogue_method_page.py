"""How the review was done, on pages: the flow and the lists behind it, runs, exclusions."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from flow_cases import decide, run, sets_of
from page_cases import review_data, site_of
from site_cases import DAY, html, initiative

from catalogue.entries.initiatives import Evidence
from catalogue.pages.box_pages import ON_A_PAGE, path_of_box
from search.records import OFFLINE_CORPUS
from search.runs import ImportedFile, Note


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
