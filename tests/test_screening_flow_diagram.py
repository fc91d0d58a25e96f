"""The diagram: well-formed, the same bytes each time, nothing foreign in it, nothing overflowing."""

import re
import xml.etree.ElementTree as ET

import pytest
from flow_cases import both, run, sets_of, state
from hypothesis import given
from hypothesis import strategies as st

from screening.prisma.boxes import STUDY_AND_REPORT
from screening.prisma.flow import flow_of
from screening.prisma.flow_diagram import to_svg
from screening.prisma.flow_list import to_list
from screening.prisma.flow_values import Flow
from screening.prisma.text_width import width_of, wrap
from screening.state import FULL_TEXT

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = 'Data"base</text><script>alert(1)</script>&\x1b[31m ￿'


def flow(*, decided: bool = True, other: bool = True, label: str = "PubMed") -> Flow:
    events = [*both("a1", "exclude"), *both("a2", "include"),
              *both("a2", "exclude", FULL_TEXT, "E1")]  # fmt: skip
    runs = [(run("r1", database=label), ["a1", "a2", "a3"])]
    if other:
        runs.append((run("r2", "other", source="hand", database="Compiled by hand"), ["h1"]))
        events += both("h1", "exclude")
    if not decided:
        events = events[:2]
    return flow_of(state(runs, events, sets_of(["a1", "a3"])), {})


def texts(svg: str) -> str:
    return "\n".join(each.text or "" for each in ET.fromstring(svg).iter(f"{SVG}text"))


def test_it_is_one_image_with_a_title_and_a_text_for_those_who_cannot_see_it() -> None:
    root = ET.fromstring(to_svg(flow()))
    assert root.get("role") == "img"
    labels = (root.get("aria-labelledby") or "").split()
    named = {each.get("id"): each.text or "" for each in root.iter()}
    assert named[labels[0]] == "PRISMA 2020 flow diagram"
    for entry in to_list(flow()):
        assert str(entry) in named[labels[1]]


def test_every_number_stands_in_it_as_text() -> None:
    shown = texts(to_svg(flow())).replace("\xa0", " ")
    assert "Databases (n = 3)" in shown
    assert "PubMed (n = 3)" in shown
    assert "E1: no database" in shown
    assert STUDY_AND_REPORT in shown


def test_the_same_state_gives_the_same_bytes() -> None:
    for standalone in (True, False):
        assert to_svg(flow(), standalone=standalone) == to_svg(flow(), standalone=standalone)


def test_what_is_not_final_bears_its_mark_and_date() -> None:
    open_one = to_svg(flow(decided=False))
    assert "Interim, as of 2026-11-02" in texts(open_one)
    assert 'class="flow-interim"' in open_one
    assert "(interim, 2026-11-02)" in open_one
    assert "nterim" not in to_svg(flow())


def test_the_arm_of_other_methods_is_drawn_only_where_there_is_something() -> None:
    assert "via other methods" in texts(to_svg(flow()))
    assert "via other methods" not in texts(to_svg(flow(other=False)))


def test_boxes_become_links_where_there_is_an_address() -> None:
    svg = to_svg(flow(), link_of=lambda box: f"r/{box}.html?a&b" if box != "duplicates" else None)
    root = ET.fromstring(svg)
    assert root.get("role") == "group"  # an image would hide its links from a screen reader
    links = {each.get("href") for each in root.iter(f"{SVG}a")}
    assert {"r/records_screened.html?a&b", "r/dbr_excluded:E1.html?a&b"} <= links
    assert not any("duplicates" in (link or "").split("/")[1][:10] for link in links)


def test_what_comes_from_outside_is_text_and_nothing_else() -> None:
    svg = to_svg(flow(label=HOSTILE), standalone=True)
    root = ET.fromstring(svg)
    assert not list(root.iter(f"{SVG}script"))
    assert "<script" not in svg
    assert "\x1b" not in svg
    assert "￿" not in svg
    assert "xlink" not in svg
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", svg)  # asks for nothing


def test_only_the_standalone_one_brings_a_style() -> None:
    assert "prefers-color-scheme:dark" in to_svg(flow(), standalone=True)
    assert "<style" not in to_svg(flow())


@pytest.mark.parametrize(
    "label", ["PubMed", "W" * 90, "Eine sehr lange Datenbank " * 5, "数据库" * 9]
)
def test_no_text_leaves_its_box_and_no_box_its_figure(label: str) -> None:
    root = ET.fromstring(to_svg(flow(decided=False, label=label)))
    left, top, width, height = map(float, (root.get("viewBox") or "").split())
    boxes = [{name: float(each.get(name, "0")) for name in ("x", "y", "width", "height")}
             for each in root.iter(f"{SVG}rect")]  # fmt: skip
    for box in boxes:
        assert left <= box["x"]
        assert box["x"] + box["width"] <= left + width
        assert top <= box["y"]
        assert box["y"] + box["height"] <= top + height
    for one in boxes:  # no two boxes lie over each other
        for two in boxes:
            assert one is two or (
                one["x"] + one["width"] <= two["x"] or two["x"] + two["width"] <= one["x"]
                or one["y"] + one["height"] <= two["y"] or two["y"] + two["height"] <= one["y"]
            )  # fmt: skip
    for each in root.iter(f"{SVG}text"):
        if each.get("x") is None:
            continue  # the stages, written upwards
        x, y = float(each.get("x", "0")), float(each.get("y", "0"))
        around = [box for box in boxes if box["x"] <= x <= box["x"] + box["width"]
                  and box["y"] <= y <= box["y"] + box["height"]]  # fmt: skip
        edge = around[0]["x"] + around[0]["width"] if around else left + width
        assert x + width_of(each.text or "") <= edge


@given(st.text(), st.integers(20, 300))
def test_folding_loses_no_word_and_keeps_to_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width_of(line) <= width or len(line) == 1 for line in lines)
