"""What goes wrong outside: clones merged by git, full disks, folders that may not be written, clocks.

Killed terminals are in test_screening_terminal_pty, logs cut at every byte in test_screening_logs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import add_run

import cli
from screening.deciding import decide_many
from screening.decision_file import read_decisions
from screening.decision_logs import logs
from screening.decision_logs.events import Event
from screening.decision_logs.logs import read_logs
from screening.engine import Engine
from screening.session import open_engine
from screening.state import TITLE_ABSTRACT, ReviewState, load
from search.records import Record
from search.review import Review

COUNT = 1000
PER_SECOND = 10**9


# --- two clones, merged by git both ways ---------------------------------------------------------


def git(folder: Path, *arguments: str) -> None:
    who = (
        "-c",
        "user.name=Test",
        "-c",
        "user.email=test@example.org",
        "-c",
        "commit.gpgsign=false",
    )
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True,
                   env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull,
                        "GIT_CONFIG_SYSTEM": os.devnull})  # fmt: skip


def decided(folder: Path, who: str, device: str, verdicts: str) -> None:
    """Decide every record in a clone, on a device of its own, in two sittings with a commit each."""
    os.environ["SARCAT_DEVICE"] = device
    for first in (0, COUNT // 2):
        rows = [
            f"pmid:{n},{('include', 'exclude', 'maybe')[int(verdicts[n % len(verdicts)])]}"
            for n in range(first + 1, first + COUNT // 2 + 1)
        ]
        text = "\n".join(["key,decision", *rows])
        decide_many(Review(folder), read_decisions("x", text.encode()), who, TITLE_ABSTRACT)
        git(folder, "add", "decisions")
        git(folder, "commit", "-m", f"{who} on {device}")


def comparable(state: ReviewState) -> object:
    return state.decisions, state.outcomes, state.settlements, state.faults


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_two_clones_of_1000_decisions_merge_both_ways(
    review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SARCAT_DEVICE", "first")  # and put back, whatever is set below
    add_run(review, [Record(pmid=str(n), title=f"Title {n}") for n in range(1, COUNT + 1)])
    (review.folder / ".gitignore").write_text("review.db*\n")
    git(review.folder, "init", "-b", "main")
    git(review.folder, "add", ".")
    git(review.folder, "commit", "-m", "begun")
    clones = [tmp_path / name for name in ("one", "two")]
    for clone in clones:
        git(tmp_path, "clone", str(review.folder), str(clone))
    one, two = clones
    decided(one, "reviewer-a", "laptop", "01101")
    decided(two, "reviewer-b", "desk", "0112")
    git(one, "pull", "--no-rebase", "--no-edit", str(two), "main")
    git(two, "pull", "--no-rebase", "--no-edit", str(one), "main")
    git(review.folder, "pull", "--no-rebase", "--no-edit", str(two), "main")
    states = [load(Review(folder)) for folder in (one, two, review.folder)]
    assert comparable(states[0]) == comparable(states[1]) == comparable(states[2])
    assert states[0].faults == ()
    assert sum(len(by) for by in states[0].decisions.values()) == 2 * COUNT
    for folder in clones:
        assert cli.run(["verify", "--review", str(folder)]) == 0
    # what is merged once more, the other way round and by rebase, brings nothing
    git(one, "pull", "--rebase", str(two), "main")
    assert comparable(load(Review(one))) == comparable(states[0])


# --- disks and folders ---------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """Mount a disk of this size, where that is allowed; else skip the test."""
    mount = shutil.which("mount")
    if os.geteuid() != 0 or not mount:
        pytest.skip("only an administrator may mount a small disk")
    done = subprocess.run([mount, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
                          capture_output=True, check=False)  # fmt: skip
    if done.returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True, capture_output=True)


def test_a_disk_that_fills_up_loses_nothing_that_was_acknowledged(
    filled: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    load(filled)  # the database is up to date and need not grow
    filled.decisions.mkdir(exist_ok=True)
    with small_disk(filled.decisions, "16k"):
        where = ("--as", "reviewer-a", "--review", str(filled.folder))
        acknowledged, status = 0, 0
        while status == 0:
            status = cli.run(["decide", "pmid:1", "maybe", "--note", "n" * 500, *where])
            acknowledged += status == 0
            assert acknowledged < 100
        shown = capsys.readouterr()
        assert status == 1
        assert "No space left on device" in shown.err
        assert "Traceback" not in shown.err
        assert shown.out.count("pmid:1: maybe") == acknowledged > 1
        assert len(read_logs(filled.decisions).events) == acknowledged
        assert read_logs(filled.decisions).faults == ()
        # a file of decisions that does not fit leaves nothing of itself
        text = "key,decision,note\n" + "".join(f"pmid:{n},include,{'x' * 900}\n" for n in (2, 3, 4))
        (filled.folder / "many.csv").write_text(text)
        assert cli.run(["decide", "--file", str(filled.folder / "many.csv"), *where]) == 1
        assert len(read_logs(filled.decisions).events) == acknowledged


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nobody write to a folder, the administrator included."""
    if os.geteuid() == 0:
        with small_disk(folder, "16k,ro"):
            yield
        return
    folder.chmod(0o555)
    try:
        yield
    finally:
        folder.chmod(0o755)


@pytest.mark.parametrize("command", [["decide", "pmid:1", "include"], ["screen", "--plain"]])
def test_decisions_in_a_folder_that_may_not_be_written_end_with_a_sentence(
    filled: Review, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    filled.decisions.mkdir(exist_ok=True)
    with read_only(filled.decisions):
        status = cli.run([*command, "--as", "reviewer-a", "--review", str(filled.folder)])
        shown = capsys.readouterr()
        assert status == 1
        assert shown.err.count("\n") == 1
        assert "decisions cannot be kept here" in shown.err
        assert cli.run(["status", "--review", str(filled.folder)]) == 0  # reading goes on
    assert list(filled.decisions.iterdir()) == []


# --- clocks --------------------------------------------------------------------------------------

TIMES = ["2026-11-24T10:00:00Z", "1999-01-01T00:00:00Z", "2031-06-30T23:59:60Z",
         "2026-11-24T10:00:01Z", "9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z"]  # fmt: skip


def where(engine: Engine) -> tuple[object, ...]:
    counters = engine.counters()
    return engine.current, counters.decided, counters.left, counters.position


def test_a_clock_that_jumps_changes_neither_order_nor_place(
    filled: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(TIMES * 3)
    monkeypatch.setattr(logs, "now", lambda: next(clock))
    acts = [
        lambda engine: engine.decide("include"),
        lambda engine: engine.later(),
        lambda engine: engine.decide("exclude"),
        lambda engine: engine.undo(),
        lambda engine: engine.decide("maybe"),
        lambda engine: engine.later(),
        lambda engine: engine.redo() or engine.undo(),
        lambda engine: engine.decide("include"),
    ]
    with open_engine(filled, "reviewer-a", TITLE_ABSTRACT, "added") as (steady, _):
        shown = [where(steady)]
    for act in acts:
        with open_engine(Review(filled.folder), "reviewer-a", TITLE_ABSTRACT, "added") as (
            engine, _,
        ):  # fmt: skip
            assert where(engine) == shown[-1]  # a restart at any moment, at whatever time
            act(engine)
            shown.append(where(engine))
    events = read_logs(filled.decisions).events
    assert [event.n for event in events] == list(range(1, len(events) + 1))
    assert cli.run(["verify", "--review", str(filled.folder)]) == 0
    assert cli.run(["log", "--review", str(filled.folder)]) == 0


def test_two_devices_with_clocks_years_apart_come_to_the_newest_verdict(
    filled: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Event] = []
    for device, time, verdict in (("laptop", "2031-01-01T00:00:00Z", "include"),
                                  ("desk", "1999-01-01T00:00:00Z", "exclude")):  # fmt: skip
        monkeypatch.setenv("SARCAT_DEVICE", device)
        monkeypatch.setattr(logs, "now", lambda time=time: time)
        with logs.open_log(filled.decisions, "reviewer-a") as log:
            written.append(log.append("decide", rec="pmid:1", stage=TITLE_ABSTRACT, val=verdict))
    held = load(filled).decisions["pmid:1", TITLE_ABSTRACT]["reviewer-a"]
    assert (held.verdict, held.event) == ("exclude", written[1].eid)
