"""The live ranking: what is shown next, the same after every restart, never another's verdict."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from conftest import add_run

from screening.decision_logs.logs import read_logs
from screening.engine import Engine
from screening.ranking.ranker import Ranker
from screening.ranking.ranking import DRAWN, RANKED, Lot, Ranking
from screening.ranking.review_ranking import lifted, ranking_of
from screening.ranking.text_features import features_of
from screening.session import decide_one, open_engine
from screening.state import TITLE_ABSTRACT, load
from screening.team.assigning import to_judge
from search.records import Record
from search.review import Review

COMMON = ["patients", "study", "results", "treatment", "outcome", "hospital", "years"]
WANTED = ["registry", "national", "population", "survival", "registries"]
REST = ["mouse", "gene", "cell", "expression", "pathway", "protein"]


def is_relevant(number: int) -> bool:
    return number % 8 == 3


@pytest.fixture
def large(review: Review) -> Review:
    """Forty records, five of which speak of registries; one draw in five."""
    protocol = review.folder / "protocol.toml"
    text = protocol.read_text("utf-8").replace("seed = 7", "seed = 7\nrandom_share = 0.2")
    protocol.write_text(text.replace("reviewers = 2", "reviewers = 1"), "utf-8")
    draw = random.Random(5)
    records = []
    for number in range(1, 41):
        words = draw.choices(COMMON, k=8) + draw.choices(
            WANTED if is_relevant(number) else REST, k=6
        )
        draw.shuffle(words)
        records.append(
            Record(pmid=str(number), title=" ".join(words[:5]), abstract=" ".join(words[5:]))
        )
    opened = Review(review.folder)
    add_run(opened, records)
    return opened


@contextmanager
def screening(review: Review, order: str = "ranked") -> Iterator[Engine]:
    with open_engine(Review(review.folder), "reviewer-a", TITLE_ABSTRACT, order) as (engine, _):
        yield engine


def judge(engine: Engine) -> str:
    """Decide on the record shown as its number says; returns its key."""
    key = engine.current
    assert key
    engine.decide("include" if is_relevant(int(key.removeprefix("pmid:"))) else "exclude")
    return key


def all_in_order(review: Review) -> list[str]:
    with screening(review) as engine:
        return [judge(engine) for _ in range(40)]


def test_the_relevant_come_first_and_everything_comes_once(large: Review) -> None:
    order = all_in_order(large)
    assert sorted(order) == sorted(f"pmid:{n}" for n in range(1, 41))
    relevant = {f"pmid:{n}" for n in range(1, 41) if is_relevant(n)}
    assert relevant <= set(order[:15])


@pytest.mark.parametrize("stuck_after", [30, 1])
def test_the_same_order_after_a_restart_at_any_decision(
    large: Review,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    stuck_after: int,
) -> None:
    import shutil

    monkeypatch.setattr("screening.ranking.ranker.STUCK_AFTER", stuck_after)
    monkeypatch.setattr("screening.ranking.ranker.STUCK_UNDER", 1000)
    copy = tmp_path_factory.mktemp("copy") / "review"
    shutil.copytree(large.folder, copy)
    at_one_go = all_in_order(large)
    restarted = []
    for _ in range(40):
        with screening(Review(copy)) as engine:
            restarted.append(judge(engine))
    assert restarted == at_one_go


def test_the_order_does_not_change_under_the_eyes(large: Review) -> None:
    with screening(large) as engine:
        judge(engine)
        before = engine._queue.walk()
        shown = engine.current
        assert engine.sitting.ranking
        engine.sitting.ranking._started().result(1)  # the training is done meanwhile
        assert engine.current == shown
        assert engine._queue.walk() == before
        assert engine.step(1)
        assert engine.step(-1)
        assert engine.current == shown


def test_places_are_of_all_records(large: Review) -> None:
    with screening(large) as engine:
        assert engine.counters().position == 1
        judge(engine)
        found = engine.counters()
        assert (found.decided, found.total, found.left, found.position) == (1, 40, 39, 2)
        assert engine.go_to("30")
        assert engine.counters().position == 30
        assert engine.go_to("pmid:7")


def test_what_was_skipped_comes_after_all_others(large: Review) -> None:
    with screening(large) as engine:
        skipped = engine.current
        assert engine.step(1)
        order = [judge(engine) for _ in range(39)]
        assert skipped not in order
        assert engine.current == skipped


def test_put_off_comes_last_of_all_and_undo_leads_back(large: Review) -> None:
    with screening(large) as engine:
        put_off = engine.current
        engine.later()
        first = judge(engine)
        assert engine.undo()
        assert engine.current == first
        order = [judge(engine) for _ in range(39)]
        assert put_off not in order
        assert engine.current == put_off


def test_each_decision_says_how_its_record_came_up(large: Review) -> None:
    all_in_order(large)
    how = Counter(event.how for event in read_logs(large.decisions).events)
    assert set(how) == {RANKED, DRAWN}
    assert 2 <= how[DRAWN] <= 16  # one in five of 40, by the seed


def test_where_the_reviewer_went_himself_nothing_is_said(large: Review) -> None:
    with screening(large) as engine:
        assert engine.go_to("20")
        judge(engine)
    assert [event.how for event in read_logs(large.decisions).events] == [None]
    with screening(large, "random") as engine:
        judge(engine)
    assert read_logs(large.decisions).events[-1].how is None


def test_what_a_terminal_may_show(large: Review) -> None:
    with screening(large) as engine:
        ranking = engine.sitting.ranking
        assert ranking
        for _ in range(12):
            judge(engine)
        assert ranking.decided == 12
        found = ranking.relevant_at
        assert ranking.since_last_include == 12 - max(found)
        shown = engine.shown()
        assert shown
        title = {word for text in (shown.record.title, shown.record.abstract)
                 for word in (text or "").split()}  # fmt: skip
        why = ranking.why(shown.key)
        assert all(set(reason.word.split()) <= title for reason in why)
        assert ranking.why("pmid:999") == []
        assert ranking.failure is None


def test_the_sample_is_of_records_drawn_and_all_before_them(large: Review) -> None:
    with screening(large) as engine:
        ranking = engine.sitting.ranking
        assert ranking
        assert ranking.sample() == (0, 0)
        for _ in range(40):
            judge(engine)
        size, relevant = ranking.sample()
    drawing = ranking.lot.order([f"pmid:{n}" for n in range(1, 41)])
    drawn = [e.rec for e in read_logs(large.decisions).events if e.how == DRAWN]
    assert size == max(drawing.index(key or "") for key in drawn)
    assert relevant == sum(is_relevant(int(key.removeprefix("pmid:"))) for key in drawing[:size])


# --- blinding ----------------------------------------------------------------------------------


def test_another_reviewers_verdict_changes_nothing(large: Review) -> None:
    protocol = large.folder / "protocol.toml"
    text = protocol.read_text("utf-8").replace("reviewers = 1", "reviewers = 2")
    protocol.write_text(text, "utf-8")
    with screening(large) as engine:
        alone = engine._queue.walk()
    for number in (3, 4, 11):
        decide_one(Review(large.folder), f"pmid:{number}", "exclude", "reviewer-b", TITLE_ABSTRACT)
    with screening(large) as engine:
        assert engine._queue.walk() == alone


def test_only_what_is_no_secret_any_more_is_learned_from(large: Review) -> None:
    for number, verdict in ((3, "include"), (4, "exclude")):
        decide_one(Review(large.folder), f"pmid:{number}", verdict, "reviewer-b", TITLE_ABSTRACT)
    state = load(Review(large.folder))
    # one reviewer for each record: what the other has judged is settled, and not in this queue
    assert lifted(state, TITLE_ABSTRACT, "reviewer-a") == {
        "pmid:3": "include",
        "pmid:4": "exclude",
    }
    assert lifted(state, TITLE_ABSTRACT, "reviewer-b") == {}
    with screening(large) as engine:
        walk = engine._queue.walk()
    assert "pmid:3" not in walk
    assert len(walk) == 38
    relevant = {f"pmid:{n}" for n in range(1, 41) if is_relevant(n) and n != 3}
    assert len(relevant & set(walk[:8])) >= 3


def test_records_of_a_set_are_ranked_as_one(large: Review) -> None:
    add_run(large, [Record(doi="10.1000/x", title="registry of a nation")], "europepmc")
    review = Review(large.folder)
    state = load(review)
    keys = to_judge(state, "reviewer-a", TITLE_ABSTRACT)
    with ranking_of(review, state, keys, "reviewer-a", TITLE_ABSTRACT) as ranking:
        assert sorted(ranking.order()) == sorted(keys)


# --- training aside ----------------------------------------------------------------------------


class SlowRanker(Ranker):
    """One whose training waits until it may go on."""

    def __init__(self) -> None:
        super().__init__(features_of(["a registry", "of mice", "a registry of men", "more mice"]))
        self.gate = threading.Event()
        self.gate.set()

    def learn(self, rows: object, signs: object) -> None:
        assert self.gate.wait(10)
        super().learn(rows, signs)  # type: ignore[arg-type]


def test_a_late_training_is_not_waited_for_but_never_two_behind() -> None:
    ranker = SlowRanker()
    lot = Lot(0, 1, "reviewer-a", TITLE_ABSTRACT)
    with Ranking(ranker, ["a", "b", "c", "d"], lot, patience=0.01) as ranking:
        first = ranking.order()
        assert len(first) == 4
        ranker.gate.clear()
        ranking.judged("a", "include")
        assert ranking.order() == [key for key in first if key != "a"]
        ranking.judged("b", "exclude")
        assert len(ranking.order()) == 2  # one decision is missing in it: not waited for
        ranking.judged("c", "include")
        threading.Timer(0.1, ranker.gate.set).start()
        assert ranking.order() == ["d"]  # two would be: waited for


def test_a_training_that_fails_leaves_the_last_order() -> None:
    ranker = SlowRanker()
    with Ranking(ranker, ["a", "b", "c", "d"], Lot(0, 1, "reviewer-a", TITLE_ABSTRACT)) as ranking:
        first = ranking.order()

        def broken(*_values: object) -> None:
            raise MemoryError("no room")

        ranker.learn = broken  # type: ignore[method-assign]
        for key in ("a", "b", "c"):
            ranking.judged(key, "exclude")
            assert set(ranking.order()) <= set(first)
        assert ranking.order() == ["d"]
        assert ranking.failure == "MemoryError: no room"


def test_excluded_since_the_last_include_are_counted_also_over_what_is_taken_back() -> None:
    ranker = Ranker(features_of(["a registry", "of mice", "a registry of men", "more mice"]))
    with Ranking(ranker, ["a", "b", "c", "d"], Lot(0, 1, "reviewer-a", TITLE_ABSTRACT)) as ranking:
        found = []
        for key, verdict in [
            ("a", "exclude"), ("b", "include"), ("c", "exclude"), ("d", "exclude"),
            ("b", None), ("d", None), ("c", "maybe"), ("a", None), ("c", "exclude"),
        ]:  # fmt: skip
            ranking.judged(key, verdict)
            found.append(ranking.since_last_include)
        assert found == [1, 0, 1, 2, 3, 2, 0, 0, 1]


def test_lots_fall_as_often_as_said() -> None:
    lot = Lot(0.1, 7, "reviewer-a", TITLE_ABSTRACT)
    falls = sum(lot.falls_on(number) for number in range(2000))
    assert 150 < falls < 250
    assert not any(Lot(0, 7, "reviewer-a", TITLE_ABSTRACT).falls_on(n) for n in range(100))
    assert all(Lot(1, 7, "reviewer-a", TITLE_ABSTRACT).falls_on(n) for n in range(100))
