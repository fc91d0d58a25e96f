"""The ranking over labelled reviews, one record a step, beside recorded runs of ASReview.

    python benchmarks/ranking.py FOLDER [--trials 0] [--cold] [--sets A,B]
    python benchmarks/ranking.py FOLDER --speed 5000 [--asreview COMMAND]
    python benchmarks/ranking.py FOLDER --speed 1000000 --trainings 20 --batch 500

FOLDER holds `data/NAME.csv.gz`, `datasets.json`, `priors.json` and `baselines/` as described there.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
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


def speed(folder: Path, count: int, asreview: str | None, steps: tuple[int, int]) -> None:
    """Time us and the peer on one pool of all reviews, each in a process of its own, in one run."""
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary) / "pool.csv"
        first, other = _write_pool(folder, count, source)
        ours = [sys.executable, __file__, str(folder), "--child", str(source), "--trainings",
                str(steps[0]), "--batch", str(steps[1])]  # fmt: skip
        print(f"{count:,} records, Sarcat:", flush=True)
        _measured(ours)
        if asreview:
            command = [asreview, "simulate", str(source), "--ai", "elas_u4", "--prior-idx",
                       str(first), str(other), "--n-stop", str(steps[0]), "-o",
                       f"{temporary}/out.asreview"]  # fmt: skip
            used, memory = _measured(command, quiet=True)
            print(f"ASReview ELAS u4, {steps[0]} decisions: {used:.1f} s of CPU, "
                  f"peak memory {memory:.0f} MiB")  # fmt: skip


def _write_pool(folder: Path, count: int, source: Path) -> tuple[int, int]:
    """Write a pool of all reviews; returns a relevant row and an irrelevant one."""
    rows = []
    for review in reviews(folder, None):
        data = read(folder / review["file"])
        rows += list(zip(data.titles, data.texts, data.labels, strict=True))
    random.Random(1).shuffle(rows)
    rows = (rows * (count // len(rows) + 1))[:count]  # the same texts again: no copies
    with source.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(("title", "abstract", "included"))
        writer.writerows((title, text, int(label)) for title, text, label in rows)
    return next(n for n, row in enumerate(rows) if row[2]), next(
        n for n, row in enumerate(rows) if not row[2]
    )


def _measured(command: list[str], *, quiet: bool = False) -> tuple[float, float]:
    """Run a command; returns its CPU seconds and the peak of its memory in MiB."""
    silent = subprocess.DEVNULL if quiet else None
    child = subprocess.Popen(command, stdout=silent, stderr=silent)
    _pid, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{command[0]} failed with {status}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _column(source: Path, column: int) -> Iterator[str]:
    """Give a column of a pool, value by value, so that a large one need not be held."""
    csv.field_size_limit(1 << 27)
    with source.open(newline="", encoding="utf-8") as lines:
        yield from (row[column] for row in islice(csv.reader(lines), 1, None))


def _child(source: Path, trainings: int, batch: int) -> None:
    """Do here what is measured: read, decide as often as said, then retrains with 1,000 judged."""
    begin = time.process_time()
    labels = [label == "1" for label in _column(source, 2)]
    start = time.process_time()
    features = features_of(_column(source, 1), _column(source, 0))
    print(f"  {time.process_time() - start:.1f} s of CPU to read the texts as numbers")
    ranker = Ranker(features)
    judged = {labels.index(True): 1, labels.index(False): -1}
    start, took = time.process_time(), []
    for _ in range(trainings):
        each = time.process_time()
        ranker.learn(list(judged), list(judged.values()))
        rows = ranker.order()[:batch].tolist()
        took.append(1000 * (time.process_time() - each))
        judged |= {row: 1 if labels[row] else -1 for row in rows}
    used = time.process_time() - start
    print(f"  {trainings} times {batch} decisions: {used:.1f} s of CPU, {mean(took):.0f} ms each")
    print(f"  the whole so far: {time.process_time() - begin:.1f} s, {_peak():.0f} MiB at the peak")
    if batch == 1:
        _retrains(Ranker(features), labels)


def _retrains(ranker: Ranker, labels: list[bool]) -> None:
    drawn = random.Random(1).sample(range(len(labels)), 1050)
    signs = [1 if labels[row] else -1 for row in drawn]
    ranker.learn(drawn[:1000], signs[:1000])
    took = []
    for number in range(1001, 1051):
        start = time.process_time()
        ranker.learn(drawn[:number], signs[:number])
        ranker.order()
        took.append(1000 * (time.process_time() - start))
    print(f"  a retrain with 1,000 judged, order and all: {mean(took):.0f} ms of CPU, the slowest "
          f"{max(took):.0f}", flush=True)  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--trials", default="0")
    options.add_argument("--cold", action="store_true")
    options.add_argument("--words", action="store_true", help="the review's own words as well")
    options.add_argument("--sets")
    options.add_argument("--speed", type=int)
    options.add_argument("--asreview")
    options.add_argument("--batch", type=int, default=1, help="decisions between two trainings")
    options.add_argument("--trainings", type=int, default=300)
    options.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.child:
        _child(given.child, given.trainings, given.batch)
    elif given.speed:
        speed(given.folder, given.speed, given.asreview, (given.trainings, given.batch))
    else:
        trials = [int(each) for each in given.trials.split(",")]
        quality(given.folder, trials, given.cold, given.words, given.sets)


if __name__ == "__main__":
    sys.exit(main())
