"""The order of a reviewer's records, and the walk along it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.queue import Queue, check_order, shuffled
from search.errors import BadInput

KEYS = [f"pmid:{number}" for number in range(50)]


def test_each_reviewer_and_stage_has_an_order_of_its_own() -> None:
    orders = {
        (seed, name, stage): tuple(shuffled(KEYS, seed, name, stage))
        for seed in (1, 2)
        for name in ("reviewer-a", "reviewer-b")
        for stage in ("title-abstract", "full-text")
    }
    assert len(set(orders.values())) == len(orders)
    assert all(sorted(order) == sorted(KEYS) for order in orders.values())


def test_the_order_is_the_same_on_every_machine() -> None:
    # By hand: printf '7\\nreviewer-a\\ntitle-abstract\\npmid:0' | sha256sum, and so on, sorted.
    assert shuffled(KEYS[:5], 7, "reviewer-a", "title-abstract") == [
        "pmid:4",
        "pmid:0",
        "pmid:3",
        "pmid:1",
        "pmid:2",
    ]


def test_records_that_come_in_later_move_none_of_the_others() -> None:
    before = shuffled(KEYS[:30], 7, "reviewer-a", "title-abstract")
    after = shuffled(reversed(KEYS), 7, "reviewer-a", "title-abstract")
    assert [key for key in after if key in before] == before


@pytest.mark.parametrize("order", ["", "alphabetical"])
def test_an_order_that_is_not_there_is_refused(order: str) -> None:
    with pytest.raises(BadInput, match="random"):
        check_order(order)


def test_the_walk_goes_on_behind_comes_back_to_what_was_skipped_and_ends_with_the_late() -> None:
    queue = Queue("abcdef")
    queue.reopen("b", (1, ""))  # put off
    queue.reopen("a", (2, ""))
    queue.finish("d")
    assert queue.after("d") == "e"
    queue.finish("e")
    assert queue.after("e") == "f"
    queue.finish("f")
    assert queue.after("f") == "c"
    queue.finish("c")
    assert queue.after("c") == "b"  # the first that was put off
    assert queue.walk() == ["c", "d", "e", "f", "b", "a"]
    queue.reopen("b", (3, ""))
    assert queue.after("b") == "a"
    queue.finish("a")
    queue.finish("b")
    assert queue.after("b") is None
    queue.reopen("d")
    assert (queue.after("d"), queue.done) == ("d", 5)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["done", "open", "late"]))))
def test_whoever_follows_the_walk_meets_every_open_record(steps: list[tuple[str, str]]) -> None:
    queue = Queue("abcde")  # "f" is a stranger: judged before, and gone since
    state: dict[str, str] = {}
    for time, (key, what) in enumerate(steps):
        if what == "done":
            queue.finish(key)
        else:
            queue.reopen(key, (time, "") if what == "late" else None)
        state[key] = what
    open_keys = {key for key in "abcde" if state.get(key) != "done"}
    met, here = set(), queue.after("c")
    while here is not None:
        assert here not in met
        met.add(here)
        queue.finish(here)
        here = queue.after(here)
    assert met == open_keys
    assert queue.done == len(queue) == 5
