"""Deduplication on labelled sets, at scale, and beside bib-dedupe.

    python benchmarks/dedupe.py --sets FOLDER [--only NAME,…]
    python benchmarks/dedupe.py --made-up FILE.csv [FILE.csv …]
    python benchmarks/dedupe.py --beside FILE.csv.gz --peer PYTHON
    python benchmarks/dedupe.py --update FILE.csv [--new 1000]

FOLDER holds labelled sets, `NAME.csv.gz` with the columns of `sarcat dedupe --input` and one
`cluster_id`, which is never shown to the program. Each runs as `sarcat dedupe` in a process of its
own; CPU and memory are those of the whole process, interpreter and imports included. PYTHON is the
interpreter of an environment that has bib-dedupe; it is asked for prep, block, match and cluster on
one processor. `--update` takes all records but the last into a new review and deduplicates it; then
the last, and does so again: once as an update, once from the beginning.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PEER = """
import sys
import pandas as pd
import bib_dedupe.bib_dedupe as bib

records = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
records = records.rename(columns={"id": "ID", "authors": "author", "issue": "number"})
records["ENTRYTYPE"] = "article"
records["author"] = records["author"].str.replace("; ", " and ")
records = records.drop(columns=["cluster_id", "pmid", "source_db"], errors="ignore")
pairs = bib.match(bib.block(bib.prep(records, cpu=1), cpu=1), cpu=1)
rows = [(id, group[0]) for group in bib.cluster(pairs) for id in group]
pd.DataFrame(rows, columns=["id", "cluster"]).to_csv(sys.argv[2], index=False)
"""


class Cost(NamedTuple):
    """CPU seconds and peak memory (MB) of a process and those that it waited for."""

    cpu: float
    memory: float


class Score(NamedTuple):
    """Pairs as they should be, wrongly joined, missed; sets that mix works; the queue."""

    right: int
    wrong: int
    missed: int
    mixed: int
    asked: int
    asked_rightly: int
    missed_after: int

    @property
    def recall(self) -> float:
        return self.right / max(self.right + self.missed, 1)

    @property
    def recall_after(self) -> float:
        return 1 - self.missed_after / max(self.right + self.missed, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=Path, metavar="FOLDER")
    parser.add_argument("--only", default="", metavar="NAME,…")
    parser.add_argument("--made-up", type=Path, nargs="+", default=[], metavar="FILE")
    parser.add_argument("--beside", type=Path, metavar="FILE")
    parser.add_argument("--peer", metavar="PYTHON")
    parser.add_argument("--update", type=Path, metavar="FILE")
    parser.add_argument("--new", type=int, default=1000, metavar="N")
    options = parser.parse_args()
    csv.field_size_limit(1 << 24)
    if options.sets:
        names = set(filter(None, options.only.split(",")))
        labelled(path for path in sorted(options.sets.glob("*.csv.gz"))
                 if not names or path.name.removesuffix(".csv.gz") in names)  # fmt: skip
    if options.made_up:
        scale(options.made_up)
    if options.beside and options.peer:
        beside(options.beside, options.peer)
    if options.update:
        update(options.update, options.new)
    if not (options.sets or options.made_up or (options.beside and options.peer)
            or options.update):  # fmt: skip
        parser.error("name --sets, --made-up, --update, or --beside with --peer")


# --- the four measurements --------------------------------------------------------------------


def labelled(paths: Iterable[Path]) -> None:
    print("| set | records | wrong pairs | mixed sets | recall | queue (real) | recall after it | "
          "CPU s | ms a record | MB |")  # fmt: skip
    print("| --- " * 10 + "|")
    for path in paths:
        truth = column(path, "cluster_id")
        with tempfile.TemporaryDirectory() as folder:
            sets, pairs = Path(folder) / "sets.csv", Path(folder) / "pairs.csv"
            cost = ours(path, sets, pairs)
            score = scored(truth, column(sets, "cluster"), read_pairs(pairs))
        print(f"| {path.name.removesuffix('.csv.gz')} | {len(truth):,} | {score.wrong} | "
              f"{score.mixed} | {score.recall:.4f} | {score.asked} ({score.asked_rightly}) | "
              f"{score.recall_after:.4f} | {cost.cpu:.1f} | {1000 * cost.cpu / len(truth):.2f} | "
              f"{cost.memory:.0f} |", flush=True)  # fmt: skip


def scale(paths: Iterable[Path]) -> None:
    """Made-up records of rising number; the ratio is of CPU, to the file before."""
    before = None
    for path in paths:
        truth = column(path, "cluster_id")
        with tempfile.TemporaryDirectory() as folder:
            sets = Path(folder) / "sets.csv"
            cost = ours(path, sets, Path(folder) / "pairs.csv")
            score = scored(truth, column(sets, "cluster"), [])
        ratio = f", {cost.cpu / before:.1f} times the file before" if before else ""
        print(f"{len(truth):,} made-up records: {cost.cpu:.0f} CPU s, {cost.memory:.0f} MB, recall "
              f"{score.recall:.4f}, {score.mixed} mixed sets{ratio}", flush=True)  # fmt: skip
        before = cost.cpu


def beside(path: Path, peer: str) -> None:
    truth = column(path, "cluster_id")
    with tempfile.TemporaryDirectory() as folder:
        sets = Path(folder) / "sets.csv"
        costs = {"sarcat": ours(path, sets, Path(folder) / "pairs.csv")}
        scores = {"sarcat": scored(truth, column(sets, "cluster"), [])}
        costs["bib-dedupe"] = run([peer, "-W", "ignore", "-c", PEER, str(path), str(sets)])
        scores["bib-dedupe"] = scored(truth, column(sets, "cluster"), [])
    for name, cost in costs.items():
        score = scores[name]
        print(f"{name}: {cost.cpu:.1f} CPU s, {cost.memory:.0f} MB, recall {score.recall:.4f}, "
              f"{score.mixed} mixed sets")  # fmt: skip
    print(f"one {costs['bib-dedupe'].cpu / costs['sarcat'].cpu:.0f}th of the CPU")


def update(path: Path, new: int) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    with tempfile.TemporaryDirectory() as folder:
        review, old, last = (Path(folder) / name for name in ("review", "old.csv", "new.csv"))
        old.write_text("".join(lines[:-new]), encoding="utf-8")
        last.write_text("".join([lines[0], *lines[-new:]]), encoding="utf-8")
        sarcat("init", review)
        sarcat("import", old, "--source", "made-up", "--review", review)
        costs = {"first run": sarcat("dedupe", "--review", review)}
        sarcat("import", last, "--source", "made-up", "--review", review)
        costs["update"] = sarcat("dedupe", "--review", review)
        first = found_in(review)
        costs["nothing new"] = sarcat("dedupe", "--review", review)
        costs["all again"] = sarcat("dedupe", "--afresh", "--review", review)
        size = (review / "review.db").stat().st_size
        same = first == found_in(review)
    for name, cost in costs.items():
        print(f"{name}: {cost.cpu:.2f} CPU s, {cost.memory:.0f} MB")
    print(f"{len(first[0]):,} records in sets, {len(first[1]):,} pairs open; the same as of a full "
          f"run: {'yes' if same else 'NO'}; database {size / 1e6:.0f} MB")  # fmt: skip


def found_in(review: Path) -> tuple[list[object], ...]:
    with closing(sqlite3.connect(review / "review.db")) as database:
        tables = ("duplicates", "duplicates_open", "duplicates_left_out", "duplicates_found")
        return tuple(sorted(database.execute(f"select * from {name}")) for name in tables)


# --- processes ---------------------------------------------------------------------------------


def ours(path: Path, sets: Path, pairs: Path) -> Cost:
    """Run `sarcat dedupe` on a file."""
    words = ["dedupe", "--input", path, "--output", sets, "--review-pairs", pairs]
    return sarcat(*words)


def sarcat(*words: object) -> Cost:
    return run([sys.executable, "-m", "cli", *map(str, words)])


def run(command: list[str]) -> Cost:
    """Run a program to its end, from the root of the project; its words are thrown away."""
    with Path(os.devnull).open("w") as nothing:
        id = os.posix_spawn(
            command[0], command, {**os.environ, "PYTHONPATH": str(ROOT)},
            file_actions=[(os.POSIX_SPAWN_DUP2, nothing.fileno(), 1),
                          (os.POSIX_SPAWN_DUP2, nothing.fileno(), 2)],
        )  # fmt: skip
    _id, status, used = os.wait4(id, 0)
    if status:
        sys.exit(f"{' '.join(command)[:200]} ended with {os.waitstatus_to_exitcode(status)}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


# --- counting ----------------------------------------------------------------------------------


def rows_of(path: Path) -> Iterable[dict[str, str]]:
    opener = gzip.open if path.name.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def column(path: Path, name: str) -> dict[str, str]:
    return {row["id"]: row[name] for row in rows_of(path)}


def read_pairs(path: Path) -> list[tuple[str, str]]:
    return [(row["id1"], row["id2"]) for row in rows_of(path)]


def pairs_in(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def scored(
    truth: Mapping[str, str], found: Mapping[str, str], asked: list[tuple[str, str]]
) -> Score:
    """Count pairs from the table of works by sets, never one by one."""
    name = {id: found.get(id, id) for id in truth}
    table = Counter((truth[id], name[id]) for id in truth)
    right = pairs_in(table.values())
    all_true = pairs_in(Counter(truth.values()).values())
    all_found = pairs_in(Counter(name.values()).values())
    works = Counter(each for _work, each in table)
    real = [(a, b) for a, b in asked if truth[a] == truth[b]]
    return Score(right, all_found - right, all_true - right,
                 sum(count > 1 for count in works.values()), len(asked), len(real),
                 all_true - together(truth, name, real))  # fmt: skip


def together(truth: Mapping[str, str], name: Mapping[str, str], real: list[tuple[str, str]]) -> int:
    """Return how many true pairs are together when a person has joined the ``real`` ones."""
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(part: tuple[str, str]) -> tuple[str, str]:
        while (above := parent.get(part, part)) != part:
            part = above
        return part

    for a, b in real:
        parent[root((truth[a], name[a]))] = root((truth[b], name[b]))
    return pairs_in(Counter(root((truth[id], name[id])) for id in truth).values())


if __name__ == "__main__":
    main()
