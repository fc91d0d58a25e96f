"""The ranking over labelled reviews, one record a step, beside recorded runs of ASReview.

    python benchmarks/ranking.py FOLDER [--trials 0] [--cold] [--sets A,B]
    python benchmarks/ranking.py FOLDER --speed 5000 [--asreview COMMAND]

FOLDER holds `data/NAME.csv.gz`, `datasets.json`, `priors.json` and `baselines/` as described there.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean
from typing import Any

from screening.ranking import measures
from screening.ranking.own_words import words_of_query
from screening.ranking.ranker import Ranker
from screening.ranking.simulating import Labelled, read, simulate
from screening.ranking.text_features import features_of

FIGURES = ("loss", "wss@95", "wss@100", "recall@10%")


def reviews(folder: Path, only: str | None) -> list[dict[str, Any]]:
    index = json.loads((folder / "datasets.json").read_text("utf-8"))["datasets"]
    wanted = only.split(",") if only else None
    return [each for each in index if (each["name"] in wanted if wanted else each.get("core"))]


def words_of_review(review: dict[str, Any]) -> str:
    parts = [review["topic"], review.get("criteria"), review.get("boolean_query")]
    parts += review.get("pos_terms") or []
    texts = [part if isinstance(part, str) else " ".join(part) for part in parts if part]
    return words_of_query("\n".join(texts).replace("['", " ").replace("', '", " "))


def recorded(path: Path, data: Labelled) -> dict[str, Any]:
    """Return the figures of a recorded order, the records known before left out."""
    known, order = set(), []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in sorted(csv.DictReader(lines), key=lambda row: int(row["order"])):
            if row.get("prior") == "1":
                known.add(row["id"])
            else:
                order.append(row["id"])
    labels = [data.labels[data.rows[id]] for id in order]
    at = [place for place, label in enumerate(labels, start=1) if label]
    return measures.figures(at, len(data.ids) - len(known))


def quality(
    folder: Path, trials: list[int], cold: bool, with_words: bool, only: str | None
) -> None:
    priors = json.loads((folder / "priors.json").read_text("utf-8"))
    ours: list[dict[str, Any]] = []
    theirs: list[dict[str, Any]] = []
    spent = 0.0
    for review in reviews(folder, only):
        data = read(folder / review["file"])
        words = words_of_review(review) if cold or with_words else ""
        for trial in [0] if cold else trials:
            given = priors[review["name"]][trial]
            ids = () if cold else (*given["included"], *given["excluded"])
            start = time.process_time()
            found = simulate(data, words, ids, cold=cold).figures
            took = time.process_time() - start
            spent += took
            run = "cold" if cold else f"trial{trial}"
            base = recorded(folder / f"baselines/elas_u4/{run}/{review['name']}.csv.gz", data)
            ours.append(found)
            theirs.append(base)
            sides = "  ".join(f"{name} {found[name]:.3f} ({base[name]:.3f})" for name in FIGURES)
            kind = "rich" if len(words.split()) >= 40 else "thin" if words else "none"
            print(f"{review['name']:38} {trial} {kind} {sides}  {took:.1f} s", flush=True)
    print()
    for name in FIGURES:
        a, b = [each[name] for each in ours], [each[name] for each in theirs]
        lower = name == "loss"
        better = sum((x < y) == lower and x != y for x, y in zip(a, b, strict=True))
        low, high = spread([x - y for x, y in zip(a, b, strict=True)])
        print(
            f"{name:11} {mean(a):.4f} beside {mean(b):.4f}, ratio {mean(a) / mean(b):.3f}, better "
            f"on {better} of {len(a)}, difference {low:+.4f} to {high:+.4f} (95 %)"
        )
    print(f"{spent:.0f} s of CPU for {len(ours)} runs")


def spread(differences: list[float], draws: int = 4000) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the mean."""
    lot = random.Random(0)
    means = sorted(mean(lot.choices(differences, k=len(differences))) for _ in range(draws))
    return means[int(0.025 * draws)], means[int(0.975 * draws)]


def speed(folder: Path, count: int, asreview: str | None) -> None:
    """Time a retrain with 1,000 judged, and a run of 300 decisions, over a pool of all reviews."""
    rows = []
    for review in reviews(folder, None):
        data = read(folder / review["file"])
        rows += list(zip(data.titles, data.texts, data.labels, strict=True))
    draw = random.Random(1)
    draw.shuffle(rows)
    rows = (rows * (count // len(rows) + 1))[:count]
    start = time.process_time()
    features = features_of([text for _, text, _ in rows], [title for title, _, _ in rows])
    print(f"{count:,} records: {time.process_time() - start:.1f} s of CPU to read them as numbers")
    ranker, judged = Ranker(features), draw.sample(range(count), 1100)
    signs = [1 if rows[row][2] else -1 for row in judged]
    ranker.learn(judged[:1000], signs[:1000])
    took = []
    for number in range(1001, 1100):
        start = time.process_time()
        ranker.learn(judged[:number], signs[:number])
        ranker.order()
        took.append(1000 * (time.process_time() - start))
    print(f"a retrain with 1,000 judged, order and all: {mean(took):.0f} ms of CPU, "
          f"the slowest {max(took):.0f}")  # fmt: skip
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    if asreview:
        _beside(asreview, rows)


def _beside(asreview: str, rows: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "pool.csv"
        with source.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(("title", "abstract", "included"))
            writer.writerows((title, text, int(label)) for title, text, label in rows)
        first = next(n for n, row in enumerate(rows) if row[2])
        other = next(n for n, row in enumerate(rows) if not row[2])
        command = [asreview, "simulate", str(source), "--ai", "elas_u4", "--prior-idx", str(first),
                   str(other), "--n-stop", "300", "-o", f"{folder}/out.asreview"]  # fmt: skip
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"ASReview ELAS u4, 300 decisions: {used.ru_utime + used.ru_stime:.0f} s of CPU, "
              f"peak memory {used.ru_maxrss / 1024:.0f} MiB")  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--trials", default="0")
    options.add_argument("--cold", action="store_true")
    options.add_argument("--words", action="store_true", help="the review's own words as well")
    options.add_argument("--sets")
    options.add_argument("--speed", type=int)
    options.add_argument("--asreview")
    given = options.parse_args()
    if given.speed:
        speed(given.folder, given.speed, given.asreview)
    else:
        trials = [int(each) for each in given.trials.split(",")]
        quality(given.folder, trials, given.cold, given.words, given.sets)


if __name__ == "__main__":
    sys.exit(main())
