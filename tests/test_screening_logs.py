"""Decision logs: durable, verifiable, and the same whatever the order in which they come."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from screening.decision_logs import device, logs
from screening.decision_logs.decisions import in_force
from screening.decision_logs.events import Act, Event, hash_of, to_line
from screening.decision_logs.logs import Log, device_id, open_log, read_logs
from search.errors import BadInput, SarcatError


def decide(log: Log, key: str, verdict: str, **more: str) -> Event:
    return log.append(Act.DECIDE, rec=key, stage="title-abstract", val=verdict, **more)


def test_a_decision_is_there_as_soon_as_it_is_acknowledged(tmp_path: Path) -> None:
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        event = decide(log, "pmid:1", "include", note="\x1b[31m=cmd|' /c'")
        assert read_logs(tmp_path).events == (event,)
    assert (tmp_path / "reviewer-a.laptop.jsonl").read_text().count("\n") == 1


def test_the_newest_verdict_holds_and_undo_takes_it_back(tmp_path: Path) -> None:
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        decide(log, "pmid:1", "include")
        second = decide(log, "pmid:1", "exclude", reason="E1")
        key = ("pmid:1", "title-abstract")
        assert in_force(read_logs(tmp_path).events)[key]["reviewer-a"].reason == "E1"
        undo = log.append(Act.UNDO, target=second.eid)
        assert in_force(read_logs(tmp_path).events)[key]["reviewer-a"].verdict == "include"
        log.append(Act.UNDO, target=undo.eid)
        assert in_force(read_logs(tmp_path).events)[key]["reviewer-a"].verdict == "exclude"


def test_nobody_undoes_the_judgement_of_another(tmp_path: Path) -> None:
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        event = decide(log, "pmid:1", "include")
    with open_log(tmp_path, "reviewer-b", "desk") as log:
        log.append(Act.UNDO, target=event.eid)
    assert in_force(read_logs(tmp_path).events)["pmid:1", "title-abstract"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a log of three decisions."""
    with open_log(tmp_path_factory.mktemp("whole"), "reviewer-a", "laptop") as log:
        for number in range(1, 4):
            decide(log, f"pmid:{number}", "include", note="Ärzte, 中文")
    return log.path.read_bytes()


def is_torn(whole: bytes, cut: int) -> bool:
    """Whether a log cut there ends within a line; one that lacks its newline alone is whole."""
    return cut > 0 and whole[cut - 1 : cut + 1].count(b"\n") == 0 and cut < len(whole)


def test_a_log_cut_at_any_byte_gives_what_was_whole(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "reviewer-a.laptop.jsonl"
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        read = read_logs(tmp_path)
        lines = whole[: cut + 1].count(b"\n")
        assert [event.rec for event in read.events] == [f"pmid:{n}" for n in range(1, lines + 1)]
        torn = [(fault.rule, fault.line) for fault in read.faults if fault.level != "info"]
        assert torn == [("torn", lines + 1)] * is_torn(whole, cut)


@pytest.mark.parametrize("part", [0, 1, 2, 3, 20, 30, 49, 50, 98, 99, 100])
def test_a_torn_line_is_kept_aside_and_the_log_goes_on(
    tmp_path: Path, whole: bytes, part: int
) -> None:
    cut = len(whole) * part // 100
    before = whole[:cut]
    path = tmp_path / "reviewer-a.laptop.jsonl"
    path.write_bytes(before)
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        assert [fault.rule for fault in log.notices] == ["torn"] * is_torn(whole, cut)
        decide(log, "pmid:9", "include")
    after = read_logs(tmp_path)
    assert [event.rec for event in after.events][-1] == "pmid:9"
    assert after.faults == ()
    aside = path.with_suffix(".torn")
    assert aside.exists() is is_torn(whole, cut)
    if is_torn(whole, cut):
        assert aside.read_bytes() == before[before.rfind(b"\n") + 1 :] + b"\n"


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """A log of three decisions."""
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        for number in range(3):
            decide(log, f"pmid:{number}", "include")
    return log.path


def rules(folder: Path) -> list[tuple[str, int | None]]:
    return [(fault.rule, fault.line) for fault in read_logs(folder).faults]


@pytest.mark.parametrize("line", [0, 1, 2])
@pytest.mark.parametrize("keeps_sum", [False, True])
def test_a_rewritten_line_is_named(three: Path, line: int, keeps_sum: bool) -> None:
    written = three.read_text().splitlines()
    changed = written[line].replace("include", "exclude")
    if keeps_sum:  # rewritten by one who knows how: only the line after it tells, if there is one
        document = json.loads(changed)
        del document["sum"]
        changed = to_line(Event(**document))
    written[line] = changed
    three.write_text("\n".join(written) + "\n")
    expected = [] if keeps_sum and line == 2 else [("chain", line + 1)]
    assert rules(three.parent) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("ac", [("chain", 2)]),  # one taken out
        ("bc", [("chain", 1)]),
        ("c", [("chain", 1)]),
        ("abbc", [("chain", 3)]),  # one doubled, as git's union merge does
        ("acb", [("chain", 2), ("chain", 3)]),
        ("abc", []),
        ("ab", []),  # a log that was cut whole lines short looks like an older one
    ],
)
def test_lines_taken_out_or_put_in_are_named(
    three: Path, lines: str, expected: list[tuple[str, int]]
) -> None:
    written = dict(zip("abc", three.read_text().splitlines(keepends=True), strict=True))
    three.write_text("".join(written[each] for each in lines))
    assert rules(three.parent) == expected
    assert len(read_logs(three.parent).events) == len(set(lines))


def test_a_broken_log_goes_on_without_a_further_fault(three: Path) -> None:
    first, _, last = three.read_text().splitlines(keepends=True)
    three.write_text(first + last)
    with open_log(three.parent, "reviewer-a", "laptop") as log:
        decide(log, "pmid:9", "include")
    assert rules(three.parent) == [("chain", 2)]


def test_line_ends_of_windows_change_nothing(three: Path) -> None:
    before = read_logs(three.parent).events
    three.write_bytes(three.read_bytes().replace(b"\n", b"\r\n"))
    assert read_logs(three.parent).events == before
    with open_log(three.parent, "reviewer-a", "laptop") as log:
        decide(log, "pmid:9", "include")
    assert rules(three.parent) == []


def test_a_line_that_is_no_event_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        decide(log, "pmid:1", "include")
    path = tmp_path / "reviewer-a.laptop.jsonl"
    path.write_text("<<<<<<< HEAD\n" + path.read_text())
    read = read_logs(tmp_path)
    assert len(read.events) == 1
    assert ("unreadable", 1) in [(fault.rule, fault.line) for fault in read.faults]


def test_a_copy_of_a_cloud_folder_changes_nothing(tmp_path: Path) -> None:
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        decide(log, "pmid:1", "include")
    whole = read_logs(tmp_path)
    copy = tmp_path / "reviewer-a.laptop (conflicted copy).jsonl"
    copy.write_bytes((tmp_path / "reviewer-a.laptop.jsonl").read_bytes())
    read = read_logs(tmp_path)
    assert read.events == whole.events
    assert [fault.level for fault in read.faults] == ["info"]


def test_one_device_that_wrote_two_histories_is_named_and_both_count(three: Path) -> None:
    copy = three.with_name("reviewer-a.laptop.sync-conflict-20260101-020304-ABC.jsonl")
    shutil.copy(three, copy)
    with open_log(three.parent, "reviewer-a", "laptop") as log:
        decide(log, "pmid:here", "include")
    other = Event(
        eid="elsewhere", n=4, prev=hash_of(copy.read_text().splitlines()[-1]), who="reviewer-a",
        dev="laptop", t="", lc=4, act=Act.DECIDE, rec="pmid:there", stage="full-text", val="maybe",
    )  # fmt: skip
    with copy.open("a") as out:
        out.write(to_line(other) + "\n")
    read = read_logs(three.parent)
    assert {event.rec for event in read.events} >= {"pmid:here", "pmid:there"}
    found = [
        (fault.rule, fault.file, fault.line) for fault in read.faults if fault.level == "error"
    ]
    assert found == [("fork", f"decisions/{copy.name}", 4)]


def test_a_log_under_another_name_is_named_and_counts(three: Path) -> None:
    three.rename(three.with_name("reviewer-a.desk.jsonl"))
    assert rules(three.parent) == [("writer", 1)]
    assert len(read_logs(three.parent).events) == 3


def test_two_texts_of_one_event_are_named(three: Path) -> None:
    text = three.read_text().replace('"include"', '"maybe"', 1)
    three.with_name("reviewer-a.laptop (1).jsonl").write_text(text)
    assert ("twice", 1) in rules(three.parent)
    assert [event.val for event in read_logs(three.parent).events] == ["include"] * 3


def test_links_are_not_followed(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.write_text("")
    folder = tmp_path / "decisions"
    folder.mkdir()
    (folder / "reviewer-a.laptop.jsonl").symlink_to(foreign)
    os.mkfifo(folder / "reviewer-b.laptop.jsonl")
    assert rules(folder) == [("no-file", None), ("no-file", None)]
    with pytest.raises(SarcatError, match="cannot be kept here"):
        open_log(folder, "reviewer-a", "laptop")
    assert foreign.read_text() == ""


def test_no_folder_is_no_decision(tmp_path: Path) -> None:
    assert read_logs(tmp_path / "decisions").events == ()


# --- several writers ---------------------------------------------------------------------------


def test_two_writers_of_one_log_do_not_meet(tmp_path: Path) -> None:
    with (
        open_log(tmp_path, "reviewer-a", "laptop"),
        pytest.raises(SarcatError, match="another window"),
    ):
        open_log(tmp_path, "reviewer-a", "laptop")


def test_a_writer_may_wait_for_another(tmp_path: Path) -> None:
    first = open_log(tmp_path, "reviewer-a", "laptop")
    threading.Timer(0.2, first.close).start()
    with open_log(tmp_path, "reviewer-a", "laptop", wait=10) as second:
        assert decide(second, "pmid:1", "include").n == 1


def test_processes_side_by_side_lose_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from screening.decision_logs.logs import open_log\n"
        "for number in range(10):\n"
        "    with open_log(Path(sys.argv[1]), sys.argv[2], 'laptop', wait=60) as log:\n"
        "        log.append('note', rec=sys.argv[3] + str(number), note='x')\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(logs.__file__).parents[2])}
    started = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path, who, mark], env=environment)
        for who, mark in (("reviewer-a", "x"), ("reviewer-a", "y"), ("reviewer-b", "z"))
    ]
    assert [process.wait() for process in started] == [0, 0, 0]
    read = read_logs(tmp_path)
    assert read.faults == ()
    assert {event.rec for event in read.events} == {f"{m}{n}" for m in "xyz" for n in range(10)}


def test_what_another_program_did_to_the_log_is_not_written_over(three: Path) -> None:
    with open_log(three.parent, "reviewer-a", "laptop") as log:
        before = three.read_bytes()
        beside = three.with_name("new")
        beside.write_bytes(before)
        beside.replace(three)  # as git does
        with pytest.raises(SarcatError, match="another program"):
            decide(log, "pmid:9", "include")
    assert three.read_bytes() == before
    with open_log(three.parent, "reviewer-a", "laptop") as log:
        with three.open("ab") as out:
            out.write(b"{}\n")
        with pytest.raises(SarcatError, match="another program"):
            decide(log, "pmid:9", "include")


# --- when it cannot be kept --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../x", "A", "", "a/b", "a b"])
def test_a_name_is_never_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="cannot name a log file"):
        Log(tmp_path, name, "laptop")


def test_event_ids_rise_even_when_the_clock_jumps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([9_000_000_000_000_000_000, 1, 2])
    monkeypatch.setattr(device.time, "time_ns", lambda: next(times))
    made = [device.new_event_id() for _ in range(3)]
    assert made == sorted(made)
    assert len(set(made)) == 3


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file may grow beyond ``size`` bytes."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("room", [0, 1, 100])
def test_a_full_disk_leaves_nothing_half_written(three: Path, room: int) -> None:
    before = three.read_bytes()
    with open_log(three.parent, "reviewer-a", "laptop") as log:
        with (
            full_disk(len(before) + room),
            pytest.raises(SarcatError, match="does not count") as no,
        ):
            decide(log, "pmid:8", "include")
        assert no.value.exit_status == 1
        assert three.read_bytes() == before
        decide(log, "pmid:9", "include")  # room was made
    assert [event.rec for event in read_logs(three.parent).events][3:] == ["pmid:9"]
    assert rules(three.parent) == []


def test_a_disk_that_fails_while_syncing(three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = three.read_bytes()

    def fail(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with open_log(three.parent, "reviewer-a", "laptop") as log:
        with monkeypatch.context() as failing:
            failing.setattr(logs.os, "fsync", fail)
            with pytest.raises(SarcatError, match="Input/output error"):
                decide(log, "pmid:8", "include")
        assert three.read_bytes() == before
        with pytest.raises(SarcatError, match="does not count"):
            decide(log, "pmid:9", "include")  # nobody knows what that disk holds: begin again
    with open_log(three.parent, "reviewer-a", "laptop") as log:
        decide(log, "pmid:9", "include")


def test_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o555)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65534)  # the administrator may write anywhere
    try:
        with pytest.raises(SarcatError, match="cannot be kept here \\(Permission denied\\)"):
            open_log(Path("decisions"), "reviewer-a", "laptop")
    finally:
        if was_root:
            os.seteuid(0)
        tmp_path.chmod(0o755)


# --- the device --------------------------------------------------------------------------------


def test_the_device_is_named_once_outside_the_review(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SARCAT_DEVICE")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    name = device_id()
    assert device_id() == name
    assert sorted(path.name for path in (tmp_path / "state" / "sarcat").iterdir()) == ["device"]
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    assert device_id() != name


def test_a_device_without_a_place_for_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SARCAT_DEVICE")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(SarcatError, match="SARCAT_DEVICE"):
        device_id()


def test_a_clock_that_jumps_back_changes_no_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter(["2026-11-24T10:00:00Z", "1999-01-01T00:00:00Z", "2030-01-01T00:00:00Z"])
    monkeypatch.setattr(logs, "now", lambda: next(times))
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        decide(log, "pmid:1", "include")
    with open_log(tmp_path, "reviewer-a", "desk") as log:
        decide(log, "pmid:1", "exclude")
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        decide(log, "pmid:1", "maybe")
    read = read_logs(tmp_path)
    assert [event.lc for event in read.events] == [1, 2, 3]
    assert in_force(read.events)["pmid:1", "title-abstract"]["reviewer-a"].verdict == "maybe"


def test_a_line_is_plain_json(tmp_path: Path) -> None:
    with open_log(tmp_path, "reviewer-a", "laptop") as log:
        decide(log, "pmid:1", "include", note="Ärzte")
    line = json.loads((tmp_path / "reviewer-a.laptop.jsonl").read_text())
    assert (line["v"], line["n"], line["act"], line["note"]) == (1, 1, "decide", "Ärzte")
