"""Every kind of answer is told for what it is: none but a true one passes."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.eutils import check, check_records, read_search
from search.no_answer import Fate, NoAnswer, seconds

LIMITED = b'{"error":"API rate limit exceeded","api-key":"192.0.2.1","count":"5","limit":"3"}'
EXTERNAL = b"<ERROR>External viewer error: Empty Response. ... Status: Timeout</ERROR>"
BACKEND = (
    b"<eSearchResult><ERROR>Search Backend failed: Database is not supported: pubmed</ERROR>"
    b"</eSearchResult>"
)
RETSTART = (
    b"<eSearchResult><ERROR>Search Backend failed: Exception:\n'retstart' cannot be larger than "
    b"9998. For PubMed, ESearch can only retrieve the first 9,999 records.</ERROR></eSearchResult>"
)
RAW_NEWLINE = (
    b'{"esearchresult":{"ERROR":"Search Backend failed: Exception:\n\'retstart\' cannot be larger '
    b'than 9998. For PubMed"}}'
)


@pytest.mark.parametrize(
    ("status", "body", "fate", "words"),
    [
        (429, LIMITED, Fate.RETRY, "slower"),
        (200, LIMITED, Fate.RETRY, "slower"),
        (500, b"<head><title>WWW Error 500</title></head>", Fate.RETRY, "HTTP 500"),
        (502, b"<html>Bad gateway</html>", Fate.RETRY, "HTTP 502"),
        (503, b"", Fate.RETRY, "HTTP 503"),
        (400, EXTERNAL, Fate.SMALLER, "took too long"),
        (400, b'{"error":"API key invalid","api-key":"x"}', Fate.STOP, "does not accept the"),
        (400, b"<ERROR>Supplied id parameter is empty.</ERROR>", Fate.STOP, "Supplied id"),
        (400, b"<ERROR>Exception: 'retstart' cannot be larger</ERROR>", Fate.STOP, "9,999"),
        (404, b"not here", Fate.STOP, "HTTP 404"),
        (302, b"", Fate.STOP, "sends on to another address"),
        (200, b"", Fate.RETRY, "empty answer"),
        (200, b"  \n", Fate.RETRY, "empty answer"),
        (200, b"<!DOCTYPE html><html>log in</html>", Fate.FEW, "a web page came"),
        (200, b"\n<html><body>log in</body></html>", Fate.FEW, "a web page came"),
        (200, b"<!-- x --><HTML>", Fate.FEW, "a web page came"),
        (200, RAW_NEWLINE, Fate.STOP, "first 9,999 records"),
        (200, b'{"esearchresult":{"count":"0"}}', Fate.FEW, "JSON came"),
        (200, b"{not json", Fate.FEW, "JSON came"),
    ],
)  # fmt: skip
def test_what_is_no_answer(status: int, body: bytes, fate: Fate, words: str) -> None:
    with pytest.raises(NoAnswer, match=words) as caught:
        check(status, body)
    assert caught.value.fate is fate
    assert caught.value.exit_status == 1
    assert "\n" not in str(caught.value)


def test_a_pause_that_is_asked_for() -> None:
    with pytest.raises(NoAnswer) as caught:
        check(429, LIMITED, "7")
    assert (caught.value.fate, caught.value.wait) == (Fate.RETRY, 7.0)
    with pytest.raises(NoAnswer) as caught:
        check(503, b"", "3600")  # nobody waits an hour at a prompt
    assert caught.value.fate is Fate.STOP
    assert "3600" in str(caught.value)


@pytest.mark.parametrize(
    ("header", "expected"),
    [("7", 7.0), (" 0.5 ", 0.5), (None, None), ("", None), ("Wed, 21 Oct 2015 07:28:00 GMT", None),
     ("-1", None), ("1e9", None), ("nan", None)],
)  # fmt: skip
def test_retry_after(header: str | None, expected: float | None) -> None:
    assert seconds(header) == expected


@pytest.mark.parametrize(
    ("body", "fate", "words"),
    [
        (BACKEND, Fate.FEW, "Search Backend failed"),
        (RETSTART, Fate.STOP, "first 9,999"),
        (b"<eSearchResult><ERROR>Cannot retrieve history data</ERROR></eSearchResult>", Fate.FEW,
         "forgotten"),
        (b"<eSearchResult><ERROR>Can't run it</ERROR></eSearchResult>", Fate.STOP, "Can't run"),
        (b"<eSearchResult/>", Fate.RETRY, "no count"),
        (b"<eSearchResult><Count>many</Count></eSearchResult>", Fate.RETRY, "no count"),
        (b"<eSearchResult><Count>-1</Count></eSearchResult>", Fate.RETRY, "no count"),
        (b"<eSearchResult><Count>5</Count><IdList><Id>1</Id>", Fate.RETRY, "cut short"),
        (b"<eSummaryResult/>", Fate.FEW, "no answer to a search"),
    ],
)  # fmt: skip
def test_what_is_no_answer_to_a_search(body: bytes, fate: Fate, words: str) -> None:
    with pytest.raises(NoAnswer, match=words) as caught:
        read_search(body)
    assert caught.value.fate is fate


def test_a_search_is_read_whole() -> None:
    found = read_search(
        b"""<?xml version="1.0" encoding="UTF-8" ?>
        <!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" "http://x.invalid/e.dtd">
        <eSearchResult><Count>2</Count><RetMax>2</RetMax><QueryKey>1</QueryKey><WebEnv>W</WebEnv>
        <IdList><Id>2</Id><Id>1</Id></IdList><TranslationSet><Translation><From>PNAS[ta]</From>
        <To>"Proc"[Journal]</To></Translation></TranslationSet>
        <QueryTranslation>"a"[Title] AND "b"</QueryTranslation>
        <ErrorList><PhraseNotFound>zzz</PhraseNotFound><FieldNotFound>xx</FieldNotFound></ErrorList>
        <WarningList><PhraseIgnored>the</PhraseIgnored><QuotedPhraseNotFound>"b"</QuotedPhraseNotFound>
        <OutputMessage>Restrictions achieved.</OutputMessage><New>kept</New></WarningList>
        </eSearchResult>"""
    )
    assert (found.count, found.ids, found.webenv, found.query_key) == (2, ("2", "1"), "W", "1")
    assert found.translation == '"a"[Title] AND "b"'
    assert found.translations == (("PNAS[ta]", '"Proc"[Journal]'),)
    assert [warning.split()[0].strip("'") for warning in found.warnings] == [
        "zzz", "xx", "the", '"b"', "Restrictions", "kept"
    ]  # fmt: skip
    assert found.dropped == ("zzz", "xx", '"b"')


def test_a_true_zero() -> None:
    found = read_search(
        b"<eSearchResult><Count>0</Count><IdList/><WarningList><OutputMessage>No items found."
        b"</OutputMessage></WarningList><ERROR/></eSearchResult>"
    )
    assert (found.count, found.warnings, found.dropped) == (0, (), ())


def test_entities_are_not_expanded() -> None:
    hostile = (
        b'<!DOCTYPE eSearchResult [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        b"<eSearchResult><Count>&x;</Count></eSearchResult>"
    )
    with pytest.raises(NoAnswer):
        read_search(hostile)


@pytest.mark.parametrize(
    ("body", "fate"),
    [
        (b"<PubmedArticleSet><PubmedArticle>", Fate.RETRY),
        (b"<?xml version='1.0'?><Pubm", Fate.RETRY),
        (b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>", Fate.FEW),
        (b"<eFetchResult><ERROR>Supplied id parameter is empty.</ERROR></eFetchResult>", Fate.STOP),
        (b"<other></other>", Fate.FEW),
        (b"id list", Fate.FEW),
    ],
)
def test_what_is_no_set_of_records(body: bytes, fate: Fate) -> None:
    with pytest.raises(NoAnswer) as caught:
        check_records(body)
    assert caught.value.fate is fate


@pytest.mark.parametrize(
    "body",
    [b"<PubmedArticleSet></PubmedArticleSet>\n", b"<PubmedArticleSet/>",
     b"<?xml version='1.0'?><!DOCTYPE a><PubmedArticleSet a='b'>x</PubmedArticleSet >"],
)  # fmt: skip
def test_a_set_of_records_may_be_empty(body: bytes) -> None:
    check_records(body)


@given(st.binary(max_size=300), st.sampled_from([200, 301, 400, 429, 500]))
def test_no_bytes_are_too_odd(body: bytes, status: int) -> None:
    """Whatever comes, it is an answer or NoAnswer: never another error, never a made-up count."""
    try:
        check(status, body)
        assert status == 200
        read_search(body)
    except NoAnswer:
        pass


def test_answers_recorded_elsewhere() -> None:
    """The recorded answers are read like Biopython reads them, or refused."""
    folder = os.environ.get("SARCAT_REAL")
    if not folder:
        pytest.skip("SARCAT_REAL names no folder of real files")
    from Bio import Entrez

    paths = sorted(Path(folder, "eutils-responses").glob("esearch*.xml"))
    assert len(paths) >= 5
    for path in paths:
        body = path.read_bytes()
        check(200, body)
        if "down" in path.name:
            with pytest.raises(NoAnswer):
                read_search(body)
            continue
        # Biopython refuses a DTD that is named by http, as old answers do.
        body = body.replace(b"http://www.ncbi.nlm.nih.gov", b"https://www.ncbi.nlm.nih.gov")
        ours, theirs = read_search(body), Entrez.read(io.BytesIO(body))
        assert (str(ours.count), list(ours.ids)) == (theirs["Count"], list(theirs["IdList"]))
        assert ours.translation == theirs["QueryTranslation"]
        pairs = [(each["From"], each["To"]) for each in theirs["TranslationSet"]]
        assert list(ours.translations) == pairs
    for path in sorted(Path(folder, "eutils-responses").glob("efetch-[2f]*.xml")):
        check(200, path.read_bytes())
        check_records(path.read_bytes())
    for name in ("http429-a.json", "http500.html", "esearch-true-zero.json"):
        with pytest.raises(NoAnswer):
            check(200, Path(folder, "eutils-responses", name).read_bytes())
