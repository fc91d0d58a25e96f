"""How fast a large review is screened: the first record, the next one, the fold of the logs.

    python benchmarks/screen.py [--records N] [--events N] [--keep DIR]

Made-up: a review of N records (default 100,000) of which each of two reviewers has decided a fifth,
and logs of N events (default 1,000,000) by ten reviewers. Measured, each in a process of its own:

- `sarcat screen` at a terminal of its own: from the command to the first record on the screen, and
  the peak memory of the process;
- the engine, as both screens use it: from a key to the next record, its decision synced to disk;
- finding words with `/`: one that no record holds, and one that all do;
- the fold of all logged events into verdicts and outcomes, reading the files included;
- the state after ten logs are merged in 100 orders, which must be one.

CPU seconds are given beside those of the clock: the clock also counts what other programs did.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from imports import made_up

ROOT = Path(__file__).parent.parent
FIRST, NEXT, MEMORY, FOLD = 1.5, 0.030, 250, 15.0  # seconds, seconds, MB, seconds
KEYS = 1000  # decisions of which the slowest hundredth is looked at
ORDERS = 100
STAGE = "title-abstract"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="make the review here, once")
    parser.add_argument("--one", nargs=2, metavar=("WHAT", "DIR"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        what, folder = options.one
        print(
            json.dumps(
                {"begin": begin, "keys": keys, "find": find, "fold": fold, "merge": merge}[what](
                    folder
                )
            )
        )
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        make(folder, options.records, options.events)
        measure(folder)


def measure(folder: Path) -> None:
    first = alone("begin", folder)
    _tell("first record on the screen", first["seconds"], first["cpu"], FIRST)
    bare = first["bare"]
    print(f"{'  an empty Textual app':<28}{first['bare_seconds']:9.3f} s  ({bare:7.3f} s cpu)")
    peak = first["peak"]
    print(f"{'peak memory':<28}{peak:9.0f} MB{'':15}aim {MEMORY}  {_verdict(peak, MEMORY)}")
    after = alone("keys", folder)
    _tell("key to next record, p99", after["p99"], after["cpu"], NEXT)
    print(f"{'  half of them within':<28}{after['p50'] * 1000:9.1f} ms")
    found = alone("find", folder)
    for what in ("rare", "common"):
        print(f"{'finding a ' + what + ' word':<28}{found[what]:9.3f} s cpu, "
              f"{found[what + '_hits']:,} of {found['records']:,} records; "
              f"{found['bare']:.3f} to read them all")  # fmt: skip
    folded = alone("fold", folder)
    _tell(f"fold of {folded['events']:,} events", folded["seconds"], folded["cpu"], FOLD)
    print(f"{'  of it reading':<28}{folded['reading']:9.1f} s cpu; json.loads of each line alone "
          f"{folded['bare']:.1f}; peak memory {folded['peak']:.0f} MB")  # fmt: skip
    merged = alone("merge", folder)
    print(f"{merged['logs']} logs merged in {merged['orders']} orders: {merged['states']} state")
    assert merged["states"] == 1


def _tell(what: str, seconds: float, cpu: float, aim: float) -> None:
    print(f"{what:<28}{seconds:9.3f} s  ({cpu:7.3f} s cpu)  aim {aim}  {_verdict(cpu, aim)}")


def _verdict(value: float, aim: float) -> str:
    return "ok" if value < aim else "MISSED"


def alone(what: str, folder: Path) -> dict[str, float]:
    """Run one measurement in a process of its own."""
    done = subprocess.run([sys.executable, __file__, "--one", what, folder], check=True,
                          capture_output=True, text=True, env=_environment())  # fmt: skip
    return json.loads(done.stdout)


def _environment() -> dict[str, str]:
    # compiled once, as an installed program is, whatever this shell does with such files
    compiled = Path(tempfile.gettempdir()) / f"sarcat-bench-{os.getuid()}"
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT), "SARCAT_DEVICE": "bench", "TERM": "xterm-256color",
            "PYTHONPYCACHEPREFIX": str(compiled)}  # fmt: skip


# --- what is measured ----------------------------------------------------------------------------


BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    BINDINGS = [("q", "quit", "Quit")]
    def compose(self):
        yield Static("place")
Bare().run()
"""


def begin(folder: str) -> dict[str, float]:
    """Start `sarcat screen` at a pty, wait for the first record, and leave; then a bare app.

    Each three times, and the least is given: the first time also compiles.
    """
    screen = ["-m", "cli", "screen", "--as", "reviewer-a", "--review", f"{folder}/review"]
    seconds, spent = _best([sys.executable, *screen])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    bare_seconds, bare = _best([sys.executable, "-c", BARE])
    return {"seconds": seconds, "cpu": spent, "peak": peak, "bare_seconds": bare_seconds,
            "bare": bare}  # fmt: skip


def _best(command: list[str]) -> tuple[float, float]:
    return min((_at_a_terminal(command) for _ in range(3)), key=lambda took: took[1])


def _at_a_terminal(command: list[str]) -> tuple[float, float]:
    """Return seconds by the clock and of CPU until a program shows "place"; then it is left."""
    import pty
    import select

    ours, theirs = pty.openpty()
    begun = time.monotonic()
    running = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT,
                               start_new_session=True)  # fmt: skip
    os.close(theirs)
    seen = b""
    while b"place" not in seen and time.monotonic() < begun + 120:
        if select.select([ours], [], [], 0.05)[0]:
            seen += os.read(ours, 65536)
    seconds, spent = time.monotonic() - begun, _cpu_of(running.pid)
    assert b"place" in seen, seen[-2000:]
    os.write(ours, b"q")
    while running.poll() is None and time.monotonic() < begun + 180:
        if select.select([ours], [], [], 0.05)[0]:
            try:
                os.read(ours, 65536)
            except OSError:
                break
    running.wait(30)
    os.close(ours)
    return seconds, spent


def _cpu_of(process: int) -> float:
    """Return the CPU seconds that a process has spent until now."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def keys(folder: str) -> dict[str, float]:
    """Decide KEYS records as the screens do: decide, then read the record that shows next."""
    from screening.session import open_engine
    from search.review import Review

    review = Review(Path(folder) / "review")
    took = []
    with open_engine(review, "reviewer-a", STAGE) as (engine, _faults):
        engine.shown()
        cpu = time.process_time()
        for number in range(KEYS):
            start = time.monotonic()
            engine.decide(*(("include",) if number % 20 == 0 else ("exclude", "E1")))
            engine.shown()
            engine.counters()
            took.append(time.monotonic() - start)
        cpu = (time.process_time() - cpu) / KEYS
    took.sort()
    return {"p99": took[int(KEYS * 0.99)], "p50": took[KEYS // 2], "cpu": cpu}


def find(folder: str) -> dict[str, float]:
    """Find a word that no record holds and one that all do; beside it, records only read."""
    from search.review import Review

    store = Review(Path(folder) / "review").store
    took: dict[str, float] = {}
    for what, word in (("rare", "zebrafish"), ("common", "sarcoma")):
        cpu = time.process_time()
        took[f"{what}_hits"] = sum(1 for _ in store.holding([word]))
        took[what] = time.process_time() - cpu
    cpu = time.process_time()
    took["records"] = sum(1 for _ in store.database.execute("select key, document from records"))
    took["bare"] = time.process_time() - cpu
    return took


def fold(folder: str) -> dict[str, float]:
    """Read all logs and work out every verdict in force and every outcome."""
    from screening.decision_logs.decisions import in_force, outcome, settlements, standing
    from screening.decision_logs.logs import read_logs
    from search.protocol import Stage

    start, cpu = time.monotonic(), time.process_time()
    logs = read_logs(Path(folder) / "logs")
    reading = time.process_time() - cpu
    stands = standing(logs.events)
    held, settled = in_force(stands), settlements(stands)
    rules = Stage(STAGE)
    for place, by_reviewer in held.items():
        outcome(by_reviewer.values(), settled.get(place), rules)
    spent, seconds = time.process_time() - cpu, time.monotonic() - start
    bare = time.process_time()
    for path in (Path(folder) / "logs").iterdir():
        for line in path.read_text("utf-8").splitlines():
            json.loads(line)
    bare = time.process_time() - bare
    return {
        "bare": bare, "events": len(logs.events), "seconds": seconds, "reading": reading,
        "cpu": spent,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def merge(folder: str) -> dict[str, float]:
    """Read ten logs in a hundred orders, some of them twice, and count the states they come to."""
    from screening.decision_logs.decisions import in_force, settlements
    from screening.decision_logs.logs import read_logs

    paths = sorted((Path(folder) / "small").glob("*.jsonl"))
    dice = random.Random(20261124)
    states = set()
    for _ in range(ORDERS):
        order = dice.sample(paths, len(paths))
        with tempfile.TemporaryDirectory() as merged:
            for number, path in enumerate(order):
                shutil.copy(path, Path(merged) / path.name)
                if number % 3 == 0:  # a cloud folder delivered it once more
                    shutil.copy(path, Path(merged) / f"{path.stem} ({number + 1}).jsonl")
            events = read_logs(Path(merged)).events
        state = (sorted(in_force(dice.sample(events, len(events))).items()),
                 sorted(settlements(events).items()))  # fmt: skip
        states.add(repr(state))
    return {"logs": len(paths), "orders": ORDERS, "states": len(states)}


# --- made-up -------------------------------------------------------------------------------------


def make(folder: Path, records: int, events: int) -> None:
    """Make what is measured, unless it is there."""
    if (folder / "ready").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    make_review(folder / "review", records)
    make_logs(folder / "logs", events)
    make_logs(folder / "small", events // 100)
    (folder / "ready").touch()


def make_review(folder: Path, count: int) -> None:
    """A review of ``count`` records, a fifth of them decided by each of two reviewers."""
    from screening.queue import shuffled
    from screening.state import load
    from search import runs
    from search.intake import finish
    from search.records import Record, key_of
    from search.review import Review
    from search.runs import SearchRun

    folder.mkdir(parents=True)
    protocol = (ROOT / "data" / "protocol.toml").read_text("utf-8")
    (folder / "protocol.toml").write_text(protocol, "utf-8")
    review = Review(folder)

    def keyed() -> Iterator[tuple[str, Record]]:
        for number, title, abstract, people, keywords in made_up(count):
            record = Record(
                pmid=str(number + 1), title=title, abstract=abstract, year=1980 + number % 45,
                authors=tuple(f"{family}, {given}" for family, given in people),
                keywords=tuple(keywords),
            )  # fmt: skip
            yield key_of(record, "pubmed"), record

    when = "2026-01-01T00:00:00Z"
    name, run_folder = runs.start(review.searches, "pubmed", when)
    runs.write_records(run_folder, keyed())
    finish(run_folder, SearchRun(name, "ok", "database", "pubmed", "pubmed", when, parsed=count),
           review.store, [f"pmid:{number + 1}" for number in range(count)])  # fmt: skip
    folder.joinpath("decisions").mkdir()
    for who in ("reviewer-a", "reviewer-b"):
        order = shuffled(review.store.keys(), review.protocol.seed, who, STAGE)
        seen = {each.key: each.seen for each in review.store.records(order[: count // 5])}
        decided = [(key, seen[key]) for key in order[: count // 5]]
        write_log(folder / "decisions" / f"{who}.bench.jsonl", who, "bench", decided,
                  review.protocol.criteria_hash)  # fmt: skip
    load(review)  # duplicate sets are worked out once, as `sarcat dedupe` does


def make_logs(folder: Path, events: int) -> None:
    folder.mkdir(parents=True)
    each = events // 10
    for number in range(10):
        keys = [(f"pmid:{at + 1 + number % 5 * each}", "0" * 64) for at in range(each)]
        who = f"reviewer-{'abcdefghij'[number]}"
        write_log(folder / f"{who}.bench.jsonl", who, "bench", keys, "0" * 12)


def _time(number: int) -> str:
    """Return when a decision was made: three a minute, around the clock."""
    when = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(seconds=20 * number)
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def write_log(path: Path, who: str, device: str, keys: list[tuple[str, str]], crit: str) -> None:
    """Write a log as `Log` would, without syncing each line: decisions, and some taken back."""
    from screening.decision_logs.events import Event, hash_of, to_line

    dice = random.Random(who)
    end, before = "", ""
    with path.open("w", encoding="utf-8") as out:
        for number, (key, seen) in enumerate(keys, start=1):
            eid = f"{number:08x}-0000-7000-8000-{dice.getrandbits(48):012x}"
            event = Event(
                eid=eid, n=number, prev=end, who=who, dev=device, t=_time(number), lc=number,
                act="decide", rec=key, stage=STAGE, seen=seen, crit=crit,
                val=dice.choices(("include", "exclude", "maybe"), (5, 93, 2))[0],
            )  # fmt: skip
            if before and dice.random() < 0.01:
                event = Event(eid=eid, n=number, prev=end, who=who, dev=device, lc=number,
                              t=event.t, act="undo", stage=STAGE, target=before)  # fmt: skip
            line = to_line(event)
            out.write(line + "\n")
            end, before = hash_of(line), event.eid


if __name__ == "__main__":
    main()
