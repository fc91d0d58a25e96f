"""The site in a real browser, from disk: narrow and wide, dark, printed, without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import Browser
from site_browser import PAGES
from site_cases import data, initiative

from catalogue.entries.initiatives import Claim
from catalogue.site.site import write as write_site

pytestmark = pytest.mark.usefixtures("fresh")


TAB, ESCAPE = "\ue004", "\ue00c"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_for_nothing_but_its_own_files(browser: Browser, site: Path, page: str) -> None:
    browser.open(site / page)
    assert browser.complaints() == []
    asked = browser.requested()
    assert asked, "nothing was loaded"
    assert [each for each in asked if not each.startswith(site.resolve().as_uri())] == []


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


BROKEN = """
const range = document.createRange(), found = [];
for (const each of document.querySelectorAll("main h1, main th")) {
  const texts = document.createTreeWalker(each, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) for (const word of texts.currentNode.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
    range.setStart(texts.currentNode, word.index);
    range.setEnd(texts.currentNode, word.index + word[0].length);
    if (new Set([...range.getClientRects()].map(line => Math.round(line.top))).size > 1) found.push(word[0]);
  }
}
return found;
"""


def test_no_word_of_a_name_is_broken_on_a_telephone(browser: Browser, tmp_path: Path) -> None:
    where = [{"code": code} for code in ("GB", "NL", "DE", "CH", "TM")]
    made = initiative("one", name="HEARD haemangioendothelioma internet registry", claims=(
        Claim("countries", value=where, evidence=("e1",)),
        Claim("tumours", value=["epithelioid-haemangioendothelioma"], evidence=("e1",)),
    ))  # fmt: skip
    folder = write_site(data(made), tmp_path / "site").folder
    browser.emulate(360)
    for page in ("initiatives/one.html", "tumours/epithelioid-haemangioendothelioma.html",
                 "map.html", "catalogue.html", "countries/gb.html"):  # fmt: skip
        browser.open(folder / page)
        assert browser.run("return document.querySelectorAll('main h1, main th').length") > 0
        assert browser.run(BROKEN) == [], page


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
    assert "Checked 20 Nov 2026" in words
    assert within
    assert below
    described = "return document.activeElement.getAttribute('aria-describedby')"
    assert browser.run(described) == "preview"
    browser.press(ESCAPE)
    assert browser.run(PREVIEW) is None
    assert browser.run(described) is None
    assert browser.complaints() == []


def test_the_headings_of_a_table_can_stand_on_every_sheet(browser: Browser, site: Path) -> None:
    browser.emulate(media="print")
    browser.open(site / "map.html")
    sorting = 'return [...document.querySelectorAll("thead button")].map(b => getComputedStyle(b).display)'
    # Chromium repeats no heading that holds a box which cannot be cut, as a button's is
    assert set(browser.run(sorting)) == {"contents"}
    group = 'return getComputedStyle(document.querySelector("thead")).display'
    assert browser.run(group) == "table-header-group"


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
