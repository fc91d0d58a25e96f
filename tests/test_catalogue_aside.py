"""Work done in a second process: its answer, its errors, its end; and the same without one.

Each is tried in a process of its own, which has no threads but the first.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CAN_FORK = sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1
needs_fork = pytest.mark.skipif(not CAN_FORK, reason="no second process on this system")
HERE = Path(__file__).parent
ROOT = HERE.parent

BEGIN = """
import errno, os, signal, sys, threading, time
from pathlib import Path
from catalogue.site import aside as module
from catalogue.site.aside import aside
from search.errors import BadInput, SarcatError
"""
INLINE = "module._can_fork = lambda: False\n"
BOTH = pytest.mark.parametrize(
    "begin", [pytest.param(BEGIN, marks=needs_fork), BEGIN + INLINE], ids=["forked", "inline"]
)


def run(script: str, folder: Path) -> list[str]:
    """Run a script, any warning an error; the lines it printed."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}"}, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@BOTH
def test_the_answer_comes_however_often_it_is_asked_for(begin: str, tmp_path: Path) -> None:
    script = f"""{begin}
def work():
    with Path("done").open("a") as out: out.write("x")
    return os.getpid(), "a" * 1_000_000
with aside(work) as answer:
    first, second = answer(), answer()
print(first == second, len(first[1]), first[0] == os.getpid())
"""
    assert run(script, tmp_path) == [f"True 1000000 {INLINE in begin}"]
    assert (tmp_path / "done").read_text() == "x"


@BOTH
def test_an_error_is_raised_where_the_answer_is_asked_for(begin: str, tmp_path: Path) -> None:
    script = f"""{begin}
def faulty(): raise BadInput("it is none.", where="x.toml", remedy="Mend it.")
def full(): raise OSError(errno.ENOSPC, "No space left on device", "catalogue.db")
for work in (faulty, full):
    try:
        with aside(work) as answer: answer()
    except (SarcatError, OSError) as error:
        print(type(error).__name__, error)
"""
    assert run(script, tmp_path) == [
        "BadInput x.toml: it is none. Mend it.",
        "OSError [Errno 28] No space left on device: 'catalogue.db'",
    ]


@needs_fork
def test_an_error_that_cannot_be_sent_comes_as_its_traceback(tmp_path: Path) -> None:
    script = f"""{BEGIN}
class Odd(Exception):
    def __init__(self, one, two): super().__init__("odd")
def work(): raise Odd(1, 2)
try:
    with aside(work) as answer: answer()
except RuntimeError as error: print("Odd: odd" in str(error))
"""
    assert run(script, tmp_path) == ["True"]


@needs_fork
def test_a_process_that_was_killed_is_said(tmp_path: Path) -> None:
    script = f"""{BEGIN}
try:
    with aside(lambda: os.kill(os.getpid(), signal.SIGKILL)) as answer: answer()
except SarcatError as error: print(error)
"""
    assert "has ended. Is there memory enough?" in run(script, tmp_path)[0]


@needs_fork
def test_no_process_is_left_when_the_block_ends_early(tmp_path: Path) -> None:
    script = f"""{BEGIN}
began = time.monotonic()
try:
    with aside(lambda: time.sleep(50)): raise KeyboardInterrupt
except KeyboardInterrupt: pass
try: os.waitpid(-1, 0)
except ChildProcessError: print("none", time.monotonic() - began < 40)
"""
    assert run(script, tmp_path) == ["none True"]


def test_beside_other_threads_nothing_is_forked(tmp_path: Path) -> None:
    script = f"""{BEGIN}
end = threading.Event()
other = threading.Thread(target=end.wait)
other.start()
with aside(os.getpid) as answer: print(answer() == os.getpid())
end.set()
other.join()
"""
    assert run(script, tmp_path) == ["True"]


@needs_fork
def test_a_site_is_the_same_and_a_failed_one_leaves_the_old(tmp_path: Path) -> None:
    script = f"""{BEGIN}
from catalogue.site import site
from site_cases import small_review
review = small_review(Path("review"))
forked = site.build(review, Path("forked"))
{INLINE}
inline = site.build(review, Path("inline"))
print(forked.files == inline.files, forked.bytes == inline.bytes)
from catalogue.site import downloads
def full(*_): raise OSError(errno.ENOSPC, "No space left on device")
downloads.write_database = full
module._can_fork = lambda: True
try: site.build(review, Path("forked"))
except OSError as error: print(error.strerror)
print(sorted(os.listdir()))
"""
    assert run(script, tmp_path) == [
        "True True", "No space left on device", "['forked', 'inline', 'review']",
    ]  # fmt: skip
    files = {
        name: {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("forked", "inline")
    }
    assert files["forked"] == files["inline"]


@needs_fork
def test_both_processes_read_entries_that_lie_in_a_file(tmp_path: Path) -> None:
    script = f"""{BEGIN}
from dataclasses import replace
from catalogue.entries.initiatives import Initiative
from catalogue.entries.shelf import shelved
one = Initiative("n", "N", (), "national", "", (), {{}})
entries = shelved([replace(one, id=f"n{{n}}", summary=f"{{n}} " * 500) for n in range(300)], 0)
def sound(): return all(each.summary == f"{{n}} " * 500
                        for _ in range(20) for n, each in enumerate(entries))
with aside(sound) as answer:
    here = sound()
    print(here, answer())
"""
    assert run(script, tmp_path) == ["True True"]
