"""How many known papers the strategies find, with an interval, and which block loses the others."""

import json
from pathlib import Path

import pytest
from eutils_server import article, corpus, html, serving, too_fast
from hypothesis import given
from hypothesis import strategies as st

import cli
from search.recall import wilson

PROTOCOL = """
title = "t"
question = "q"
known = ["pmid:1", "pmid:2", "pmid:3", "pmid:4", "pmid:5", "pmid:404", "doi:10.1000/six"]
seeds = ["pmid:7"]
[[strategies]]
id = "main"
source = "pubmed"
limits = [{ text = "2000:3000[dp]", reason = "r" }]
  [[strategies.blocks]]
  name = "disease"
  terms = ["sarcoma*[tiab]", "GIST[tiab]"]
  [[strategies.blocks]]
  name = "source"
  terms = ["registry[tiab]"]
  [[strategies.blocks]]
  name = "animals"
  not = true
  reason = "r"
  terms = ["mice[tiab]"]
"""
DOI = '<ELocationID EIdType="doi" ValidYN="Y">10.1000/six</ELocationID>'
PAPERS = [
    article(1, "Sarcoma registry"),
    article(2, "Osteoma registry"),
    article(3, "Sarcoma trial"),
    article(4, "Sarcoma registry of mice"),
    article(5, "A trial", year=1990),
    article(6, "A GIST registry", extra=DOI),
    article(7, "Sarcoma registry"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "protocol.toml").write_text(PROTOCOL, "utf-8")
    return tmp_path


def test_three_classes_and_the_block_that_loses_each(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(corpus(PAPERS), {"esearch": [too_fast(), html(503)]}) as (server, script):
        monkeypatch.setenv("SARCAT_EUTILS_URL", server.address)
        monkeypatch.setenv("SARCAT_EUTILS_RATE", "0")
        monkeypatch.setenv("SARCAT_EUTILS_WAIT", "0")
        assert cli.run(["recall", "--review", str(folder), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["found"] == ["pmid:1", "doi:10.1000/six"]
    assert {each["key"]: each["lost_by"] for each in document["strategies"][0]["missed"]} == {
        "pmid:2": ["disease"],
        "pmid:3": ["source"],
        "pmid:4": ["NOT animals"],
        "pmid:5": ["disease", "source", "limit 2000:3000[dp]"],
    }
    assert document["not_in_database"] == ["pmid:404"]
    assert document["known"] == 7
    assert document["recall"] == pytest.approx(2 / 6)
    assert document["interval"] == pytest.approx([0.0968, 0.7000], abs=1e-4)
    assert document["seeds"]["found"] == ["pmid:7"]
    assert len(script.asked) < 15


def test_in_words(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "corpus.xml"
    file.write_text(f"<PubmedArticleSet>{''.join(PAPERS)}</PubmedArticleSet>")
    assert cli.run(["recall", "--review", str(folder), "--offline", str(file)]) == 0
    out = capsys.readouterr().out
    assert "main: 2 of 6 papers that the search must find found in Offline files" in out
    assert "  pmid:4 lost by NOT animals\n" in out
    assert "  pmid:404 not in Offline files" in out
    assert "main: 1 of 1 seeds, which test nothing" in out


def test_a_service_that_fails_gives_no_figure(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(corpus(PAPERS), always={"esearch": html(500)}) as (server, _script):
        monkeypatch.setenv("SARCAT_EUTILS_URL", server.address)
        monkeypatch.setenv("SARCAT_EUTILS_RATE", "0")
        monkeypatch.setenv("SARCAT_EUTILS_WAIT", "0")
        assert cli.run(["recall", "--review", str(folder), "--json"]) == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (PROTOCOL.replace("known =", "others = []\n#"), "unknown-key"),
        (PROTOCOL.replace("pmid:7", "pmid:1"), "pmid:1 is known and a seed"),
        (PROTOCOL.partition("known")[0], "names no papers"),
    ],
)
def test_what_a_protocol_must_say(
    text: str, says: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "protocol.toml").write_text(text, "utf-8")
    assert cli.run(["recall", "--review", str(folder)]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("found", "of", "low", "high"), [(19, 20, 0.764, 0.991), (20, 20, 0.839, 1), (0, 5, 0, 0.434)]
)
def test_wilson(found: int, of: int, low: float, high: float) -> None:
    assert wilson(found, of) == pytest.approx((low, high), abs=5e-4)


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_share(pair: tuple[int, int]) -> None:
    found, of = pair
    low, high = wilson(found, of)
    assert 0 <= low <= found / of <= high <= 1


def test_a_file_that_is_not_there_is_named_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["recall", "--offline", str(tmp_path / "none.xml")]) == 2
    assert "none.xml: there is no such file" in capsys.readouterr().err
