"""The 16 items of PRISMA-S: from what is known, and nothing made up."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

import cli
from screening.dedupe.sets import BY_HAND, DuplicateSet, DuplicateSets, Link
from screening.prisma.prisma_s import report_of
from search.protocol import Protocol
from search.protocol_reading import read_protocol
from search.review import Review
from search.runs import SearchRun

PLAIN = SearchRun("r1", "ok", "database", "pubmed", "PubMed", "2026-01-02T03:04:05Z",
                  platform="NCBI", interface="E-utilities", strategy="main", query="a[ti] AND b[ti]",
                  translation='"a"[Title] AND "b"[Title]', count=10, fetched=10, parsed=10, new=10,
                  tool="sarcat 1")  # fmt: skip


def run(**changes: Any) -> SearchRun:
    return dataclasses.replace(PLAIN, **changes)


@pytest.fixture
def protocol(review: Review) -> Protocol:
    path = review.folder / "protocol.toml"
    path.write_text(
        path.read_text().replace("limits = []", 'limits = [{ text = "english[la]", reason = "x" }]')
        + '\n[reporting]\npeer_review = "By a colleague."\ncontacts = "Two authors were asked."\n'
    )
    return read_protocol(path)


def lines(protocol: Protocol, *runs: SearchRun, sets: DuplicateSets = DuplicateSets()) -> Any:  # noqa: B008
    report = report_of(protocol, runs, sets)
    assert [item.number for item in report.items] == list(range(1, 17))
    assert all(item.lines or item.missing or not runs for item in report.items)
    return {item.number: "\n".join(item.lines) for item in report.items}


def test_what_runs_and_protocol_say(protocol: Protocol) -> None:
    said = lines(
        protocol, PLAIN,
        run(id="r2", extra={"updates": "r1"}, executed_at="2026-02-02T00:00:00Z", new=2),
        run(id="c1", kind="citation", database="PubMed, forward", strategy=None, query=None,
            parsed=3, note="Seeds: 4 records."),
        run(id="x1", extra={"refresh": True}, strategy=None, query=None),
    )  # fmt: skip
    assert said[1] == "PubMed via NCBI; E-utilities: main."
    assert said[3] == "None: no search of this kind is recorded."
    assert said[5] == "PubMed, forward, 2026-01-02: 3 records. Seeds: 4 records."
    assert said[6] == "Two authors were asked."
    assert said[9] == "main: english[la], because x"
    assert said[10] == ""
    assert "for what came in since the search of 2026-01-02" in said[12]
    assert "main (PubMed): last searched 2026-02-02T00:00:00Z" in said[13]
    assert said[14] == "By a colleague."
    assert said[15].count("\n") == 2  # the refresh identified nothing


def test_failure_shows(protocol: Protocol) -> None:
    said = lines(protocol, run(state="failed", count=None, fetched=0, parsed=0, new=0,
                               problem="PubMed sent an empty answer."))  # fmt: skip
    assert "no count, 0 fetched" in said[15]
    assert "This run is failed: PubMed sent an empty answer." in said[15]
    assert said[13] == "No search has ended whole."


def test_a_strategy_that_was_not_run(protocol: Protocol) -> None:
    assert "main (of pubmed) has not been run." in lines(protocol)[1]


def test_two_databases_of_one_platform(protocol: Protocol) -> None:
    said = lines(protocol, run(id="a", platform="Ovid", database="Embase"),
                 run(id="b", platform="Ovid", database="MEDLINE"))  # fmt: skip
    assert said[2] == "On Ovid were searched: Embase, MEDLINE; each by a run of its own."


def test_deduplication_says_who_joined(protocol: Protocol) -> None:
    links = (Link(("a", "b"), "DOI", ()), Link(("a", "c"), BY_HAND, ()))
    sets = DuplicateSets((DuplicateSet("a", ("a", "b", "c"), links),))
    said = lines(protocol, PLAIN, sets=sets)
    assert "2 records stand behind another, 1 by rule and 1 by a person's judgement" in said[16]


def test_each_query_once_in_the_appendix(protocol: Protocol) -> None:
    failed = run(id="r3", state="failed", problem="x")
    report = report_of(protocol, [PLAIN, run(id="r2"), failed], DuplicateSets())
    assert [each.id for each in report.appendix] == ["r2", "r3"]


def test_the_command(filled: Review, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["report", "prisma-s", "--review", str(filled.folder)]) == 0
    shown = capsys.readouterr()
    assert "10. Search filters\n   Not stated. Write filters" in shown.out
    assert "Not stated: items" in shown.err
    assert cli.run(["report", "prisma-s", "--review", str(filled.folder), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert len(document["items"]) == 16
    assert {item["key"] for item in document["items"] if not item["stated"]} >= {"filters"}


def test_a_query_can_be_pasted_back(
    review: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from eutils_server import corpus_of, serving

    with serving(corpus_of([1])) as (server, _script):
        monkeypatch.setenv("SARCAT_EUTILS_URL", server.address)
        assert cli.run(["search", "--review", str(review.folder)]) == 0
    assert cli.run(["report", "prisma-s", "--review", str(review.folder)]) == 0
    out = capsys.readouterr().out
    [sent] = [run.query for run in Review(review.folder).store.runs()]
    assert f"\nAs sent:\n\n{sent}\n\n" in out


def test_an_unknown_key_of_reporting_is_a_fault(
    review: Review, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(review.folder, "protocol.toml")
    path.write_text(path.read_text() + '\n[reporting]\npeer_reviews = "x"\n')
    assert cli.run(["report", "prisma-s", "--review", str(review.folder)]) == 2
    assert "Did you mean 'peer_review'?" in capsys.readouterr().err
