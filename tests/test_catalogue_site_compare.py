"""Side by side, and day by day."""

from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path

import pytest
from lxml import etree
from site_cases import DAY, HOSTILE, data, hostile, html, initiative, small_review

from catalogue.entries.initiatives import Claim, Initiative, State
from catalogue.history.change_log import KeptChange
from catalogue.history.changes import EntryChange, FieldChange
from catalogue.pages.compare_page import cells_of, compare_data, nearest
from catalogue.site.site import build
from catalogue.site.site import write as write_site
from search.errors import FaultyFile


def placed(id: str, countries: list[str], tumours: list[str], **more: object) -> Initiative:
    claims = (
        Claim("countries", value=[{"code": code} for code in countries], evidence=("e1",)),
        Claim("tumours", value=tumours, evidence=("e1",)),
        *(Claim(name, value=value, evidence=("e1",)) for name, value in more.items()),
    )
    return initiative(id, claims=claims)


MADE = [
    placed("lipo-fr", ["FR"], ["liposarcoma"], access="open"),
    placed("lipo-de", ["DE"], ["liposarcoma"], access="on-request"),
    placed("bone-fr", ["FR"], ["osteosarcoma"]),
    placed("bone-jp", ["JP"], ["chordoma"]),
    placed("gist-us", ["US"], ["gist"]),
]


def test_what_few_share_makes_alike() -> None:
    found = nearest(MADE)
    assert found["lipo-fr"][0] == "lipo-de"
    assert found["bone-fr"][0] == "bone-jp"
    assert all(len(others) == 3 and id not in others for id, others in found.items())
    assert nearest(MADE[:1]) == {"lipo-fr": []}


def test_likeness_does_not_hang_on_the_order_of_the_files() -> None:
    assert nearest(MADE) == nearest(MADE[::-1])


def test_the_work_grows_with_the_number_of_initiatives_and_not_with_its_square() -> None:
    """A thousand that share everything: each still looks at no more than some hundred others."""
    many = [placed(f"n{number}", ["FR"], ["gist"]) for number in range(1000)]
    looked = nearest(many)
    assert {len(others) for others in looked.values()} == {3}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(data(*MADE), tmp_path_factory.mktemp("compare") / "site").folder


def test_differing_fields_come_first_and_lead_to_their_sources(site: Path) -> None:
    page = html(site, "compare/lipo-fr.html")
    differ, _, alike = page.said().partition("Where they are alike")
    assert "Countries France Sources: 1 Germany Sources: 1" in differ
    assert "Access Open to all Sources: 1 On request Sources: 1 Not yet checked" in differ
    assert "Kind Clinical registry" in alike
    assert "../initiatives/lipo-de.html#fact-access" in page.values("href")
    assert "../compare.html?a=lipo-fr&b=lipo-de" in " ".join(page.values("href"))


def test_an_entry_leads_to_its_comparison_only_where_there_is_one(
    site: Path, tmp_path: Path
) -> None:
    assert "../compare/lipo-fr.html" in html(site, "initiatives/lipo-fr.html").values("href")
    alone = write_site(data(MADE[0]), tmp_path / "site").folder
    assert not (alone / "compare").exists()
    assert "There are not yet two entries to compare." in html(alone, "compare.html").said()


def test_a_cell_says_the_value_or_why_there_is_none() -> None:
    each = initiative("one", claims=(
        Claim("access", State.UNKNOWN), Claim("linkage", State.NONE, evidence=("e1",)),
        Claim("lead", value=[{"name": "x" * 400}], evidence=("e1",)),
    ))  # fmt: skip
    cells = cells_of(each)
    assert cells["access"].words == "Not found (looked on 24 Nov 2026)"
    assert not cells["access"].known
    assert (cells["linkage"].words, cells["linkage"].sources) == ("None", 1)
    assert cells["models"].words == "Not yet checked"
    assert len(cells["lead"].words) <= 181


def test_the_words_of_a_free_choice_cannot_end_their_script() -> None:
    text = compare_data([hostile()])
    assert "<" not in text
    document = json.loads(text.removeprefix("window.sarcat=").removesuffix(";\n"))
    assert document["initiatives"][0]["name"] == HOSTILE
    assert len(document["initiatives"][0]["cells"]) == len(document["fields"])


def test_changes_tell_each_day_what_came_and_what_was_searched(tmp_path: Path) -> None:
    old = initiative("old", first_published=datetime.date(2025, 1, 2), version=3)
    new = initiative("new", first_published=DAY, confirmed=DAY)
    folder = write_site(data(old, new), tmp_path / "site").folder
    page = html(folder, "changes.html").said()
    assert (
        "24 Nov 2026 New entry Registry new Entry checked again Registry old , version 3"
        in page.replace("old,", "old ,")
    )
    assert "Entry confirmed by its holder Registry new" in page
    assert page.index("24 Nov 2026") < page.index("2 Jan 2025 New entry Registry old")
    review = build(small_review(tmp_path / "review")).folder
    assert "2 records read, 2 of them new" in html(review, "changes.html").said()


def test_kept_changes_are_told_with_their_reasons_and_inert(tmp_path: Path) -> None:
    changed = EntryChange(
        "old", "Registry old", "changed",
        (FieldChange("access", "Access", "On request", HOSTILE),), why=("The holder said so",),
    )  # fmt: skip
    gone = EntryChange("gone", "Registry gone", "removed", why=("It never was one",))
    kept = [KeptChange(DAY, "abc", changed), KeptChange(DAY, "abc", gone)]
    made = dataclasses.replace(data(initiative("old")), kept=kept)
    folder = write_site(made, tmp_path / "site").folder
    page = html(folder, "changes.html")
    words = page.said()
    assert "Access: On request →" in words
    assert "Because: The holder said so" in words
    assert "Registry gone: taken out" in words
    assert page.faults == []
    assert "img" not in {name for name, _ in page.elements}
    feed = etree.parse(folder / "feeds" / "changes.xml").getroot()
    titles = [each.text for each in feed.iterfind("{*}entry/{*}title")]
    assert titles == ["Registry gone: taken out", "Registry old: Access"]
    assert "Because: The holder said so." in (feed.findtext("{*}entry[2]/{*}summary") or "")
    links = [each.get("href", "") for each in feed.iterfind("{*}entry/{*}link")]
    assert links == ["../changes.html", "../initiatives/old.html"]
    assert len({each.text for each in feed.iterfind("{*}entry/{*}id")}) == 2


def test_a_damaged_change_log_stops_the_site(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    (review.folder / "changes.jsonl").write_text("{}\n")
    with pytest.raises(FaultyFile, match=r"changes\.jsonl:1"):
        build(review)


def test_contact_names_only_ways_that_are_known(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    bare = html(build(review).folder, "contact.html").said()
    assert "Through the repository in which this catalogue is kept" in bare
    (review.folder / "site.toml").write_text('contact = "registry@example.org"\npublisher = "P"\n')
    page = html(build(review).folder, "contact.html")
    assert "By letter: registry@example.org" in page.said()
    assert "mailto:registry@example.org" in page.values("href")
    assert "Published by P." in page.said()
