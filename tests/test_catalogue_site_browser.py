"""The site in a real browser, from disk: narrow and wide, dark, printed, without scripts."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from browser import Browser, chromium
from site_cases import initiative, small_review
from site_tools import AXE, HTML_VALIDATE, NU, axe, html_validate, nu, tool

from catalogue.entries.initiatives import Claim, Initiative
from catalogue.site.site import build
from catalogue.site.site import write as write_site

PAGES = (
    "index.html", "catalogue.html", "countries/fr.html", "kinds/biobank.html", "map.html",
    "compare.html", "compare/second.html", "changes.html", "contact.html", "accessibility.html",
    "privacy.html", "timeline.html", "sizes.html", "domains.html", "readiness.html", "networks.html", "gaps.html",
    "tumours.html", "tumours/soft-tissue-sarcoma.html", "domains/surgery.html",
    "initiatives/example-sarcoma-registry.html", "method.html", "method/database-results.html",
    "method/new-studies.html", "data.html", "about.html", "404.html",
)  # fmt: skip
TAB, ESCAPE = "\ue004", "\ue00c"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(small_review(tmp_path_factory.mktemp("site") / "review")).folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as window:
        yield window


@pytest.fixture(autouse=True)
def _fresh(browser: Browser) -> None:
    browser.emulate()
    browser.run("return location.href")
    browser.complaints()
    browser.requested()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_for_nothing_but_its_own_files(browser: Browser, site: Path, page: str) -> None:
    browser.open(site / page)
    assert browser.complaints() == []
    asked = browser.requested()
    assert asked, "nothing was loaded"
    assert [each for each in asked if not each.startswith(site.resolve().as_uri())] == []


# What sticks out to the right, outside of regions that scroll by themselves.
STICKS_OUT = """
return [...document.querySelectorAll("body *")].filter(function (each) {
  return each.getBoundingClientRect().right > innerWidth + 0.5 && !each.closest(".wide, .axis")
    && !each.closest(".unseen, .skip, thead")
    && !(each.ownerSVGElement && getComputedStyle(each.ownerSVGElement).overflow === "hidden");
}).map(each => each.outerHTML.slice(0, 90));
"""


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_wider_than_a_narrow_phone(browser: Browser, site: Path, page: str) -> None:
    browser.emulate(320)
    browser.open(site / page)
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser.run(wide) <= 0  # beside the bar that a page of some length scrolls by
    assert browser.run(STICKS_OUT) == []


# The contrast of each text with what is painted behind it, by WCAG's formula.
CONTRAST = """
function parts(colour) { return colour.match(/[\\d.]+/g).map(Number); }
function light(colour) {
  return parts(colour).slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4))
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
}
function behind(each) {
  for (; each; each = each.parentElement) {
    var colour = getComputedStyle(each).backgroundColor;
    if ((parts(colour)[3] ?? 1) > 0.99) return colour;
  }
  return "rgb(255, 255, 255)";
}
return [...document.querySelectorAll("body *")].filter(each => !each.closest(".unseen, title, desc")
  && [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim())
  && each.getClientRects().length
).map(function (each) {
  var style = getComputedStyle(each), drawn = each instanceof SVGElement;
  var pair = [light(drawn ? style.fill : style.color), light(behind(each))];
  var ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  var size = parseFloat(style.fontSize), bold = style.fontWeight >= 700;
  return [ratio, size >= 24 || (bold && size >= 18.66) ? 3 : 4.5, each.outerHTML.slice(0, 80)];
});
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_every_text_stands_out_from_its_ground(
    browser: Browser, site: Path, page: str, dark: bool
) -> None:
    browser.emulate(dark=dark)
    browser.open(site / page)
    found = browser.run(CONTRAST)
    assert len(found) > 10
    assert [each for each in found if each[0] < each[1]] == []
    ground = browser.run("return getComputedStyle(document.body).backgroundColor")
    assert (ground != "rgb(253, 253, 252)") == dark


WORDS = 'return document.querySelector("main").innerText.replace(/\\s+/g, " ")'


@pytest.mark.parametrize("page", PAGES)
def test_all_text_is_there_without_scripts(browser: Browser, site: Path, page: str) -> None:
    browser.open(site / page)
    browser.run(
        'document.querySelectorAll("#filter, #choose, .ask").forEach(each => each.remove())'
    )
    with_scripts = browser.run(WORDS)
    browser.emulate(scripts=False)
    browser.open(site / page)
    assert browser.run(WORDS) == with_scripts


# By how much of a screen the page moved since it was first painted.
SHIFT = (
    "return new Promise(done => new PerformanceObserver(list => done("
    "list.getEntries().reduce((sum, each) => sum + each.value, 0)))"
    '.observe({type: "layout-shift", buffered: true}) || setTimeout(() => done(0), 300))'
)


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


def test_a_page_that_is_not_yet_whole_stands_where_it_will_stand(
    browser: Browser, site: Path
) -> None:
    left = 'return document.querySelector(".masthead .brand").getBoundingClientRect().left'
    browser.open(site / "catalogue.html")
    whole = browser.run(left)
    assert browser.run("return document.documentElement.scrollHeight > innerHeight")
    browser.run('document.querySelectorAll("main, footer").forEach(each => each.remove())')
    assert browser.run("return document.documentElement.scrollHeight <= innerHeight")
    assert browser.run(left) == whole  # no bar to scroll by comes and goes


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


PREVIEW = """
const box = document.querySelector(".preview:popover-open");
return box && [box.textContent, box.getBoundingClientRect().right <= innerWidth,
  box.getBoundingClientRect().top >= 0];
"""


def test_a_footnote_mark_in_focus_shows_its_source(browser: Browser, site: Path) -> None:
    browser.emulate(360)
    browser.open(site / "initiatives" / "example-sarcoma-registry.html")
    browser.press(TAB)  # from now on, the focus is one by keyboard
    browser.run("document.querySelector('.facts .fn a').focus()")
    words, within, below = browser.run(PREVIEW)
    source = browser.run(
        "return document.querySelector(document.activeElement.hash).querySelector('p').textContent"
    )
    assert source in words
    assert "checked" in words
    assert within
    assert below
    described = "return document.activeElement.getAttribute('aria-describedby')"
    assert browser.run(described) == "preview"
    browser.press(ESCAPE)
    assert browser.run(PREVIEW) is None
    assert browser.run(described) is None
    assert browser.complaints() == []


def test_print_is_black_on_white_without_navigation(browser: Browser, site: Path) -> None:
    browser.emulate(media="print", dark=True)
    browser.open(site / "initiatives" / "example-sarcoma-registry.html")
    shown = "return getComputedStyle(document.querySelector(arguments[0])).display"
    assert browser.run(shown, ".masthead nav") == "none"
    assert browser.run(shown, ".path") == "none"
    colours = "var s = getComputedStyle(document.body); return [s.color, s.backgroundColor]"
    assert browser.run(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    behind = 'return getComputedStyle(document.querySelector(".sources a"), "::after").content'
    assert "https://pubmed.ncbi.nlm.nih.gov/12345678/" in browser.run(behind)


def test_the_first_key_leads_past_the_navigation(browser: Browser, site: Path) -> None:
    browser.open(site / "index.html")
    browser.press(TAB)
    focus = (
        "var each = document.activeElement, box = each.getBoundingClientRect();"
        "return [each.className, box.left >= 0 && box.width > 0,"
        "getComputedStyle(each).outlineStyle]"
    )
    assert browser.run(focus) == ["skip", True, "solid"]
    browser.press("\ue007")
    assert browser.run("return document.activeElement.id") == "main"


def test_a_footnote_mark_leads_to_its_source(browser: Browser, site: Path) -> None:
    browser.open(site / "initiatives" / "example-sarcoma-registry.html", "#source-2")
    marked = "var s = document.querySelector(':target'); return [s.id, getComputedStyle(s).backgroundColor]"
    id, colour = browser.run(marked)
    assert id == "source-2"
    assert colour != "rgba(0, 0, 0, 0)"


def test_any_initiatives_can_be_set_side_by_side(browser: Browser, tmp_path: Path) -> None:
    from site_cases import HOSTILE, data, hostile

    made = [initiative("one"), initiative("two", scope="regional"), hostile()]
    folder = write_site(data(*made), tmp_path / "site").folder
    browser.open(folder / "compare.html", "?a=one&b=two")
    assert browser.run('return document.getElementById("said").value') == (
        "2 initiatives; they differ in 1 field."
    )
    cells = (
        'return [...document.querySelectorAll("#compared td")].slice(0, 2).map(e => e.textContent)'
    )
    assert browser.run(cells) == ["National", "Regional"]
    browser.open(folder / "compare.html", "?a=one&b=hostile")
    name = 'return document.querySelectorAll("#compared thead a")[1].textContent'
    assert browser.run(name) == HOSTILE
    assert (
        browser.run('return document.querySelectorAll("#compared img, #compared script").length')
        == 0
    )
    assert browser.complaints() == []
    browser.open(folder / "compare.html", "?a=gone")
    assert browser.run('return document.getElementById("said").value') == "Choose at least two."


@contextmanager
def _slowly(folder: Path, late: tuple[str, ...]) -> Iterator[str]:
    """Serve a folder in which the scripts named come half a second after all else."""

    class Slow(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            if self.path.endswith(late):
                time.sleep(0.5)
            super().do_GET()

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Slow, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("asked", ["", "?a=n1&b=n2", "?a=n1&b=n2&c=n3&d=n4"])
def test_what_is_compared_moves_nothing_when_its_words_come_late(
    browser: Browser, tmp_path: Path, asked: str, width: int
) -> None:
    from site_cases import data

    made = [initiative(f"n{at}", scope=("regional", "national")[at % 2]) for at in range(20)]
    folder = write_site(data(*made), tmp_path / "site").folder
    browser.emulate(width)
    with _slowly(folder, ("data/compare.js",)) as address:
        browser.visit(f"{address}compare.html{asked}")
        assert browser.run('return document.querySelector("select").options.length') == 21
        tables = browser.run('return document.querySelectorAll("#compared table").length')
        assert (tables > 0) == bool(asked)
        assert browser.run(SHIFT) == 0


def test_the_choice_stands_in_the_page_and_opens_with_its_words(
    browser: Browser, tmp_path: Path
) -> None:
    from site_cases import data

    folder = write_site(data(initiative("one"), initiative("two")), tmp_path / "site").folder
    page = folder / "compare.html"
    closed = 'return [...document.querySelectorAll("#choose select")].map(each => each.disabled)'
    browser.open(page, "?a=one&b=two")
    assert browser.run(closed) == [False] * 4
    browser.emulate(media="print")
    shown = "return getComputedStyle(document.querySelector(arguments[0])).display"
    assert [browser.run(shown, each) for each in ("#choose", "#compared", "#nearest")] == [
        "none", "block", "none",
    ]  # fmt: skip
    browser.emulate(scripts=False)
    browser.open(page)
    assert browser.run(shown, "#choose") == "none"
    browser.emulate()
    (folder / "data/compare.js").write_text("")
    browser.open(page, "?a=one&b=two")
    assert browser.run(closed) == [True] * 4
    assert "could not be loaded" in browser.run('return document.getElementById("said").value')


def test_a_search_from_elsewhere_filters_the_list(browser: Browser, tmp_path: Path) -> None:
    from site_cases import data

    folder = write_site(data(initiative("one"), initiative("two")), tmp_path / "site").folder
    browser.open(folder / "catalogue.html", "?q=two")
    assert browser.run('return document.getElementById("filter-count").value') == "1 of 2"


# --- by the public checkers, where they are installed ---------------------------------------------


@pytest.fixture(scope="module")
def axe_script() -> str:
    return tool(AXE).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_wrong(
    axe_script: str, browser: Browser, site: Path, page: str, width: int, dark: bool
) -> None:
    browser.emulate(width, dark=dark)
    browser.open(site / page)
    found = axe(browser, axe_script)
    assert found["violations"] == []
    # what axe cannot tell is contrast over a drawing, which the test above works out by itself
    assert {rule for rule, _, _ in found["incomplete"]} <= {"color-contrast"}


def test_axe_would_have_found_something(axe_script: str, browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<html><title>A page</title><main><img src="x.png"></main></html>', "utf-8")
    browser.open(page)
    rules = {rule for rule, _, _ in axe(browser, axe_script)["violations"]}
    assert {"image-alt", "html-has-lang"} <= rules


def test_html_validate_finds_no_fault(site: Path) -> None:
    script = tool(HTML_VALIDATE, "node")
    (site.parent / "bad.html").write_text("<p><div></p>", "utf-8")
    assert html_validate(script, site.parent, ["bad.html"])
    assert html_validate(script, site, PAGES) == []


def test_the_nu_checker_finds_no_fault(site: Path) -> None:
    jar = tool(NU, "java")
    (site.parent / "bad.html").write_text("<p><div></p>", "utf-8")
    assert nu(jar, site.parent, ["bad.html"])
    assert nu(jar, site, PAGES) == []


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


def test_on_a_telephone_the_flow_is_a_list_of_boxes(browser: Browser, site: Path) -> None:
    shown = (
        "return [...document.querySelectorAll('.prisma, .flow-list > li')]"
        ".map(each => [each.className, each.getClientRects().length > 0])"
    )
    browser.open(site / "method.html")
    assert ["prisma", True] in [
        [name.split()[0], seen] for name, seen in browser.run(shown) if name
    ]
    browser.emulate(360)
    browser.open(site / "method.html")
    drawn, *boxes = browser.run(shown)
    assert (drawn[0].split()[0], drawn[1]) == ("prisma", False)
    assert len(boxes) > 10
    assert all(seen for _, seen in boxes)
    assert {"out", "with", ""} == {name for name, _ in boxes}


ROOM = """
const sides = each => document.querySelector(each).getBoundingClientRect();
const link = sides(arguments[0] + " dd a"), mark = sides(arguments[0] + " .fn a");
return mark.left + mark.width / 2 - link.right;
"""


@pytest.mark.parametrize("field", ["countries", "tumours"])
def test_a_mark_behind_a_link_has_room_to_be_hit(
    browser: Browser, tmp_path: Path, field: str
) -> None:
    from site_cases import data

    value = {"countries": [{"code": "DK"}], "tumours": ["ewing"]}[field]
    one = initiative("one", claims=(Claim(field, value=value, evidence=("e1",)),))
    folder = write_site(data(one), tmp_path / "site").folder
    browser.emulate(360)
    browser.open(folder / "initiatives/one.html")
    assert browser.run(ROOM, f"#fact-{field}") >= 12  # half of WCAG 2.2's least target
