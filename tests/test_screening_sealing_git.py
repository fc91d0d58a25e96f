"""Two reviewers in sealed mode who share nothing but git: real clones, merged both ways."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from sealed_review import KEYS, A, B, judge, outcomes, reveal, rules, shared

import cli
from screening.decision_logs.logs import read_logs
from screening.session import open_engine
from screening.state import TITLE_ABSTRACT, load
from screening.team.settling import open_settling
from search.review import Review


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *words],
                   cwd=folder, check=True, capture_output=True)  # fmt: skip


def commit(review: Review, what: str) -> None:
    git(review.folder, "add", "-A")
    git(review.folder, "commit", "-qm", what, "--allow-empty")


class Clones:
    """Two clones of a review, each on a laptop of its own, and who sits there now."""

    def __init__(self, origin: Review, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        git(origin.folder, "init", "-q", "-b", "main")
        (origin.folder / ".gitignore").write_text("review.db*\n")
        commit(origin, "begun")
        self._folder, self._monkeypatch = folder, monkeypatch
        for who in ("reviewer-a", "reviewer-b"):
            git(folder, "clone", "-q", str(origin.folder), who)

    def at(self, who: str) -> Review:
        """Sit down at the laptop of a reviewer."""
        self._monkeypatch.setenv("SARCAT_DEVICE", f"{who}-laptop")
        return Review(self._folder / who)

    def pull(self, who: str, other: str) -> None:
        git(self._folder / who, "pull", "-q", "--no-rebase", str(self._folder / other), "HEAD")


@pytest.fixture
def clones(sealed: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clones:
    return Clones(sealed, tmp_path, monkeypatch)


ROUND = (("reviewer-a", "reviewer-b"), ("reviewer-b", "reviewer-a"))


def share(clones: Clones) -> None:
    """Have each pull the other, reveal what is due, and commit; at last both pull again."""
    for _ in range(2):
        for who, other in ROUND:
            clones.pull(who, other)
            reveal(clones.at(who), who)
            commit(clones.at(who), "revealed")
    for who, other in ROUND:
        clones.pull(who, other)


def test_two_clones_merge_by_git_both_ways(clones: Clones) -> None:
    for who in ("reviewer-a", "reviewer-b"):
        judge(clones.at(who), who, dict.fromkeys(KEYS[:3], "include"))
        commit(clones.at(who), "sealed")
    share(clones)
    found = clones.at("reviewer-a")
    assert shared(found) == shared(clones.at("reviewer-b"))
    assert list(outcomes(found).values()).count("included") == 3
    assert rules(found) == []


def test_two_sealed_heads_merged_by_a_third_tell_who_judged_and_no_verdict(
    clones: Clones, sealed: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    """A maintainer merges both heads at once, before anybody has revealed anything."""
    judge(clones.at("reviewer-a"), "reviewer-a", {"pmid:1": "include", "pmid:2": "exclude"})
    judge(clones.at("reviewer-b"), "reviewer-b", {"pmid:1": "exclude", "pmid:3": "include"})
    for who in ("reviewer-a", "reviewer-b"):
        commit(clones.at(who), "sealed")
        folder = clones.at(who).folder
        git(sealed.folder, "fetch", "-q", str(folder), f"HEAD:{who}")
    git(sealed.folder, "merge", "-q", "--no-ff", "-m", "both", "reviewer-a", "reviewer-b")
    assert load(sealed).judges[TITLE_ABSTRACT] == {
        "pmid:1": {"reviewer-a", "reviewer-b"}, "pmid:2": {"reviewer-a"}, "pmid:3": {"reviewer-b"},
    }  # fmt: skip
    assert set(outcomes(sealed).values()) == {"awaiting"}
    for words in (["log"], ["conflicts"], ["explain", "pmid:1"], ["verify"],
                  ["changes", "--since", "2026-01-01"], ["records", "--only", "conflict"]):  # fmt: skip
        assert cli.run([*words, "--json", "--review", str(sealed.folder)]) == 0
        told = capsys.readouterr().out
        assert json.loads(told)
        assert '"include"' not in told
        assert '"exclude"' not in told
    assert cli.run(["agreement", "--json", "--review", str(sealed.folder)]) == 0
    assert json.loads(capsys.readouterr().out)["pairs"] == []


def test_a_sealed_conflict_is_settled_in_one_clone_and_known_in_both(clones: Clones) -> None:
    judge(clones.at("reviewer-a"), "reviewer-a", {"pmid:1": "include", "pmid:2": "include"})
    judge(clones.at("reviewer-b"), "reviewer-b", {"pmid:1": "exclude", "pmid:2": "include"})
    for who in ("reviewer-a", "reviewer-b"):
        commit(clones.at(who), "sealed")
    share(clones)
    for who in ("reviewer-a", "reviewer-b"):
        assert outcomes(clones.at(who))["pmid:1"] == "conflict"
    settler = clones.at("reviewer-b")
    with open_settling(settler, "reviewer-b") as settling:
        (conflict,) = settling.open
        settling.settle(conflict, "include")
    commit(settler, "settled")
    # meanwhile the other goes on under seal
    judge(clones.at("reviewer-a"), "reviewer-a", {"pmid:3": "exclude"})
    commit(clones.at("reviewer-a"), "sealed")
    share(clones)
    a, b = clones.at("reviewer-a"), clones.at("reviewer-b")
    assert outcomes(a) == outcomes(b)
    assert outcomes(a) == {**dict.fromkeys(KEYS, "awaiting"), "pmid:1": "included",
                           "pmid:2": "included"}  # fmt: skip
    assert read_logs(a.decisions).events == read_logs(b.decisions).events
    assert rules(a) == rules(b) == []


def test_what_a_sealed_line_takes_back_is_known_before_it_is_revealed(
    clones: Clones, capsys: pytest.CaptureFixture[str]
) -> None:
    """Agreement, changes and outcomes are the same before and after."""
    for who in ("reviewer-a", "reviewer-b"):
        judge(clones.at(who), who, {"pmid:1": "include"})
        commit(clones.at(who), "sealed")
    share(clones)
    with open_engine(clones.at("reviewer-a"), "reviewer-a", TITLE_ABSTRACT) as (engine, _):
        engine.undo()
    commit(clones.at("reviewer-a"), "taken back")
    clones.pull("reviewer-b", "reviewer-a")
    there = clones.at("reviewer-b")
    assert {path.name for path in there.decisions.iterdir()} >= {
        A.replace("test", "reviewer-a-laptop") + ".seals",
        B.replace("test", "reviewer-b-laptop") + ".seals",
    }
    assert cli.run(["changes", "--since", "2026-01-01", "--json", "--review",
                    str(there.folder)]) == 0  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    assert told["screening"][TITLE_ABSTRACT]["included"] == []
    assert told["judgements"] == 3
