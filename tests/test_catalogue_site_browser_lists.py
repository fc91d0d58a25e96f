"""Lists in a real browser: filtered, sorted, searched and entered by letter."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from browser import Browser
from site_browser import SHIFT
from site_cases import initiative

from catalogue.entries.initiatives import Claim, Initiative
from catalogue.site.site import write as write_site

pytestmark = pytest.mark.usefixtures("fresh")


def test_the_filter_shows_only_with_scripts_and_moves_nothing(browser: Browser, site: Path) -> None:
    place = 'return document.querySelector("table").getBoundingClientRect().top'
    shown = 'return getComputedStyle(document.getElementById("filter")).display'
    browser.open(site / "catalogue.html")
    assert browser.run(shown) == "flex"
    assert browser.run(SHIFT) == 0
    with_filter = browser.run(place)
    browser.emulate(scripts=False)
    browser.open(site / "catalogue.html")
    assert browser.run(shown) == "none"
    assert browser.run(place) < with_filter


FILTER = """
var words = document.getElementById("filter-words");
words.value = arguments[0];
words.dispatchEvent(new Event("input"));
return [[...document.querySelectorAll("tbody tr")].filter(row => row.getClientRects().length)
  .map(row => row.querySelector("a").textContent), document.getElementById("filter-count").value];
"""


def test_the_filter_finds_by_any_word_without_accents(browser: Browser, tmp_path: Path) -> None:
    swiss = Claim("countries", value=[{"code": "CH"}], evidence=("e1",))
    tumour = Claim("tumours", value=["liposarcoma"], evidence=("e1",))
    made = [
        initiative("one", aliases=("Registre de l'ostéosarcome",)),
        initiative("two", claims=(swiss, tumour), kind=("biobank",)),
    ]
    from site_cases import data

    folder = write_site(data(*made), tmp_path / "site").folder
    browser.open(folder / "catalogue.html")
    for words, names, count in (
        ("OSTEO", ["Registry one"], "1 of 2"),
        ("ostéo", ["Registry one"], "1 of 2"),
        ("swit bio", ["Registry two"], "1 of 2"),
        ("soft", ["Registry two"], "1 of 2"),  # the wider term of liposarcoma
        ("switzerland france", [], "0 of 2"),
        ("arcoma", [], "0 of 2"),  # words are found from their beginning
        ("  -- ", ["Registry one", "Registry two"], "2 in all"),
        ("", ["Registry one", "Registry two"], "2 in all"),
    ):
        assert browser.run(FILTER, words) == [names, count], words


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("who has outcome data on desmoid tumours in Europe", ["Registry one"]),
        ("aggressive fibromatosis", ["Registry one"]),
        ("recurrence", ["Registry one", "Registry two"]),
        ("which registries use OMOP", ["Registry two"]),
        ("biobanks", ["Registry two"]),
        ("MRI scans", ["Registry two"]),
        ("hemangioendothelioma", ["Registry two"]),
        ("tumors", ["Registry one"]),
        ("whole genome", []),  # said not to be held
    ],
)
def test_the_list_answers_a_question_in_a_readers_words(
    browser: Browser, asked_site: Path, asked: str, found: list[str]
) -> None:
    browser.open(asked_site / "catalogue.html")
    assert browser.run(FILTER, asked)[0] == found


@pytest.fixture(scope="module")
def asked_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two: what is asked for stands in their facts, not in their names."""
    from site_cases import data

    def said(**values: object) -> tuple[Claim, ...]:
        return tuple(Claim(name, value=each, evidence=("e1",)) for name, each in values.items())

    one = initiative("one", claims=said(
        countries=[{"code": "DE"}], tumours=["desmoid"], data_domains={"outcome": "yes"},
    ))  # fmt: skip
    two = initiative("two", kind=("biobank",), claims=said(
        countries=[{"code": "JP"}], tumours=["epithelioid-haemangioendothelioma"], models=["omop"],
        data_domains={"outcome": "part", "imaging": "yes", "genomic": "no"},
    ))  # fmt: skip
    return write_site(data(one, two), tmp_path_factory.mktemp("asked") / "site").folder


def test_the_filter_of_a_tumours_page_goes_through_each_of_its_tables(
    browser: Browser, tmp_path: Path
) -> None:
    from site_cases import data

    def tied(id: str, country: str, tumour: str) -> Initiative:
        said = (("countries", [{"code": country}]), ("tumours", [tumour]))
        return initiative(id, claims=tuple(Claim(f, value=v, evidence=("e1",)) for f, v in said))

    own = [tied(f"own-{n}", "DE", "liposarcoma") for n in range(5)]
    wider = [tied(f"wider-{n}", "JP", "soft-tissue-sarcoma") for n in range(5)]
    folder = write_site(data(*own, *wider), tmp_path / "site").folder
    browser.open(folder / "tumours/liposarcoma.html")
    names, count = browser.run(FILTER, "europe")
    assert (sorted(names), count) == ([each.name for each in own], "5 of 10")
    open_ = "return [...document.querySelectorAll('section')].map(each => each.hidden)"
    assert browser.run(open_) == [False, True]
    assert browser.run(FILTER, "japan 3") == [["Registry wider-3"], "1 of 10"]
    assert browser.run(FILTER, "")[1] == "10 in all"
    assert browser.run(open_) == [False, False]


def test_where_few_are_left_the_list_leads_to_the_tumours_own_page(
    browser: Browser, tmp_path: Path
) -> None:
    from site_cases import data

    tumour = Claim("tumours", value=["liposarcoma"], evidence=("e1",))
    made = [initiative("two", claims=(tumour,)), *(initiative(f"n{n}") for n in range(8))]
    folder = write_site(data(*made), tmp_path / "site").folder
    hint = (
        "const box = document.getElementById('filter-hint');"
        "return [box.hidden, ...[...box.querySelectorAll('a')].map(each => each.textContent)]"
    )
    browser.open(folder / "catalogue.html")
    assert browser.run(hint) == [True, "all tumours"]
    browser.run(FILTER, "liposarc japan")
    assert browser.run(hint) == [False, "Liposarcoma", "all tumours"]
    browser.run("document.querySelector('#filter-hint a').click()")
    for _ in range(50):
        place = browser.run("return location.pathname + location.search")
        if "tumours" in place:
            break
        time.sleep(0.1)
    assert place.endswith("/tumours/liposarcoma.html?q=japan")  # with what is left of the words
    browser.open(folder / "catalogue.html")
    browser.run(FILTER, "registry")  # nine are left: nothing to look for elsewhere
    assert browser.run(hint)[0] is True
    browser.run(FILTER, "registry two")  # what was looked for is found, and is no tumour
    assert browser.run(hint)[0] is True
    browser.run(FILTER, "chordom")  # no entry names it: its own page knows the wider groups
    assert browser.run(hint)[0] is False


SORT = """
var head = [...document.querySelectorAll("thead th")].find(each => each.textContent === arguments[0]);
head.querySelector("button").click();
return [head.ariaSort, [...document.querySelectorAll("tbody tr")].map(row => row.querySelector("a").textContent)];
"""


def test_a_list_is_sorted_by_the_column_that_is_chosen(browser: Browser, tmp_path: Path) -> None:
    def count(n: int) -> Claim:
        return Claim("cases", value={"n": n, "unit": "patients"}, evidence=("e1",))

    made = [
        initiative("a", claims=(count(900),)),
        initiative("b", claims=(count(12_000),)),
        initiative("c", claims=()),
    ]
    from site_cases import data

    folder = write_site(data(*made), tmp_path / "site").folder
    browser.open(folder / "catalogue.html")
    by_size = ["Registry b", "Registry a", "Registry c"]
    assert browser.run(SORT, "Size") == ["descending", by_size]
    assert browser.run(SORT, "Size") == ["ascending", by_size[::-1]]
    assert browser.run(SORT, "Name") == ["ascending", ["Registry a", "Registry b", "Registry c"]]
    sorted_by = 'return document.querySelectorAll("[aria-sort]").length'
    assert browser.run(sorted_by) == 1


ROWS = """
return new Promise(done => setTimeout(() => done(
  [...document.querySelectorAll("tbody a")].map(each => each.textContent)), 300));
"""


def test_a_long_list_shows_every_row_that_fits_in_the_order_chosen(
    browser: Browser, tmp_path: Path
) -> None:
    from site_cases import data

    made = [initiative(f"n{at:03}", kind=("biobank",) * (at % 2)) for at in range(200)]
    folder = write_site(data(*made), tmp_path / "site").folder
    browser.open(folder / "catalogue.html")
    odd = [f"Registry n{at:03}" for at in range(1, 200, 2)]
    assert browser.run(FILTER, "biobank")[1] == "100 of 200"
    assert browser.run(ROWS) == odd
    browser.run(SORT, "Name")
    assert browser.run(SORT, "Name")[0] == "descending"
    assert browser.run(ROWS) == odd[::-1]
    assert browser.run(FILTER, "")[1] == "200 in all"
    assert browser.run(ROWS) == [f"Registry n{at:03}" for at in reversed(range(200))]


CUT = """
return [...document.querySelectorAll(".catalogue th, .catalogue td")]
  .filter(each => each.getClientRects().length
    && (innerWidth > 895 || !each.closest("thead")) && each.scrollWidth > each.clientWidth + 1)
  .map(each => each.textContent.trim());
"""


@pytest.mark.parametrize("width", [320, 900, 1024, 1440])
def test_no_cell_of_the_list_runs_into_the_next(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    from site_cases import data

    size = {"n": 1_111_000, "unit": "procedures", "qualifier": "at_least"}
    access = Claim("access", value="federated-query-only", evidence=("e1",))
    wide = initiative(
        "one",
        name="Sarkomregistergesellschaftsverbundforschung",
        acronym="SARKREGVERBUND",
        scope="multinational",
        claims=(Claim("cases", value=size, as_of="2019", evidence=("e1",)), access),
    )
    browser.emulate(width)
    browser.open(write_site(data(wide), tmp_path / "site").folder / "catalogue.html")
    assert browser.run(CUT) == []


def test_a_search_on_the_first_page_leads_to_the_list(browser: Browser, tmp_path: Path) -> None:
    from site_cases import data

    folder = write_site(data(initiative("one"), initiative("two")), tmp_path / "site").folder
    browser.open(folder / "index.html")
    browser.run('document.getElementById("words").value = "two"')
    browser.run('document.querySelector(".ask button").click()')
    said = 'const box = document.getElementById("filter-count"); return box && box.value'
    for _ in range(50):
        if browser.run(said) == "1 of 2":
            break
        time.sleep(0.1)
    assert browser.run(said) == "1 of 2"
    assert browser.complaints() == []
    browser.emulate(scripts=False)
    browser.open(folder / "index.html")
    assert browser.run('return getComputedStyle(document.querySelector(".ask")).display') == "none"


def test_a_search_from_elsewhere_filters_the_list(browser: Browser, tmp_path: Path) -> None:
    from site_cases import data

    folder = write_site(data(initiative("one"), initiative("two")), tmp_path / "site").folder
    browser.open(folder / "catalogue.html", "?q=two")
    assert browser.run('return document.getElementById("filter-count").value') == "1 of 2"


def test_a_long_list_is_entered_by_letter_while_it_stands_in_the_order_of_names(
    browser: Browser, tmp_path: Path
) -> None:
    from site_cases import data

    names = [f"{letter}-registry {number}" for letter in "ÄbzØ9" for number in range(10)]
    made = [replace(initiative(f"n{at:02}"), name=name) for at, name in enumerate(names)]
    folder = write_site(data(*made), tmp_path / "site").folder
    browser.open(folder / "catalogue.html")
    told = "return [...document.querySelectorAll('#letters a')].map(each => each.textContent)"
    assert browser.run(told) == ["#", "A", "B", "Z", "Ø"]
    browser.run("document.querySelector('#letters a[href=\"#letter-z\"]').click()")
    row = "return document.querySelector('tr:target th a').textContent"
    assert browser.run(row) == "z-registry 0"
    idle = "return getComputedStyle(document.getElementById('letters')).visibility"
    assert browser.run(idle) == "visible"
    browser.run(FILTER, "registry 3")
    assert browser.run(idle) == "hidden"
    browser.run(FILTER, "")
    assert browser.run(idle) == "visible"
    browser.run(SORT, "Name")
    assert browser.run(idle) == "visible"
    browser.run(SORT, "Name")
    assert browser.run(idle) == "hidden"


@pytest.mark.parametrize("page", ["domains.html", "readiness.html"])
def test_the_tables_of_many_columns_are_filtered_by_what_the_catalogue_is(
    browser: Browser, tmp_path: Path, page: str
) -> None:
    from site_cases import data

    def held(id: str, tumour: str) -> Initiative:
        said = (("tumours", [tumour]), ("data_domains", {"surgery": "yes"}), ("coding", ["icd-10"]))
        return initiative(id, claims=tuple(Claim(f, value=v, evidence=("e1",)) for f, v in said))

    made = [held(f"n{n}", "liposarcoma" if n % 2 else "ewing") for n in range(10)]
    folder = write_site(data(*made), tmp_path / "site").folder
    browser.open(folder / page)
    names, count = browser.run(FILTER, "liposarcoma")
    assert (sorted(names), count) == ([f"Registry n{n}" for n in range(1, 10, 2)], "5 of 10")
    assert browser.run(FILTER, "")[1] == "10 in all"
