"""`sarcat simulate`: a labelled file replayed, its figures, and bad files."""

from __future__ import annotations

import csv
import gzip
import json
import random
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import cli
from screening.ranking import measures
from screening.ranking.ranker import Ranker
from screening.ranking.recall_curve import to_svg
from screening.ranking.simulation import draw_priors, replay
from screening.ranking.text_features import features_of

COMMON = [
    "patients",
    "study",
    "results",
    "of",
    "treatment",
    "and",
    "outcome",
    "in",
    "the",
    "hospital",
]
WANTED = ["sarcoma", "registry", "national", "population", "survival"]
REST = ["mouse", "gene", "cell", "expression", "pathway", "protein"]


def made_up(count: int = 60, relevant: int = 6, seed: int = 1) -> list[dict[str, str]]:
    """A labelled set of our own making: relevant records speak of registries, mostly."""
    draw = random.Random(seed)
    rows = []
    for number in range(count):
        is_relevant = number % (count // relevant) == 3
        words = draw.choices(COMMON, k=8) + draw.choices(WANTED if is_relevant else REST, k=6)
        draw.shuffle(words)
        rows.append(
            {
                "id": f"r{number}",
                "title": " ".join(words[:4]),
                "abstract": " ".join(words[4:]),
                "label_included": str(int(is_relevant)),
            }
        )
    return rows


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def order_in(path: Path) -> list[tuple[str, str, str]]:
    header, *rows = csv.reader(path.read_text("utf-8").splitlines())
    assert header == ["order", "id", "prior"]
    return [(order, id, prior) for order, id, prior in rows]


def test_the_contract(tmp_path: Path) -> None:
    source, output = written(tmp_path / "set.csv", made_up()), tmp_path / "order.csv"
    assert cli.run(["simulate", str(source), "--output", str(output), "--prior-ids", "r3,r0"]) == 0
    rows = order_in(output)
    assert rows[:2] == [("1", "r3", "1"), ("2", "r0", "1")]
    assert all(prior == "0" for _, _, prior in rows[2:])
    assert sorted(id for _, id, _ in rows) == sorted(f"r{n}" for n in range(60))
    assert [int(order) for order, _, _ in rows] == list(range(1, 61))
    relevant = {"r13", "r23", "r33", "r43", "r53"}
    assert {id for _, id, _ in rows[2:7]} == relevant  # they come first


def test_json_is_one_document_with_the_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, curve = written(tmp_path / "set.csv", made_up()), tmp_path / "curve.svg"
    args = ["simulate", str(source), "--output", str(tmp_path / "o.csv"), "--prior-ids", "r3,r0",
            "--stop", "in-a-row:20", "--curve", str(curve), "--json"]  # fmt: skip
    assert cli.run(args) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["records"] == 58
    assert found["relevant"] == 5
    assert found["loss"] == 0
    assert found["recall@10%"] == 1
    assert found["priors"] == ["r3", "r0"]
    assert found["stop"]["at"] == 30  # 25 is reached, asked after every 10
    assert found["stop"]["recall"] == 1
    assert ET.parse(curve).getroot().tag.endswith("svg")


def test_the_same_every_time(tmp_path: Path) -> None:
    source = written(tmp_path / "set.csv", made_up(seed=4))
    outputs = []
    for name in ("a.csv", "b.csv"):
        assert cli.run(["simulate", str(source), "--output", str(tmp_path / name)]) == 0
        outputs.append((tmp_path / name).read_bytes())
    assert outputs[0] == outputs[1]
    assert (
        cli.run(["simulate", str(source), "--output", str(tmp_path / "c.csv"), "--seed", "9"]) == 0
    )
    assert (tmp_path / "c.csv").read_bytes() != outputs[0]  # other priors were drawn


def test_a_cold_start_from_a_topic(tmp_path: Path) -> None:
    packed = tmp_path / "set.csv.gz"
    packed.write_bytes(gzip.compress(written(tmp_path / "set.csv", made_up()).read_bytes()))
    topic = tmp_path / "topic.txt"
    topic.write_text("National registries: sarcoma registry[tiab] OR population*", "utf-8")
    output = tmp_path / "o.csv"
    args = ["simulate", str(packed), "--output", str(output), "--cold", "--topic", str(topic)]
    assert cli.run(args) == 0
    rows = order_in(output)
    assert all(prior == "0" for _, _, prior in rows)
    assert {"r3", "r13", "r23"} <= {id for _, id, _ in rows[:12]}


def test_a_cold_start_from_the_review(tmp_path: Path, review: object) -> None:
    source = written(tmp_path / "set.csv", made_up())
    args = ["simulate", str(source), "--output", str(tmp_path / "o.csv"), "--cold"]
    assert cli.run([*args, "--review", str(review.folder)]) == 0  # type: ignore[attr-defined]


def test_batches_learn_less_often() -> None:
    labels = [n % 10 == 3 for n in range(60)]
    texts = [row["title"] + " " + row["abstract"] for row in made_up()]
    one = replay(Ranker(features_of(texts)), labels, [3, 0])
    ten = replay(Ranker(features_of(texts)), labels, [3, 0], batch=10)
    assert one.trained == 5
    assert ten.trained == 1
    assert sorted(one.order) == sorted(ten.order) == list(range(60))


def test_no_label_is_looked_at_before_its_record_is_shown() -> None:
    class Watched(list[bool]):
        def __init__(self, values: list[bool]) -> None:
            super().__init__(values)
            self.shown: set[int] = set()

        def __getitem__(self, row: int) -> bool:  # type: ignore[override]
            self.shown.add(row)
            return super().__getitem__(row)

    texts = [row["title"] + " " + row["abstract"] for row in made_up()]
    labels, ranker = Watched([n % 10 == 3 for n in range(60)]), Ranker(features_of(texts))
    learned: list[int] = []
    learn = ranker.learn

    def spy(rows: list[int], signs: list[int]) -> None:
        assert set(rows) == labels.shown
        learned.append(len(rows))
        learn(rows, signs)

    ranker.learn = spy  # type: ignore[method-assign]
    replay(ranker, labels, [3, 0])
    assert learned == sorted(learned)


def test_thin_words_are_helped_by_chance() -> None:
    texts = [row["title"] + " " + row["abstract"] for row in made_up()]
    labels = [n % 10 == 3 for n in range(60)]
    wrong = Ranker(features_of([*texts, "mouse gene"]), own=1)
    mixed = Ranker(features_of([*texts, "mouse gene"]), own=1)
    alone = replay(wrong, labels).relevant_at(labels)
    helped = replay(mixed, labels, random_share=0.5, seed=2).relevant_at(labels)
    assert min(helped) < min(alone)


def test_priors_are_drawn_one_of_each() -> None:
    labels = [False, True, False, True]
    drawn = {tuple(draw_priors(labels, seed)) for seed in range(20)}
    assert all(labels[one] and not labels[other] for one, other in drawn)
    assert len(drawn) > 1


# --- bad input ---------------------------------------------------------------------------------

HEADER = "id,title,abstract,label_included\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("id,title\na,b\n", "no column holds the labels", id="no labels"),
        pytest.param(HEADER + "a,One,,1\nb,Two,,2\n", "is '2', not 0 or 1", id="strange label"),
        pytest.param(HEADER + "a,One,,1\nb,Two,,1\n", "are included", id="one class"),
        pytest.param(HEADER + "a,One,,0\nb,Two,,0\n", "are excluded", id="other class"),
        pytest.param(HEADER + "a,One,,\n", "no record has a label", id="labels missing"),
        pytest.param(HEADER + "a,One,,1\na,Two,,0\n", "stands twice", id="id twice"),
        pytest.param("", "columns are missing", id="empty"),
    ],
)
def test_what_cannot_be_replayed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    source, output = tmp_path / "set.csv", tmp_path / "o.csv"
    source.write_text(text, "utf-8")
    assert cli.run(["simulate", str(source), "--output", str(output)]) == 2
    assert said in capsys.readouterr().err
    assert not output.exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--prior-ids", "r3,zz"], "no labelled record 'zz'"),
        (["--stop", "soon"], "no stopping rule"),
        (["--cold", "--prior-ids", "r3"], "contradict"),
        (["--topic", "nowhere.txt"], "no such file"),
    ],
)
def test_what_cannot_be_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    source = written(tmp_path / "set.csv", made_up())
    topic = ["--topic", str(tmp_path / "t")] if "--cold" in more else []
    (tmp_path / "t").write_text("registry", "utf-8")
    assert cli.run(["simulate", str(source), "--output", str(tmp_path / "o"), *topic, *more]) == 2
    assert said in capsys.readouterr().err


def test_odd_records_are_named_and_borne(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = made_up()
    rows[5]["label_included"] = ""
    rows[6]["title"] = rows[6]["abstract"] = ""
    rows[8]["title"], rows[8]["abstract"] = rows[3]["title"].upper(), rows[3]["abstract"]
    source, output = written(tmp_path / "set.csv", rows), tmp_path / "o.csv"
    assert cli.run(["simulate", str(source), "--output", str(output)]) == 0
    said = capsys.readouterr().err
    assert "1 records have no label in 'label_included'" in said
    assert "1 records have no text" in said
    assert "first 'r8' (as 'r3')" in said
    ids = {id for _, id, _ in order_in(output)}
    assert ids == {f"r{n}" for n in range(60)} - {"r5"}


def test_a_topic_in_another_language_is_said_to_be_of_no_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, topic = written(tmp_path / "set.csv", made_up()), tmp_path / "t.txt"
    topic.write_text("骨肉腫の登録", "utf-8")
    args = ["simulate", str(source), "--output", str(tmp_path / "o"), "--cold"]
    assert cli.run([*args, "--topic", str(topic)]) == 0
    assert "another language" in capsys.readouterr().out


def test_three_records_are_enough(tmp_path: Path) -> None:
    source = tmp_path / "set.csv"
    source.write_text(HEADER + "a,One,x,1\nb,Two,y,0\nc,Three,z,0\n", "utf-8")
    assert cli.run(["simulate", str(source), "--output", str(tmp_path / "o.csv")]) == 0
    assert len(order_in(tmp_path / "o.csv")) == 3


# --- measures ----------------------------------------------------------------------------------


def test_the_figures_by_hand() -> None:
    at, total = [1, 2, 10, 50], 100
    assert measures.loss(at, total) == pytest.approx((63 - 10) / (4 * 96))
    assert measures.recall_after(at, total, 0.1) == 0.75
    assert measures.work_until(at, 0.75) == 10
    assert measures.work_saved(at, total, 0.95) == pytest.approx(0.5 - 0.05)
    assert measures.work_saved(at, total, 1.0) == pytest.approx(0.5)
    assert measures.discounted_gain([1, 2]) == 1
    assert measures.loss([1, 2], 2) is None
    assert measures.figures([], 5) == {"records": 5, "relevant": 0}


def test_the_curve_says_what_it_shows() -> None:
    svg = to_svg([1, 2, 9], 20, stop_at=15, title="a < b & c")
    root = ET.fromstring(svg)
    said = " ".join(part or "" for part in root.itertext())
    assert "3 of 3 relevant records found in 20 records" in said
    assert "stops at 15" in said
    assert "a < b & c" in said
    assert to_svg([], 0)
