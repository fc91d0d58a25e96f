"""All processes of one user keep one pace, and none is held up by a file that cannot be kept."""

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from eutils_server import corpus_of, serving

from search.limiter import Limiter
from search.service import service_from
from search.slots import Slots, slots_for

ASKS = """
import os
from search.pubmed import PubMed
from search.service import service_from
with PubMed(service_from(os.environ)) as client:
    for _ in range(8):
        client.search("registry[tiab]", ids=0)
"""


def test_two_processes_together_keep_the_pace(tmp_path: Path) -> None:
    with serving(corpus_of([2, 1])) as (server, script):
        environment = {**os.environ, "SARCAT_EUTILS_URL": server.address,
                       "SARCAT_EUTILS_RATE": "10", "SARCAT_PACE_FOLDER": str(tmp_path)}  # fmt: skip
        both = [subprocess.Popen([sys.executable, "-c", ASKS], env=environment) for _ in range(2)]
        assert [each.wait(timeout=60) for each in both] == [0, 0]
    at = sorted(request.at for request in script.asked)
    assert len(at) == 16
    # They leave 0.104 s apart at least, the first may come late; two paces would end at 0.73 s.
    assert at[-1] - at[0] > 15 * 0.104 - 0.4
    [file] = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_little_of_the_pace_is_left_unused(tmp_path: Path) -> None:
    now = [1000.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    limiter = Limiter(clock=lambda: now[0], sleep=sleep)
    slots = Slots(tmp_path / "pace", clock=lambda: 1e9 + now[0])
    for _ in range(301):
        limiter.wait(3, slots)
    assert 0.95 * 3 <= 300 / (now[0] - 1000) <= 3


def test_a_slot_is_taken_from_the_next_who_asks(tmp_path: Path) -> None:
    one, other = (Slots(tmp_path / "deep" / "pace", clock=lambda: 1e9) for _ in range(2))
    assert one.take(0.0, 0.5) == 0.0
    assert other.take(0.0, 0.5) == pytest.approx(0.5)
    assert one.take(2.0, 0.5) == pytest.approx(2.0)
    assert other.take(0.0, 0.1) == pytest.approx(2.1)


@pytest.mark.parametrize("content", [b"", b"what?", b"nan", b"inf", b"9" * 70, b"\xff\0", b"1e9"])
def test_a_file_of_anything_costs_no_time(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "pace"
    path.write_bytes(content)
    assert Slots(path, clock=lambda: 1e9 + 500).take(0.25, 0.5) == 0.25
    assert Slots(path, clock=lambda: 1e9 + 500).take(0.0, 0.5) == pytest.approx(0.75)


def test_a_clock_that_was_set_back_costs_no_time(tmp_path: Path) -> None:
    Slots(tmp_path / "pace", clock=lambda: 1e9 + 3600).take(0.0, 0.5)
    assert Slots(tmp_path / "pace", clock=lambda: 1e9).take(0.0, 0.5) == 0.0


def test_where_no_file_can_be_kept_the_process_keeps_its_own_pace(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "file")
    for path in (tmp_path / "file" / "pace", tmp_path / "link", tmp_path):
        assert Slots(path).take(0.25, 0.5) == 0.25
    assert (tmp_path / "file").read_bytes() == b""


def test_one_who_holds_the_lock_and_sleeps_holds_up_nobody(tmp_path: Path) -> None:
    path = tmp_path / "pace"
    with path.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        began = time.monotonic()
        assert Slots(path).take(0.25, 0.5) == 0.25
        assert time.monotonic() - began < 30


def test_where_the_file_lies(tmp_path: Path) -> None:
    found = slots_for("eutils.ncbi.nlm.nih.gov", {"XDG_CACHE_HOME": "/c"}, is_local=False)
    assert found is not None
    assert found.path.name == "pace-eutils.ncbi.nlm.nih.gov"
    local = {"SARCAT_EUTILS_URL": "http://127.0.0.1:8000/x/"}
    assert service_from(local).slots is None
    named = service_from({**local, "SARCAT_PACE_FOLDER": str(tmp_path)}).slots
    assert named is not None
    assert named.path == tmp_path / "pace-127.0.0.1-8000"
