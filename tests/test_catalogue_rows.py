"""What is said of an entry in lists: completeness, rows, the first page, facets."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from page_cases import site_of
from site_cases import DAY, data, html, initiative

from catalogue.entries.completeness import completeness
from catalogue.entries.initiatives import Claim, Evidence, Initiative, State
from catalogue.entries.rows import kinds_of, newest_count, row_of

# --- completeness ---------------------------------------------------------------------------------


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


# --- rows, home, facets ---------------------------------------------------------------------------


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
        (counts({"n": 9, "part": True}), "", "only parts counted"),
        (counts({"n": 9, "qualifier": "planned"}), "", "only parts counted"),
        (counts({"n": 1200, "n_max": 1300, "qualifier": "about"}), "about 1,200 to 1,300 patients",
         ""),
        (initiative(claims=()), "", "Not yet checked"),
        (initiative(claims=(Claim("cases", State.UNKNOWN),)), "",
         "Not found"),
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
