"""The catalogue from several sides: facets, tumours, the map."""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from site_cases import data, html, initiative, pages_of

from catalogue.entries import vocabulary
from catalogue.entries.initiatives import Claim, Evidence, Initiative, Relation, State
from catalogue.entries.rows import facet_path
from catalogue.pages.facets import COUNTRIES, FACETS
from catalogue.pages.geography import equal_earth, lambert, sheet
from catalogue.pages.map_page import SHADES, figure, legend, shade
from catalogue.pages.sizes_page import sizes_page
from catalogue.pages.timeline_page import bar, span_of
from catalogue.pages.tumour_pages import below, holders
from catalogue.pages.unlisted import read_unlisted
from catalogue.site.site import write as write_site
from search.errors import FaultyFile


def claims(**values: object) -> tuple[Claim, ...]:
    return tuple(Claim(name, value=value, evidence=("e1",)) for name, value in values.items())


SWISS = initiative(
    "swiss",
    kind=("biobank",),
    scope="national",
    claims=claims(
        countries=[{"code": "CH"}],
        tumours=["myxoid-liposarcoma"],
        data_domains={"surgery": "yes", "imaging": "part", "genomic": "no"},
        access="on-request",
        status="active",
    ),
)
EUROPE = initiative(
    "europe",
    scope="multinational",
    claims=claims(
        countries=[{"code": "CH"}, {"code": "FR"}, {"code": "SG"}],
        tumours=["soft-tissue-sarcoma"],
        data_domains={"surgery": "part"},
        access="on-request",
    ),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(data(SWISS, EUROPE), tmp_path_factory.mktemp("views") / "site").folder


def names(page: Path) -> list[str]:
    return re.findall(r'<th scope="row" class="name"><a href="[^"]*">([^<]*)', page.read_text())


@pytest.mark.parametrize(
    ("path", "expected", "lead"),
    [
        ("countries/ch.html", ["Registry swiss", "Registry europe"], "2 initiatives with people or centres here, one of them nowhere else. Here alone"),
        ("countries/sg.html", ["Registry europe"], "One initiative with people or centres here."),
        ("continents/europe.html", ["Registry europe", "Registry swiss"], "2 initiatives with people or centres here, one of them nowhere else."),
        ("continents/asia.html", ["Registry europe"], "One initiative with people or centres here."),
        ("kinds/biobank.html", ["Registry swiss"], "One initiative of this kind. Keeps samples with data on them."),
        ("domains/surgery.html", ["Registry swiss", "Registry europe"], "2 initiatives are said to hold data on this, one of them only in part. Said to be held"),
        ("domains/imaging.html", ["Registry swiss"], "One initiative is said to hold data on this, only in part."),
        ("access/on-request.html", ["Registry europe", "Registry swiss"], "2 initiatives whose data are to be had so. An application is judged."),
        ("status/active.html", ["Registry swiss"], "One initiative with this status."),
        ("scopes/multinational.html", ["Registry europe"], "One initiative of this scope."),
    ],
)  # fmt: skip
def test_a_facet_lists_who_has_it(site: Path, path: str, expected: list[str], lead: str) -> None:
    assert names(site / path) == expected
    assert lead in html(site, path).said()


def test_who_is_there_alone_and_who_holds_all_of_it_stand_first(site: Path) -> None:
    country, data_held = (
        html(site, "countries/ch.html").said(),
        html(site, "domains/surgery.html").said(),
    )
    alone, shared = country.index("Here alone"), country.index("Here and in other countries")
    assert alone < country.index("Registry swiss") < shared < country.index("Registry europe")
    whole, part = (
        data_held.index("Said to be held Size"),
        data_held.index("Said to be held in part"),
    )
    assert whole < data_held.index("Registry swiss") < part < data_held.index("Registry europe")
    assert "Here alone" not in html(site, "countries/sg.html").said()  # one table needs no heading


def test_what_nobody_has_makes_no_page(site: Path) -> None:
    for path in ("domains/genomic.html", "countries/de.html", "access/open.html"):
        assert not (site / path).exists()


def test_the_list_leads_to_every_facet_page(site: Path) -> None:
    pages = {path for path in pages_of(site) if path.count("/") == 1}
    linked = set(html(site, "catalogue.html").values("href"))
    for facet in FACETS:
        groups = facet.groups([SWISS, EUROPE])
        assert groups
        for code in groups:
            assert facet_path(facet.folder, code) in linked & pages


def test_codes_outside_of_the_vocabulary_make_no_group() -> None:
    odd = initiative(
        "odd",
        kind=("../x", "biobank"),
        claims=claims(countries=[{"code": "../../etc"}, {"code": "FR"}], access="<b>"),
    )
    assert {facet.folder: list(facet.groups([odd])) for facet in FACETS} == {
        "kinds": ["biobank"], "continents": ["europe"], "countries": ["FR"], "tumours": [], "domains": [], "access": [],
        "status": [], "scopes": ["national"],
    }  # fmt: skip


def test_a_state_without_value_is_in_no_group() -> None:
    unknown = initiative("u", claims=(Claim("access", State.UNKNOWN), Claim("status", State.NONE)))
    assert all(
        not facet.groups([unknown]) for facet in FACETS if facet.folder in ("access", "status")
    )


# --- tumours ---------------------------------------------------------------------------------------


def test_a_tumour_page_tells_who_names_it_a_kind_of_it_or_a_wider_group(site: Path) -> None:
    page = html(site, "tumours/liposarcoma.html").said()
    assert (
        "No initiative names this tumour; 1 names a kind of it, 1 names a wider group that takes it in."
        in page
    )
    assert names(site / "tumours/liposarcoma.html") == ["Registry swiss", "Registry europe"]
    assert "ORPHA:69078" in page
    assert "Myxoid liposarcoma" in page
    own = html(site, "tumours/myxoid-liposarcoma.html").said()
    assert "One initiative names this tumour; 1 names a wider group that takes it in." in own
    gap = html(site, "tumours/chordoma.html").said()
    assert "No initiative of the catalogue is known to hold data on this: a gap." in gap


def test_every_tumour_of_the_vocabulary_has_a_page(site: Path) -> None:
    for code in vocabulary.TUMOURS:
        assert (site / facet_path("tumours", code)).is_file()
        assert facet_path("tumours", code) in html(site, "tumours.html").values("href")


def test_no_initiative_counts_twice_for_a_tumour() -> None:
    named = {
        "liposarcoma": ["a"],
        "myxoid-liposarcoma": ["a", "b"],
        "soft-tissue-sarcoma": ["b", "c"],
    }
    assert holders("liposarcoma", named) == {"itself": ["a"], "narrower": ["b"], "wider": ["c"]}
    assert set(below("sarcoma")) < set(vocabulary.TUMOURS)


# --- the map ---------------------------------------------------------------------------------------


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_the_projections_keep_areas(longitude: float, latitude: float) -> None:
    """A small square keeps its area wherever it lies: so shades can be compared."""
    step = 1e-4
    for project in (equal_earth, lambert):
        if project is lambert and not (-25 < longitude < 50 and 30 < latitude < 75):
            continue
        if abs(latitude) > 88:
            continue
        x, y = project(longitude, latitude)
        east, north = project(longitude + step, latitude), project(longitude, latitude + step)
        area = abs((east[0] - x) * (north[1] - y) - (north[0] - x) * (east[1] - y))
        true = math.radians(step) ** 2 * math.cos(math.radians(latitude))
        assert math.isclose(area, true, rel_tol=2e-3)


def test_equal_earth_gives_the_values_of_its_paper() -> None:
    x, y = equal_earth(180, 0)
    assert (round(x, 4), abs(round(y, 4))) == (2.7066, 0)
    assert round(equal_earth(0, 90)[1], 4) == -1.3174


def test_small_countries_are_dots_and_others_are_drawn() -> None:
    drawn = figure(COUNTRIES.groups([SWISS, EUROPE]), "world", 960)
    places = {place["label"].split(":")[0]: place for place in drawn["places"]}
    assert {name: place["dot"] for name, place in places.items()} == {
        "Singapore": True, "Switzerland": False, "France": False,
    }  # fmt: skip
    assert places["Switzerland"]["label"] == "Switzerland: 2"
    europe = figure(COUNTRIES.groups([SWISS, EUROPE]), "europe", 620, numbers=True)
    assert "Singapore" not in {place["label"].split(":")[0] for place in europe["places"]}


def test_every_country_of_the_vocabulary_is_on_the_map_or_known_to_be_missing() -> None:
    world = sheet("world", 960)
    missing = {code for code in vocabulary.COUNTRIES if code not in world.paths | world.middles}
    # Antarctica, and parts of other countries that the shapes do not tell apart
    assert missing <= {"AQ", "BV", "BQ", "CC", "CX", "GF", "GP", "MQ", "RE", "SJ", "TK", "UM", "YT", "GI"}  # fmt: skip


def test_shades_cover_every_count() -> None:
    assert [shade(count) for count in (1, 2, 3, 4, 7, 8, 500)] == [1, 2, 2, 3, 3, 4, 4]
    assert [each["words"] for each in legend()] == ["1", "2 to 3", "4 to 7", "8 and more"]
    assert len(legend()) == len(SHADES)


def test_the_map_is_also_a_table(site: Path) -> None:
    page = html(site, "map.html")
    assert "Switzerland 2 1 1" in page.said()
    assert "Singapore 1 0 1" in page.said()
    assert "Germany" in page.said()  # among those with none
    links = [a for a in page.all("a") if a.get("aria-label") == "Switzerland: 2"]
    assert [a["href"] for a in links] == ["countries/ch.html"] * 2


# --- years, sizes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words", "drawn"),
    [
        ({"started": 2004, "status": "active"}, "since 2004", (24, 23, True, False, False)),
        ({"started": "2004-05", "ended": "2009-12-31"}, "2004–2009", (24, 6, False, False, False)),
        ({"started": 2004}, "since 2004, end not known", (24, 1, False, False, True)),
        ({"started": 2004, "data_to": 2011}, "2004 to 2011 at least", (24, 8, False, False, True)),
        ({"data_from": 1999, "status": "recruiting"}, "since 1999", (19, 28, True, False, False)),
        ({"ended": 2009}, "until 2009, start not known", (29, 1, False, True, False)),
    ],
)  # fmt: skip
def test_years_are_told_and_drawn_as_far_as_known(
    values: dict[str, object], words: str, drawn: tuple[object, ...]
) -> None:
    span = span_of(initiative("one", claims=claims(**values)))
    assert span.words == words
    shown = bar(span, 1980, 2026)
    assert tuple(shown[name] for name in ("x", "width", "open", "fades_in", "fades_out")) == drawn


def test_nothing_known_of_the_years_is_said_and_not_drawn(tmp_path: Path) -> None:
    started = Claim("started", State.UNKNOWN)
    folder = write_site(data(initiative("one", claims=(started,))), tmp_path / "site").folder
    page = html(folder, "timeline.html").said()
    assert "For 1 of 1 no year is known." in page
    assert "Years not known Registry one" in page


def test_sizes_stand_apart_by_unit_on_a_logarithmic_scale() -> None:
    def sized(id: str, n: int, unit: str) -> Initiative:
        return initiative(id, claims=claims(cases={"n": n, "unit": unit}))

    page = sizes_page([sized("a", 100, "patients"), sized("b", 20_000, "patients"),
                       sized("c", 5, "samples"), initiative("d")])  # fmt: skip
    groups = page.context["groups"]
    assert [(g["label"], [(r["name"], r["x"]) for r in g["rows"]]) for g in groups] == [
        ("patients", [("Registry b", 4.301), ("Registry a", 2.0)]),
        ("samples", [("Registry c", 0.699)]),
    ]
    assert page.context["powers"] == ["1", "10", "100", "1,000", "10,000"]
    assert page.context["without"] == 1


# --- what they hold, how ready, who with whom, what is missing --------------------------------------


def cells(site: Path, page: str, name: str) -> list[str]:
    row = re.search(
        rf"<tr[^>]*><th scope=\"row\"[^>]*>(?:<a[^>]*>)?{name}.*?</tr>", (site / page).read_text()
    )
    assert row, name
    return [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row.group())]


def test_the_matrix_tells_yes_part_no_and_nothing_apart(site: Path) -> None:
    row = dict(zip(vocabulary.DOMAINS, cells(site, "domains.html", "Registry swiss"), strict=False))
    assert (row["surgery"], row["imaging"], row["genomic"], row["outcome"]) == (
        "yes",
        "part",
        "no",
        "·",
    )
    assert cells(site, "domains.html", "Registry swiss")[-1] == "2"
    totals = cells(site, "domains.html", "In part")
    assert totals[list(vocabulary.DOMAINS).index("surgery")] == "1"


def test_readiness_says_values_states_and_what_nobody_looked_for(tmp_path: Path) -> None:
    one = initiative("one", claims=(
        *claims(coding=["icd-o-3"], models=["omop"], access="open",
                dictionary={"url": "https://example.org/d", "public": True}),
        Claim("linkage", State.NONE, evidence=("e1",)), Claim("update", State.UNKNOWN),
        Claim("contact", State.NOT_SOUGHT), Claim("started", State.UNKNOWN),
    ))  # fmt: skip
    folder = write_site(data(one, initiative("two", claims=())), tmp_path / "site").folder
    assert cells(folder, "readiness.html", "Registry one") == [
        "·", "Not found", "·",
            "ICD-O-3", "OMOP common data model", "Described", "None", "·", "·", "Not found",
        "Open to all", "·", "·",
    ]  # fmt: skip
    page = html(folder, "readiness.html").said()
    assert "Nothing of this is known yet of 1 of 2: Registry two." in page
    assert "OMOP common data model 1 Registry one" in page


def test_relations_are_told_with_their_sources(tmp_path: Path) -> None:
    one = initiative("one", relations=(
        Relation("part_of", "two", "Since 2010.", ("e1",)), Relation("feeds", "gone", None, ("e1",)),
    ))  # fmt: skip
    folder = write_site(data(one, initiative("two")), tmp_path / "site").folder
    page = html(folder, "networks.html")
    assert "Registry two 1 Registry one" in page.said()
    assert "Registry one → Registry two Since 2010. PMID 1, 24 Nov 2026" in page.said()
    assert "initiatives/gone.html#relations" not in page.values("href")
    assert "2 relations tie 3 initiatives together" in page.said()


def test_gaps_name_what_nobody_holds_and_what_nobody_knows(tmp_path: Path) -> None:
    old = Evidence("e1", "pmid:1", datetime.date(2025, 1, 1))
    disputed = [
        Claim("centres", State.DISPUTED, {"n": n, "unit": "centres"}, evidence=("e1",))
        for n in (3, 5)
    ]
    one = initiative("one", evidence={"e1": old}, claims=(
        *claims(tumours=["chordoma"], data_domains={"surgery": "yes"}, countries=[{"code": "FR"}]),
        *disputed, Claim("access", State.UNKNOWN),
    ))  # fmt: skip
    folder = write_site(data(one), tmp_path / "site").folder
    page = html(folder, "gaps.html").said()
    row = dict(
        zip(["total", *vocabulary.DOMAINS], cells(folder, "gaps.html", "Chordoma"), strict=True)
    )
    assert (row["total"], row["surgery"], row["imaging"]) == ("1", "1", "none")
    assert cells(folder, "gaps.html", "Access")[:3] == ["0", "1", "0"]
    assert cells(folder, "gaps.html", "Tumours")[:3] == ["1", "0", "0"]
    assert "Registry one: Centres 3 centres 5 centres" in page
    assert "5 of 5 facts were last checked more than a year before this edition." in page
    assert "Liposarcoma" in page
    assert "For 1 of 1 sources the place in the source was not recorded." in page
    assert "Known by name" not in page
    assert "checked longest ago" not in page  # all were checked on one day


def test_the_facts_checked_longest_ago_come_first(tmp_path: Path) -> None:
    young = Evidence("e1", "pmid:1", datetime.date(2026, 11, 1))
    older = replace(young, checked=datetime.date(2026, 10, 1))
    entries = [
        initiative(id, evidence={"e1": evidence}, claims=claims(tumours=["chordoma"]))
        for id, evidence in (("one", young), ("two", older))
    ]
    page = html(write_site(data(*entries), tmp_path / "site").folder, "gaps.html").said()
    assert page.index("Registry two Tumours 1 Oct") < page.index("Registry one Tumours 1 Nov")
    assert "No fact was last checked more than a year" in page


def test_gaps_name_what_is_heard_of_and_has_no_entry(tmp_path: Path) -> None:
    (tmp_path / "unlisted.toml").write_text(
        '[[initiatives]]\nname = "A & B <i>registry</i>"\nwhy = "named in one talk."\n'
        'looked = 2026-11-24\n[[initiatives]]\nname = "Other"\nwhy = "heard of"\n'
    )
    shown = replace(data(initiative("one")), unlisted=read_unlisted(tmp_path))
    page = html(write_site(shown, tmp_path / "site").folder, "gaps.html").said()
    assert "A & B <i>registry</i> Named in one talk. Last looked for on 24 Nov 2026." in page
    assert "Other Heard of." in page


def test_faults_in_what_is_heard_of_are_named_with_their_line(tmp_path: Path) -> None:
    assert read_unlisted(tmp_path) == []
    (tmp_path / "unlisted.toml").write_text(
        '[[initiatives]]\nnane = "Other"\nwhy = "heard of"\nlooked = "2026"\n'
    )
    with pytest.raises(FaultyFile) as caught:
        read_unlisted(tmp_path)
    said = str(caught.value)
    assert "unlisted.toml:2: 'nane' is not a known key here. Did you mean 'name'?" in said
    assert "unlisted.toml:4: 'looked'" in said
    assert "unlisted.toml:1: initiatives 1 has no 'name'." in said


def test_an_answer_of_readiness_leads_to_a_fact_that_is_there(tmp_path: Path) -> None:
    paid = Claim("funding", value=[{"name": "A charity"}], evidence=("e1",))
    open_ = Claim("started", State.NOT_SOUGHT)
    folder = write_site(data(initiative("one", claims=(open_, paid))), tmp_path / "site").folder
    page = (folder / "readiness.html").read_text("utf-8")
    assert "one.html#fact-funding" in page
    assert "one.html#fact-started" not in page


def test_a_tumours_page_names_what_else_it_is_called_and_no_other_spelling() -> None:
    from catalogue.entries.vocabulary import TUMOURS
    from catalogue.pages.tumour_pages import _further_names

    named = {code: list(_further_names(term)) for code, term in TUMOURS.items()}
    assert named["ewing"] == []
    assert named["desmoid"] == ["desmoid fibromatosis", "aggressive fibromatosis"]
    assert "EHE" in named["epithelioid-haemangioendothelioma"]
