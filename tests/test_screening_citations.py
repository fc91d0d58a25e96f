"""`sarcat citations`: runs of their own, under "other methods", until no seed is new."""

import json
from typing import Any

import pytest
from conftest import add_run
from europepmc_server import result
from europepmc_server import serving as serving_europe
from eutils_server import answers, article, corpus, html, serving

import cli
from screening.prisma.flow import flow_of
from screening.state import load
from search.records import Record
from search.review import Review

REFERENCES = "<ReferenceList>{}</ReferenceList>"
ONE = '<Reference><ArticleIdList><ArticleId IdType="pubmed">{}</ArticleId></ArticleIdList></Reference>'


def citing(pmid: int, *cited: int) -> str:
    references = REFERENCES.format("".join(ONE.format(each) for each in cited))
    return article(pmid).replace("</PubmedData>", f"{references}</PubmedData>")


# 1 is the seed: it cites 2 and 3, and 4 cites it; 5 cites 4
PAPERS = [citing(5, 4), citing(4, 1), article(3), article(2), citing(1, 2, 3)]


class Chaser:
    def __init__(
        self, review: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.review, self.monkeypatch, self.capsys = review, monkeypatch, capsys

    def __call__(
        self, *options: str, faults: Any = None, label: str | None = None
    ) -> tuple[int, list[dict[str, Any]]]:
        results = [result(id) for id in range(1, 6)]
        cites = {"5": ["4"], "4": ["1"], "1": ["2", "3"]}
        with (
            serving(corpus(PAPERS), faults, label=label) as (server, _s),
            serving_europe(results, cites=cites) as (address, _a),
        ):
            self.monkeypatch.setenv("SARCAT_EUTILS_URL", server.address)
            self.monkeypatch.setenv("SARCAT_EUROPEPMC_URL", address)
            status = self.run("citations", "--json", *options)
        shown = self.capsys.readouterr()
        self.told = shown.err
        return status, json.loads(shown.out)["runs"] if shown.out else []

    def run(self, *arguments: str) -> int:
        return cli.run([*arguments, "--review", str(self.review.folder)])

    def include(self, key: str) -> None:
        for stage in ("title-abstract", "full-text"):
            for who in ("reviewer-a", "reviewer-b"):
                assert self.run("decide", key, "include", "--as", who, "--stage", stage) == 0
        self.capsys.readouterr()


@pytest.fixture
def chaser(
    review: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Chaser:
    for prefix in ("SARCAT_EUTILS", "SARCAT_EUROPEPMC"):
        for name, value in {"RATE": "0", "WAIT": "0.001", "TIMEOUT": "1", "TRIES": "2"}.items():
            monkeypatch.setenv(f"{prefix}_{name}", value)
    add_run(review, [Record(pmid="1", title="Sarcoma registry number 1", year=2020)])
    chaser = Chaser(review, monkeypatch, capsys)
    chaser.include("pmid:1")
    return chaser


def test_both_directions_of_both_indexes(chaser: Chaser) -> None:
    status, runs = chaser()
    assert status == 0
    assert [(run["database"], run["parsed"]) for run in runs] == [
        ("PubMed, backward citation searching", 2), ("PubMed, forward citation searching", 1),
        ("Europe PMC, backward citation searching", 2), ("Europe PMC, forward citation searching", 1),
    ]  # fmt: skip
    assert all(run["citation"]["seeds"] == ["1"] for run in runs)
    assert runs[0]["citation"]["edges"] == {"1": ["2", "3"]}
    flow = flow_of(load(Review(chaser.review.folder)))
    assert flow.keys("citations_results") == sorted(
        ["pmid:2", "pmid:3", "pmid:4", *(f"pmid:{id}@europepmc" for id in (2, 3, 4))]
    )
    assert flow.keys("database_results") == ["pmid:1"]  # the seed stays where it was found


def test_it_ends_when_no_seed_is_new(chaser: Chaser) -> None:
    assert [run["citation"]["iteration"] for run in chaser()[1]] == [1] * 4
    status, runs = chaser()
    assert (status, runs) == (0, [])
    assert "Citation searching has ended" in chaser.told
    chaser.include("pmid:4")
    status, runs = chaser("--index", "pubmed", "--direction", "forward")
    assert [(run["citation"]["iteration"], run["citation"]["seeds"]) for run in runs] == [
        (2, ["4"])
    ]
    assert runs[0]["new"] == 1


def test_a_failure_is_a_failed_run_and_is_made_good(chaser: Chaser) -> None:
    status, [run] = chaser("--index", "pubmed", "--direction", "forward",
                           faults={"elink": [html(500)] * 5})  # fmt: skip
    assert (status, run["state"], run["count"]) == (1, "failed", None)
    status, [run] = chaser("--index", "pubmed", "--direction", "forward")
    assert (status, run["state"], run["parsed"]) == (0, "ok", 1)


def test_one_that_broke_off_is_not_taken_up_elsewhere(chaser: Chaser) -> None:
    backward = ("--index", "pubmed", "--direction", "backward")
    gone = {"efetch": [answers(b"gone", 404)]}
    status, [broken] = chaser(*backward, faults=gone)
    assert (status, broken["state"], broken["parsed"]) == (1, "failed", 0)
    status, [other] = chaser(*backward, label="A stand-in")
    assert (status, other["state"], other["parsed"]) == (0, "ok", 2)
    assert other["database"] == "A stand-in, backward citation searching"
    assert other["id"] != broken["id"]
    assert f"{broken['id']} was begun at another service" in chaser.told


def test_one_that_broke_off_is_taken_up_where_it_began(chaser: Chaser) -> None:
    backward = ("--index", "pubmed", "--direction", "backward")
    _, [broken] = chaser(*backward, faults={"efetch": [answers(b"gone", 404)]})
    status, [again] = chaser(*backward)
    assert (status, again["id"], again["parsed"]) == (0, broken["id"], 2)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--direction", "sideways"], "Choose among backward, forward, both"),
        (["--index", "scopus"], "Choose among pubmed, europepmc, both"),
        (["--seed", "pmid:1"], "need a reason"),
        (["--seed", "pmid:9", "--seed-reason", "x"], "no record 'pmid:9'"),
    ],
)
def test_wrong_use(chaser: Chaser, options: list[str], words: str) -> None:
    assert chaser(*options)[0] == 2
    assert words in chaser.told


def test_other_seeds_with_a_reason(chaser: Chaser) -> None:
    status, [run] = chaser("--seed", "pmid:1", "--seed-reason", "a pilot", "--index", "pubmed",
                           "--direction", "backward")  # fmt: skip
    assert (status, run["citation"]["seed_reason"]) == (0, "a pilot")


def test_nothing_included_yet(
    review: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add_run(review, [Record(pmid="1", title="A")])
    assert cli.run(["citations", "--review", str(review.folder)]) == 2
    assert "nothing is included yet" in capsys.readouterr().err


def reported(chaser: Chaser) -> tuple[int, dict[str, Any]]:
    status = chaser.run("report", "citation-search", "--json")
    return status, json.loads(chaser.capsys.readouterr().out)


def lines(document: dict[str, Any]) -> str:
    return "\n".join(line for item in document["items"] for line in item["lines"])


def test_the_report_says_what_was_done_and_what_is_due(chaser: Chaser) -> None:
    assert reported(chaser)[1]["items"] == []
    chaser("--index", "pubmed")
    status, document = reported(chaser)
    said = lines(document)
    assert (status, document["stands_alone"]) == (0, False)
    assert "1 seed reference (PMID): 1." in said
    assert "Backward and forward citation searching." in said
    assert "PubMed, forward citation searching" in said
    assert "3 publications found, 3 of them by no other search" in said
    assert "Found by citation searching alone: 0 of 1 included publication." in said
    assert "Every included record with a PMID has been a seed" in said
    chaser.include("pmid:4")
    said = lines(reported(chaser)[1])
    assert "Not ended: of 2 included records 1 not yet a seed (pmid:4)" in said
    assert "alone: 1 of 2 included publications: pmid:4." in said


def test_a_seed_that_an_index_does_not_know_and_a_failure_are_named(chaser: Chaser) -> None:
    chaser("--index", "pubmed", "--direction", "forward", faults={"elink": [html(500)] * 5})
    chaser("--seed", "pmid:1", "--seed-reason", "a pilot", "--index", "pubmed")
    said = lines(reported(chaser)[1])
    assert "This run is failed" in said
    assert "Other seeds, because a pilot" in said


def test_citation_searching_alone_is_a_fault(chaser: Chaser) -> None:
    chaser("--index", "pubmed")
    for entry in chaser.review.searches.glob("*/run.json"):
        document = json.loads(entry.read_text("utf-8"))
        if document["kind"] == "database":
            entry.write_text(json.dumps(document | {"kind": "contact"}), "utf-8")
    status, document = reported(chaser)
    assert (status, document["stands_alone"]) == (3, True)
    assert "alone is not enough" in lines(document)
    assert chaser.run("report", "citation-search") == 3
