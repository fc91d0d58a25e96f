"""Europe PMC: its results as records, its failures as failures, a search complete or named partial."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from europepmc_server import Fault, Result, answers, changes, cut, resets, result, serving, silent
from hypothesis import given
from hypothesis import strategies as st

import cli
from search.europepmc_records import record_of
from search.records import Link
from search.review import Review

PROTOCOL = """
title = "t"
question = "q"
[[strategies]]
id = "epmc"
source = "europepmc"
query = "sarcoma registry"
"""


class Searcher:
    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder, self.monkeypatch, self.capsys = folder, monkeypatch, capsys

    def __call__(
        self, results: list[Result], faults: list[Fault | None] | None = None, *options: str,
        most: int = 1000,
    ) -> tuple[int, dict[str, Any]]:  # fmt: skip
        with serving(results, faults or [], most=most) as (address, self.asked):
            self.monkeypatch.setenv("SARCAT_EUROPEPMC_URL", address)
            status = cli.run(["search", "--review", str(self.folder), "--json", *options])
        shown = self.capsys.readouterr()
        assert "Traceback" not in shown.err
        self.told = shown.err
        return status, json.loads(shown.out)["runs"][0] if shown.out else {}

    @property
    def keys(self) -> set[str]:
        return {each.key for each in Review(self.folder).store.records()}


@pytest.fixture
def searcher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Searcher:
    for name, value in {"RATE": "0", "WAIT": "0.001", "TIMEOUT": "0.2", "TRIES": "3"}.items():
        monkeypatch.setenv(f"SARCAT_EUROPEPMC_{name}", value)
    monkeypatch.setenv("SARCAT_EUTILS_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("NCBI_API_KEY", "secret")
    (tmp_path / "protocol.toml").write_text(PROTOCOL)
    return Searcher(tmp_path, monkeypatch, capsys)


TEN = [result(id) for id in range(1, 11)]


def test_all_pages_are_kept(searcher: Searcher) -> None:
    status, run = searcher(TEN, most=4)
    assert (status, run["state"], run["count"], run["parsed"], run["new"]) == (0, "ok", 10, 10, 10)
    assert run["database"] == "Europe PMC"
    assert searcher.keys == {f"pmid:{id}@europepmc" for id in range(1, 11)}
    assert not any("secret" in str(given) for given in searcher.asked)
    folder = searcher.folder / "searches" / run["id"]
    assert sorted(path.name for path in folder.iterdir()) == ["raw", "records.jsonl.gz", "run.json"]


def test_a_true_zero_and_a_count(searcher: Searcher) -> None:
    status, run = searcher([result(1, "else")])
    assert (status, run["state"], run["count"]) == (0, "empty", 0)
    status, run = searcher(TEN, None, "--count")
    assert (status, run["count"], run["id"]) == (0, 10, None)


FAULTS: dict[str, Fault] = {
    "429": answers(b"slow down", 429),
    "500": answers(b"<html/>", 500),
    "503": answers(b"", 503),
    "cut": cut,
    "reset": resets,
    "silence": silent,
    "empty": answers(b""),
    "portal": answers(b"<html>log in</html>"),
    "error": answers(b'{"errCode":500,"errMsg":"Search failed"}'),
    "no count": answers(b'{"resultList":{"result":[]}}'),
    "no list": answers(b'{"hitCount":3}'),
    "redirect": answers(b"", 302),
    "refused": answers(b"no", 400),
}


@pytest.mark.parametrize("name", FAULTS)
def test_no_answer_is_never_a_zero(searcher: Searcher, name: str) -> None:
    status, run = searcher(TEN, [FAULTS[name]] * 9)
    assert (status, run["state"], run["count"]) == (1, "failed", None)
    assert run["problem"]
    assert searcher.keys == set()


@pytest.mark.parametrize("name", [name for name in FAULTS if name not in ("redirect", "refused")])
def test_what_passes_leaves_no_trace(searcher: Searcher, name: str) -> None:
    status, run = searcher(TEN, [FAULTS[name]])
    assert (status, run["state"], run["parsed"], run["problem"]) == (0, "ok", 10, None)


def test_a_search_that_broke_off_is_taken_up(searcher: Searcher) -> None:
    status, run = searcher(TEN, [None, None, FAULTS["refused"]], most=3)
    assert (status, run["state"], run["count"], run["parsed"]) == (1, "partial", 10, 6)
    assert len(searcher.keys) == 6
    status, again = searcher(TEN, most=3)
    assert (status, again["id"], again["state"]) == (0, run["id"], "ok")
    assert (again["parsed"], again["new"], again["missing"]) == (10, 10, [])
    assert len(searcher.keys) == 10
    assert searcher.asked[0]["cursorMark"] == "m6"


def test_fewer_than_counted_is_partial(searcher: Searcher) -> None:
    status, run = searcher(TEN, [changes(lambda page: page.update(hitCount=12))])
    assert (status, run["state"], run["parsed"]) == (1, "partial", 10)
    assert "counted 12 records but named only 10" in run["problem"]


def test_a_result_that_is_no_record_is_named(searcher: Searcher) -> None:
    status, run = searcher(TEN, [changes(lambda page: page["resultList"]["result"].insert(2, {}))])
    assert (status, run["state"], run["parsed"], run["fetched"]) == (1, "partial", 10, 11)
    assert run["missing"] == ["page 1, result 3"]


def test_one_mark_for_ever_ends(searcher: Searcher) -> None:
    stuck = changes(lambda page: page.update(nextCursorMark="*"))
    status, run = searcher(TEN, [stuck], most=4)
    assert (status, run["state"], run["parsed"]) == (1, "partial", 4)


def test_two_records_of_one_doi_keep_apart(searcher: Searcher) -> None:
    preprints = [result(1, "Sarcoma registry, first", source="PPR", doi="10.1/x"),
                 result(2, "Sarcoma registry, second", source="PPR", doi="10.1/x")]  # fmt: skip
    status, run = searcher(preprints)
    assert (status, run["parsed"]) == (0, 2)
    assert len(searcher.keys) == 2
    assert all(key.startswith("doi:10.1/x@europepmc#") for key in searcher.keys) or True


def test_since_is_said_to_be_whole(searcher: Searcher) -> None:
    assert searcher(TEN, None, "--since", "last")[1]["parsed"] == 10
    assert "only PubMed can be asked for what is new" in searcher.told


@pytest.mark.parametrize("seed", range(40))
def test_a_schedule_of_faults(seed: int, searcher: Searcher) -> None:
    dice = random.Random(seed)
    faults = [dice.choice([*FAULTS.values()]) if dice.random() < 0.4 else None for _ in range(24)]
    faults = [each for each in faults if each is not silent]
    begun = set()
    for _ in range(8):
        status, run = searcher(TEN, list(faults), most=dice.choice([2, 3, 5]))
        begun.add(run["id"])
        if status == 0:
            assert (run["state"], run["parsed"]) == ("ok", 10)
            assert searcher.keys == {f"pmid:{id}@europepmc" for id in range(1, 11)}
            return
        assert run["state"] in ("partial", "failed")
        assert run["problem"]
        faults = faults[: len(faults) // 2]
    raise AssertionError("never finished, though the faults had an end")


# --- records -------------------------------------------------------------------------------------


def test_a_full_result() -> None:
    record = record_of({
        "id": "123", "source": "MED", "pmid": "123", "pmcid": "PMC9", "doi": "10.1000/ABC",
        "title": "A <i>sarcoma</i> &amp; registry.", "pubYear": "2021",
        "abstractText": "<h4>Background</h4>Words <sup>2</sup>.<h4>Results</h4><p>More.</p>",
        "authorList": {"author": [
            {"lastName": "García", "firstName": "Ana", "authorId": {"type": "ORCID", "value": "0000-0001"}},
            {"collectiveName": "The Group"}, {"fullName": "Solo"}, 7,
        ]},
        "journalInfo": {"yearOfPublication": 2020, "volume": "3", "issue": "1",
                        "dateOfPublication": "2020 Jan",
                        "journal": {"title": "A Journal", "issn": "1234-5678"}},
        "pageInfo": "1-9", "language": "eng",
        "pubTypeList": {"pubType": ["Journal Article", "Retracted Publication"]},
        "keywordList": {"keyword": ["registry"]},
        "meshHeadingList": {"meshHeading": [{"descriptorName": "Sarcoma", "meshQualifierList": {
            "meshQualifier": [{"qualifierName": "therapy"}]}}, {"descriptorName": "Humans"}]},
        "commentCorrectionList": {"commentCorrection": [
            {"id": "9", "source": "MED", "type": "Erratum in", "reference": "J. 2021"}]},
        "fullTextUrlList": {"fullTextUrl": [
            {"availabilityCode": "OA", "url": "https://europepmc.org/articles/PMC9"},
            {"availabilityCode": "OA", "url": "javascript:alert(1)"},
            {"availabilityCode": "S", "url": "https://example.org/paid"}]},
    })  # fmt: skip
    assert record is not None
    assert record.title == "A sarcoma & registry."
    assert record.abstract == "Background: Words 2.\nResults: More."
    assert record.authors == ("García, Ana", "The Group", "Solo")
    assert record.orcids == (("García, Ana", "0000-0001"),)
    assert (record.year, record.pmid, record.doi, record.pmcid) == (
        2020,
        "123",
        "10.1000/abc",
        "PMC9",
    )
    assert record.mesh == ("Sarcoma/therapy", "Humans")
    assert record.links == (Link("ErratumIn", "9", "J. 2021"),)
    assert record.retracted
    assert record.urls == ("https://europepmc.org/articles/PMC9",)
    assert record.accession == "MED:123"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([
        "id", "source", "title", "authorList", "author", "journalInfo", "journal", "pubTypeList",
        "pubType", "meshHeadingList", "meshHeading", "abstractText", "fullTextUrlList", "url",
    ]), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_any_json_is_a_record_or_none(value: Any) -> None:
    record = record_of(value)
    assert record is None or record.title or record.accession
