"""The line of a log: what goes in comes out, inert, and what is no event is refused in words."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple

from screening.decision_logs.events import (
    Act,
    Event,
    from_line,
    keeps_its_sum,
    quick_reader,
    to_line,
)

PLAIN: dict[str, Any] = {
    "v": 1, "eid": "e1", "n": 1, "prev": "", "who": "reviewer-a", "dev": "laptop",
    "t": "2026-11-24T02:11:00Z", "lc": 1, "act": "decide", "rec": "pmid:1",
    "stage": "title-abstract", "val": "include",
}  # fmt: skip


def line(**changes: Any) -> str:
    document = {**PLAIN, **changes}
    return json.dumps({name: value for name, value in document.items() if value is not ...})


@given(st.text(), st.text(min_size=1), st.lists(st.text(), max_size=3))
def test_whatever_is_logged_is_read_again(note: str, key: str, keys: list[str]) -> None:
    event = Event(
        eid="e1", n=3, prev="x", who="a", dev="d", t="", lc=9, act=Act.DECIDE, rec=key,
        stage="full-text", val="maybe", note=note, keys=tuple(keys),
    )  # fmt: skip
    written = to_line(event)
    assert from_line(written) == event
    assert keeps_its_sum(written)
    assert "\n" not in written
    written.encode("utf-8")


@pytest.mark.parametrize("letter", "\x1b\x7f\x9b\u202e\u2028\ud800")
def test_a_terminal_that_shows_the_log_obeys_nothing_in_it(letter: str) -> None:
    event = Event("e1", 1, "", "a", "d", "", 1, Act.NOTE, note=f"a{letter}b")
    assert letter not in to_line(event)
    assert from_line(to_line(event)) == event


def test_any_change_of_a_line_breaks_its_sum() -> None:
    written = to_line(from_line(line()))
    body = written[: written.index(',"sum"')]
    for at, letter in enumerate(body):
        changed = written[:at] + ("x" if letter != "x" else "y") + written[at + 1 :]
        assert not keeps_its_sum(changed)


def test_lines_of_other_programs_need_no_sum_and_may_say_more() -> None:
    assert keeps_its_sum(line())
    assert from_line(line(pace=12)).rec == "pmid:1"


NO_EVENTS = [
    ("<<<<<<< HEAD", "not JSON"),
    ("", "not JSON"),
    ("null", "no JSON object"),
    ("[1]", "no JSON object"),
    ("[" * 100_000, "nested too deeply"),
    (line(eid=...), "has no 'eid'"),
    (line(eid=""), "'eid' is empty"),
    (line(eid=5), "'eid' is no text"),
    (line(lc="1"), "'lc' is no number"),
    (line(lc=True), "'lc' is no number"),
    (line(lc=0), "'lc' is no number"),
    (line(lc=10**15), "'lc' is no number"),
    (line(n=1.0), "'n' is no number"),
    (line(rec=None), "'rec' is no text"),
    (line(rec=""), "names no record"),
    (line(val="perhaps"), "no verdict"),
    (line(stage="abstract"), "no stage"),
    (line(who="../x"), "'who' is no name"),
    (line(dev="A"), "'dev' is no name"),
    (line(act="undo"), "nothing to take back"),
    (line(act="same", keys=[1, 2]), "'keys'"),
]


@pytest.mark.parametrize(("text", "words"), NO_EVENTS, ids=[words for _, words in NO_EVENTS])
def test_what_is_no_event_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        from_line(text)


@settings(max_examples=50)
@given(st.text() | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(sorted(PLAIN)), inner),
).map(json.dumps))  # fmt: skip
def test_nothing_but_value_errors(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(from_line(text), Event)


@settings(max_examples=200)
@given(st.fixed_dictionaries(
    {},
    optional={
        "note": st.text() | st.integers() | st.none(), "keys": st.lists(st.text() | st.none()),
        "pace": st.integers() | st.floats() | st.booleans(), "how": st.text() | st.lists(st.text()),
        "n": st.integers() | st.booleans() | st.floats(), "lc": st.integers(-2, 10**16),
        "v": st.integers(-1, 2), "act": st.sampled_from(["undo", "note", "decide", "else"]),
        "eid": st.text(max_size=2) | st.none(), "who": st.text(max_size=3),
    },
), st.booleans())  # fmt: skip
def test_the_quick_look_sees_what_the_second_does(values: dict[str, Any], escaped: bool) -> None:
    text = json.dumps({**PLAIN, **values}, ensure_ascii=escaped)
    raw = text.encode("utf-8", "surrogateescape" if escaped else "replace")
    quick = quick_reader()(raw)
    if quick is not None:
        assert quick == from_line(raw.decode())
        kinds = [list(map(type, astuple(each))) for each in (quick, from_line(raw.decode()))]
        assert kinds[0] == kinds[1]


def test_the_quick_look_is_enough_for_what_is_written_here() -> None:
    for changes in ({}, {"note": "ß"}, {"act": "undo", "target": "e0"}, {"reason": "E1"}):
        written = to_line(from_line(line(**changes)))
        assert quick_reader()(written.encode()) == from_line(written)


@pytest.mark.parametrize(
    ("further", "is_left_to_care"),
    [
        ('"no\\u0074e":"a name in escapes"', False),
        ('"note":"the first","note":"the second"', False),
        ('"pace":{"a":[1,2,{}]}', False),
        ('"note":null', True),
        ('"n":1,"n":true', True),
        ('"note":"half a pair: \\ud800"', True),
        ('"pace":tru', True),
    ],
)
def test_strange_lines_are_read_alike_or_left_to_more_care(
    further: str, is_left_to_care: bool
) -> None:
    text = f"{line()[:-1]},{further}}}"
    quick = quick_reader()(text.encode())
    assert quick is None if is_left_to_care else quick == from_line(text)


def test_a_text_that_stood_in_a_verdict_s_place_is_no_name() -> None:
    event_of = quick_reader()
    assert event_of(line(act="tag", val="../x").encode()) is not None
    assert event_of(line(who="../x").encode()) is None
    assert event_of(line(dev="../x").encode()) is None


def test_what_is_said_again_is_held_once() -> None:
    event_of = quick_reader()
    first, second = (event_of(line(eid=eid).encode()) for eid in ("e1", "e2"))
    assert first is not None
    assert second is not None
    for name in ("who", "dev", "act", "stage", "val", "crit"):
        assert getattr(first, name) is getattr(second, name)
