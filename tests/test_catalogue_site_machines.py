"""What the site says to programs: JSON-LD, feeds, sitemap, search, old ids; and its settings."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from catalogue_example import ID
from catalogue_example import initiative as example
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from site_cases import DAY, HOSTILE, data, hostile, html, initiative, pages_of, small_review

import cli
from catalogue.entries.claim_lines import EntryView
from catalogue.entries.initiatives import Claim, Evidence, State
from catalogue.pages.entry_figures import course, small_map, strip
from catalogue.pages.json_ld import entry_document
from catalogue.pages.site_data import SiteData
from catalogue.pages.site_settings import Settings, checked_address, read_settings
from catalogue.site.downloads import citation
from catalogue.site.site import build
from catalogue.site.site import write as write_site
from catalogue.site.site_check import check_site
from search.errors import BadInput, FaultyFile

ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = "https://example.org/sarcat/"


def settled(made: SiteData, **values: str) -> SiteData:
    return replace(made, settings=Settings(**values))


def thing(document: dict[str, Any]) -> dict[str, Any]:
    return next(each for each in document["@graph"] if each["@id"].endswith("#initiative"))


# --- JSON-LD ---------------------------------------------------------------------------------------


def test_an_entry_says_to_programs_what_it_says_to_people() -> None:
    said = thing(entry_document(example(), ADDRESS))
    assert said["@id"] == f"{ADDRESS}initiatives/{ID}.html#initiative"
    assert said["@type"] == "Dataset"
    assert said["name"] == "Example Sarcoma Registry"
    assert said["url"] == "https://registry.example.org/"
    assert said["temporalCoverage"] == "2004/.."
    assert said["spatialCoverage"] == {"@type": "Country", "name": "France"}
    assert said["size"].startswith("at least 12,000 patients")
    assert {"@type": "MedicalCode", "codingSystem": "ORPHAcode", "codeValue": "3394"} in [
        each["code"] for each in said["about"] if each["name"] == "Soft tissue sarcoma"
    ]
    record = entry_document(example(), ADDRESS)["@graph"][0]
    assert record["license"].startswith("https://creativecommons.org/")
    assert "license" not in said  # the licence is of our words, not of the patients' data
    assert record["dateModified"] == "2026-11-22"


def test_what_is_not_known_is_left_out() -> None:
    bare = initiative("one", claims=(Claim("access", State.UNKNOWN), Claim("website", State.NONE)))
    said = thing(entry_document(bare, ""))
    assert said["@id"] == "#initiative"
    assert (
        not {"url", "conditionsOfAccess", "isAccessibleForFree", "size", "temporalCoverage"}
        & said.keys()
    )
    assert "unknown" not in str(said).lower()


def test_a_network_that_holds_nothing_is_no_dataset() -> None:
    network = initiative("net", kind=("reference-network",))
    assert thing(entry_document(network, ""))["@type"] == "ResearchProject"
    holds = initiative("net", kind=("reference-network",), claims=(
        Claim("data_domains", value={"surgery": "yes"}, evidence=("e1",)),))  # fmt: skip
    assert thing(entry_document(holds, ""))["@type"] == "Dataset"


def test_every_page_says_something_to_programs(tmp_path: Path) -> None:
    folder = write_site(data(initiative("one")), tmp_path / "site").folder
    for name, page in pages_of(folder).items():
        (said,) = page.data()
        assert said["@context"] == "https://schema.org", name
    (catalogue,) = html(folder, "index.html").data()
    assert (catalogue["@type"], catalogue["@id"]) == ("DataCatalog", "#catalogue")
    for part in catalogue["distribution"]:
        assert (folder / part["contentUrl"]).is_file()


def test_hostile_text_does_not_leave_its_json(tmp_path: Path) -> None:
    folder = write_site(data(hostile()), tmp_path / "site").folder
    page = html(folder, "initiatives/hostile.html")
    (said,) = page.data()
    assert thing(said)["name"] == HOSTILE
    assert page.text.count("</script>") == len(page.all("script"))


# --- feeds -----------------------------------------------------------------------------------------


def feed(site: Path, path: str) -> etree._Element:
    return etree.fromstring((site / path).read_bytes())


def texts(element: etree._Element, path: str) -> list[str]:
    return [each.text or "" for each in element.findall(path.replace("a:", ATOM))]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    swiss = Claim("countries", value=[{"code": "CH"}], evidence=("e1",))
    tumour = Claim("tumours", value=["liposarcoma"], evidence=("e1",))
    made = data(
        initiative("old", last_checked=datetime.date(2025, 3, 1)),
        initiative("new", first_published=datetime.date(2026, 1, 2)),
        initiative("swiss", claims=(swiss, tumour), former_ids=("helvetic",)),
    )
    settings = {"address": ADDRESS, "contact": "registry@example.org", "publisher": "The publisher"}
    return write_site(
        settled(made, **settings), tmp_path_factory.mktemp("machines") / "site"
    ).folder


def test_the_feed_of_all_tells_the_newest_first(site: Path) -> None:
    all_ = feed(site, "feeds/all.xml")
    assert texts(all_, "a:entry/a:title") == ["Registry new", "Registry swiss", "Registry old"]
    assert texts(all_, "a:updated") == ["2026-11-24T00:00:00Z"]
    assert texts(all_, "a:author/a:name") == ["The publisher"]
    assert texts(all_, "a:entry/a:published") == ["2026-01-02T00:00:00Z"]
    links = [each.get("href") for each in all_.iter(f"{ATOM}link")]
    assert links[:3] == [f"{ADDRESS}feeds/all.xml", f"{ADDRESS}catalogue.html",
                         f"{ADDRESS}initiatives/new.html"]  # fmt: skip


def test_each_country_and_each_tumour_with_its_wider_terms_has_a_feed(site: Path) -> None:
    assert texts(feed(site, "feeds/countries/ch.xml"), "a:entry/a:title") == ["Registry swiss"]
    for code in ("liposarcoma", "soft-tissue-sarcoma", "sarcoma"):
        assert texts(feed(site, f"feeds/tumours/{code}.xml"), "a:entry/a:title") == [
            "Registry swiss"
        ]
    assert not (site / "feeds/tumours/chordoma.xml").exists()


def test_ids_of_a_feed_are_unique_and_last_when_the_site_moves(site: Path, tmp_path: Path) -> None:
    ids = [
        id
        for path in sorted((site / "feeds").rglob("*.xml"))
        for id in texts(feed(site, str(path.relative_to(site))), "a:id")
    ]
    assert len(ids) == len(set(ids)) > 3
    elsewhere = write_site(data(initiative("new")), tmp_path / "site").folder
    moved = feed(elsewhere, "feeds/all.xml")
    assert set(texts(moved, "a:entry/a:id")) <= set(
        texts(feed(site, "feeds/all.xml"), "a:entry/a:id")
    )
    link = next(each.get("href") for each in moved.iter(f"{ATOM}link"))
    assert (
        (elsewhere / "feeds" / str(link)).resolve().is_file()
    )  # relative where there is no address


def test_a_renamed_entry_is_no_new_one_to_a_feed(site: Path, tmp_path: Path) -> None:
    before = write_site(data(initiative("helvetic", name="Registry swiss")), tmp_path / "b").folder
    (id,) = texts(feed(before, "feeds/all.xml"), "a:entry/a:id")
    assert id in texts(feed(site, "feeds/all.xml"), "a:entry/a:id")


def test_pages_name_their_feed_and_it_is_there(site: Path) -> None:
    for name, page in pages_of(site).items():
        for link in page.all("link"):
            if link.get("type") == "application/atom+xml" and name != "404.html":
                path = (site / name).parent / str(link["href"])
                assert path.resolve().is_file(), f"{name}: {link}"
    swiss = [each.get("href") for each in html(site, "countries/ch.html").all("link")]
    assert "../feeds/countries/ch.xml" in swiss


def test_hostile_text_stays_text_in_a_feed(tmp_path: Path) -> None:
    folder = write_site(data(hostile()), tmp_path / "site").folder
    title = texts(feed(folder, "feeds/all.xml"), "a:entry/a:title")[0]
    assert "<script>alert(1)</script>" in title
    assert "\u202e" not in title


# --- sitemap, search, old ids ----------------------------------------------------------------------


def test_the_sitemap_names_every_page_once(site: Path) -> None:
    found = etree.fromstring((site / "sitemap.xml").read_bytes())
    named = [str(each.text) for each in found.iter("{*}loc")]
    pages = {f"{ADDRESS}{'' if name == 'index.html' else name}" for name in pages_of(site)}
    # not what is no page, nor what only leads on to one
    assert set(named) == pages - {f"{ADDRESS}404.html", f"{ADDRESS}initiatives/helvetic.html"}
    assert len(named) == len(set(named))
    days = {str(each.findtext("{*}loc")): each.findtext("{*}lastmod") for each in found}
    assert days[f"{ADDRESS}initiatives/old.html"] == "2025-03-01"


def test_absolute_addresses_stand_only_where_one_is_known(site: Path, tmp_path: Path) -> None:
    canonical = [
        each["href"]
        for each in html(site, "map.html").all("link")
        if each.get("rel") == "canonical"
    ]
    assert canonical == [f"{ADDRESS}map.html"]
    assert "{searchTerms}" in (site / "opensearch.xml").read_text()
    bare = write_site(data(initiative("one")), tmp_path / "site").folder
    for name in ("sitemap.xml", "robots.txt", "opensearch.xml"):
        assert not (bare / name).exists()
    assert "example.org" not in html(bare, "map.html").text


def test_the_page_for_what_is_not_there_works_at_any_address(site: Path) -> None:
    # a host shows it for `.../initiatives/nothing.html` too, where a relative link would lead astray
    root = urlsplit(ADDRESS).path
    links = html(site, "404.html").values("href")
    own = [each for each in links if not each.startswith(("#", "http"))]
    assert f"{root}static/site.css" in own
    assert f"{root}catalogue.html" in own
    assert all(each.startswith(root) for each in own)
    assert not [fault for fault in check_site(site).faults if fault.file == "404.html"]


def test_an_old_id_leads_to_the_new_page(site: Path) -> None:
    page = html(site, "initiatives/helvetic.html")
    refresh = [each["content"] for each in page.all("meta") if each.get("http-equiv") == "refresh"]
    assert refresh == ["0; url=swiss.html"]
    canonical = [each["href"] for each in page.all("link") if each.get("rel") == "canonical"]
    assert canonical == [f"{ADDRESS}initiatives/swiss.html"]
    assert "swiss.html" in page.values("href")


# --- corrections and settings ----------------------------------------------------------------------


def test_every_fact_can_be_corrected_without_an_account(site: Path) -> None:
    page = html(site, "initiatives/swiss.html")
    letters = [link for link in page.values("href") if link.startswith("mailto:")]
    assert len(letters) == len([each for each in page.values("id") if each.startswith("fact-")]) + 1
    parts = urlsplit(letters[-2] if "Tumours" in letters[-2] else letters[1])
    assert parts.path == "registry@example.org"
    asked = parse_qs(parts.query)
    assert asked["subject"][0].startswith("swiss: ")
    assert "Entry: Registry swiss (swiss, version 1)\r\n" in asked["body"][0]
    assert "Field: Tumours\r\nIt says: Liposarcoma\r\nIt should say:" in asked["body"][0]
    assert "Cite this fact: “Tumours”, entry “swiss”, version 1, checked 24 Nov 2026" in page.said()
    assert f"{ADDRESS}initiatives/swiss.html#fact-tumours" in page.said()


def test_a_build_says_that_readers_cannot_reach_anybody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    review = small_review(tmp_path / "review").folder
    for settings, said in (("", True), ('contact = "a@example.org"\n', False)):
        (review / "site.toml").write_text(settings)
        assert cli.run(["site", "build", "--review", str(review)]) == 0
        assert ("Readers cannot reach you" in capsys.readouterr().err) is said


@given(st.text(), st.text())
def test_no_word_becomes_a_part_of_an_address(subject: str, body: str) -> None:
    subject, body = (text.encode("utf-8", "replace").decode() for text in (subject, body))
    for settings in (Settings(contact="a@example.org"), Settings(issues="https://example.org/new")):
        address = settings.write_to_us(subject, body)
        assert address
        found = parse_qs(urlsplit(address).query, keep_blank_values=True, strict_parsing=True)
        assert sorted(found) == sorted(["body", "subject" if settings.contact else "title"])
        lines = re.sub(r"\r?\n", "\r\n", body) if settings.contact else body
        assert found["body"] == [lines]


def test_settings_are_read_and_faults_named_with_their_line(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()
    (tmp_path / "site.toml").write_text(
        'address = "https://example.org/x"\ncontact = "https://example.org/form"\n'
    )
    assert read_settings(tmp_path).address == "https://example.org/x/"
    assert read_settings(tmp_path).write_to_us("a", "b") == "https://example.org/form"
    (tmp_path / "site.toml").write_text(
        'address = "javascript:alert(1)"\ncontact = "me"\nadress = "x"\nissues = "https://e.org/?a=b"\n'
    )
    with pytest.raises(FaultyFile) as caught:
        read_settings(tmp_path)
    said = str(caught.value)
    for line, word in ((1, "'address'"), (2, "'contact'"), (3, "'adress'"), (4, "'issues'")):
        assert f"site.toml:{line}: {word}" in said


def test_an_address_of_the_command_line_is_checked() -> None:
    assert checked_address("https://example.org/a") == "https://example.org/a/"
    with pytest.raises(BadInput, match="address of the site"):
        checked_address("ftp://example.org")


def test_the_settings_of_a_review_reach_its_pages(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    (review.folder / "site.toml").write_text('address = "https://example.org/s/"\n')
    folder = build(review).folder
    assert "https://example.org/s/map.html" in html(folder, "map.html").values("href")


# --- the figures of an entry -----------------------------------------------------------------------


def test_domains_stand_as_a_strip_in_the_order_of_the_vocabulary() -> None:
    drawn = strip(example())
    assert drawn
    assert drawn["all"] == len(drawn["states"]) == 14
    assert drawn["held"] == sum(state in ("yes", "part") for state in drawn["states"])
    assert strip(initiative("one")) is None


@pytest.mark.parametrize(
    ("codes", "words", "dots"),
    [(["FR", "CH"], "Europe", 0), (["FR", "US"], "the world", 0), (["SG"], "the world", 1), (["??"], None, 0)],
)  # fmt: skip
def test_countries_are_shown_where_they_are_best_seen(
    codes: list[str], words: str | None, dots: int
) -> None:
    places = Claim("countries", value=[{"code": code} for code in codes], evidence=("e1",))
    drawn = small_map(initiative("one", claims=(places,)))
    assert (drawn["words"] if drawn else None) == words
    assert len(drawn["dots"]) == dots if drawn else True


def test_counts_of_one_unit_make_a_course_with_their_sources() -> None:
    def count(n: int, as_of: str, **more: object) -> Claim:
        return Claim(
            "cases", value={"n": n, "unit": "patients", **more}, as_of=as_of, evidence=("e1",)
        )

    claims = (count(300, "2020-05"), count(100, "2010"), count(9, "2015", part=True),
              count(5000, "2030", qualifier="planned"), count(80, "2012", per="year"),
              Claim("cases", value={"n": 7, "unit": "samples"}, as_of="2011", evidence=("e1",)))  # fmt: skip
    drawn = course(EntryView(initiative("one", claims=claims)))
    assert drawn
    assert [(p["x"], p["y"], p["words"], p["marks"]) for p in drawn["points"]] == [
        (0, 80, "2010: 100 patients", (1,)), (320, 0, "2020: 300 patients", (1,)),
    ]  # fmt: skip
    assert course(EntryView(initiative("one", claims=claims[:1]))) is None


def test_a_fact_that_was_not_checked_for_a_year_says_so(tmp_path: Path) -> None:
    evidence = {"e1": Evidence("e1", "pmid:1", datetime.date(2025, 10, 3))}
    folder = write_site(data(initiative("one", evidence=evidence)), tmp_path / "site").folder
    assert "France Source 1 checked 3 Oct 2025" in html(folder, "initiatives/one.html").said()


# --- the whole site as one file --------------------------------------------------------------------


def test_the_zip_holds_the_whole_site_and_is_the_same_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    review = small_review(tmp_path / "review")
    command = ["site", "build", "--review", str(review.folder), "--json"]
    told = []
    for name, place in (("one.zip", review.folder / "site"), ("two.zip", tmp_path / "public")):
        into = ["--output", str(place), "--zip", str(tmp_path / name)]
        assert cli.run([*command, *into]) == 0
        found = json.loads(capsys.readouterr().out)
        assert not found["reachable"]
        told.append(found["zip"])
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert told[0]["sha256"] == told[1]["sha256"]
    assert told[0]["bytes"] == (tmp_path / "one.zip").stat().st_size
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        names = {name.removeprefix("sarcat-site/") for name in packed.namelist()}
        assert {each.date_time[:3] for each in packed.infolist()} == {(2026, 11, 22)}
        built = review.folder / "site"
        assert names == {p.relative_to(built).as_posix() for p in built.rglob("*") if p.is_file()}
        assert packed.read("sarcat-site/index.html") == (built / "index.html").read_bytes()
    assert cli.run([*command, "--zip", str(built / "x.zip")]) == 2
    assert not (built / "x.zip").exists()


def test_the_catalogue_says_how_it_is_cited(tmp_path: Path) -> None:
    publisher = 'P: [x]\n"authors": # {'
    made = settled(data(initiative()), publisher=publisher, address="https://example.org/s/")
    lines = citation(made).splitlines()
    assert lines[-2:] == ["authors:", f"  - name: {json.dumps(publisher)}"]
    # YAML reads a JSON string as it is
    document = {
        key: json.loads(text) for key, _, text in (each.partition(": ") for each in lines[:-2])
    }
    assert document["type"] == "dataset"
    assert document["date-released"] == DAY.isoformat()
    assert document["url"] == "https://example.org/s/"
    assert "CITATION.cff" in html(write_site(made, tmp_path / "site").folder, "data.html").said()


def test_earlier_editions_stay_within_reach(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    kept = review.folder / "editions"
    kept.mkdir()
    (kept / "2025-01-02.json").write_text("{}")
    (kept / "2026-03-04.json").write_text("[]")
    for other in ("2026-13-01.json", "notes.json", "2026-03-04.csv"):
        (kept / other).write_text("no edition")
    (kept / "2024-01-01.json").symlink_to(review.folder / "protocol.toml")
    site = build(review).folder
    page = html(site, "data.html")
    assert "4 Mar 2026" in page.said()
    assert page.said().index("4 Mar 2026") < page.said().index("2 Jan 2025")
    folder = site / "data" / "editions"
    assert sorted(path.name for path in folder.iterdir()) == ["2025-01-02.json", "2026-03-04.json"]
    assert (folder / "2025-01-02.json").read_text() == "{}"
    sums = (site / "data" / "SHA256SUMS").read_text()
    assert f"{hashlib.sha256(b'[]').hexdigest()}  editions/2026-03-04.json" in sums
    assert check_site(site).faults == []


def test_a_base_given_by_hand_goes_before_the_settings(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review")
    (review.folder / "site.toml").write_text('address = "https://example.org/s/"\n')
    build = ["site", "build", "--review", str(review.folder), "--base"]
    assert cli.run([*build, "https://other.example.org"]) == 0
    assert "https://other.example.org/map.html" in html(review.folder / "site", "map.html").values(
        "href"
    )
    assert cli.run([*build, "nowhere"]) == 2
