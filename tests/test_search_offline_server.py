"""The embedded server speaks as the E-utilities do, to any client of them."""

import io
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from Bio import Entrez
from eutils_server import article, corpus_of, serving

from search import offline
from search.errors import BadInput
from search.eutils import read_search
from search.pubmed import STAND_IN_HEADER

XML = (
    "<?xml version='1.0'?><!DOCTYPE PubmedArticleSet>\n<PubmedArticleSet>\n{}\n</PubmedArticleSet>"
)


class Client:
    def __init__(self, address: str, session: requests.Session) -> None:
        self.address, self.session = address, session

    def __call__(self, utility: str, method: str = "GET", **given: object) -> requests.Response:
        sent = {"params" if method == "GET" else "data": given}
        return self.session.request(method, self.address + utility, timeout=5, **sent)  # type: ignore[arg-type]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Client]:
    older = article(7, "A sarcoma registry", created="2020/01/01")
    newer = article(3, "A sarcoma <i>biobank</i> &amp; more", created="2024/05/06")
    (tmp_path / "a.xml").write_text(XML.format(older))
    (tmp_path / "b.xml").write_text(XML.format(newer))
    files = [tmp_path / "a.xml", tmp_path / "b.xml"]
    with offline.serve(files) as address, requests.Session() as session:
        session.trust_env = False
        yield Client(address, session)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_search_as_biopython_reads_it(ask: Client, method: str) -> None:
    answer = ask("esearch.fcgi", method, db="pubmed", term="sarcoma[ti] OR zzz", usehistory="y")
    read = Entrez.read(io.BytesIO(answer.content))
    assert (read["Count"], read["IdList"]) == ("2", ["3", "7"])  # newest first
    assert read["QueryTranslation"] == '"sarcoma"[Title] OR "zzz"[All Fields]'
    assert read["ErrorList"]["PhraseNotFound"] == ["zzz"]
    assert (read["QueryKey"], bool(read["WebEnv"])) == ("1", True)


def test_it_says_what_it_is(ask: Client) -> None:
    answer = ask("esearch.fcgi", term="sarcoma")
    assert "compiled by hand, not a live PubMed search" in answer.headers[STAND_IN_HEADER]


def test_without_a_label_it_counts_as_pubmed() -> None:
    with serving(corpus_of([1])) as (server, _), requests.Session() as session:
        session.trust_env = False
        assert STAND_IN_HEADER not in Client(server.address, session)("esearch.fcgi").headers


def test_records_are_served_as_they_stand(ask: Client) -> None:
    answer = ask("efetch.fcgi", id="3,999,7,3", retmode="xml")
    assert "A sarcoma <i>biobank</i> &amp; more" in answer.text
    assert answer.text.count("<PubmedArticle>") == 2
    assert answer.text.index(">3</PMID>") < answer.text.index(">7</PMID>")


def test_records_as_biopython_reads_them(ask: Client) -> None:
    read = Entrez.read(io.BytesIO(ask("efetch.fcgi", id="3,7", retmode="xml").content))
    pmids = [each["MedlineCitation"]["PMID"] for each in read["PubmedArticle"]]
    assert pmids == ["3", "7"]


def test_history_page_by_page(ask: Client) -> None:
    found = read_search(ask("esearch.fcgi", term="sarcoma", usehistory="y", retmax=0).content)
    assert (found.count, found.ids) == (2, ())
    kept = {"WebEnv": found.webenv, "query_key": found.query_key, "rettype": "uilist"}
    assert ask("efetch.fcgi", retmax=1, **kept).text == "3\n"
    assert ask("efetch.fcgi", "POST", retmax=1, retstart=1, **kept).text == "7\n"
    expired = ask("efetch.fcgi", WebEnv="gone", query_key="1")
    assert "<ERROR>Unable to obtain query #1</ERROR>" in expired.text


def test_ids_can_be_posted(ask: Client) -> None:
    posted = Entrez.read(io.BytesIO(ask("epost.fcgi", "POST", db="pubmed", id="7,x,3").content))
    kept = {"WebEnv": posted["WebEnv"], "query_key": posted["QueryKey"], "rettype": "uilist"}
    assert ask("efetch.fcgi", retmax=9, **kept).text == "7\n3\n"


def test_pages_of_a_search(ask: Client) -> None:
    assert read_search(ask("esearch.fcgi", term="sarcoma", retstart=1).content).ids == ("7",)
    assert read_search(ask("esearch.fcgi", term="sarcoma", retmax=1).content).ids == ("3",)


def test_pubmeds_borders() -> None:
    with serving(corpus_of(range(1, 31))) as (server, _), requests.Session() as session:
        session.trust_env = False
        server.limit = 10
        ask = Client(server.address, session)
        found = read_search(ask("esearch.fcgi", term="registry", retmax=20).content)
        assert (found.count, len(found.ids)) == (30, 10)
        assert "Restrictions achieved" in found.warnings[0]
        beyond = ask("esearch.fcgi", term="registry", retstart=10)
        assert beyond.status_code == 200
        assert "'retstart' cannot be larger than 9." in beyond.text


@pytest.mark.parametrize(
    ("utility", "given", "status", "words"),
    [
        ("esearch.fcgi", {"term": "(sarcoma"}, 200, "<ERROR>Search Backend failed"),
        ("esearch.fcgi", {"term": ""}, 200, "<ERROR>Empty term"),
        ("esearch.fcgi", {}, 200, "<ERROR>Empty term"),
        ("esearch.fcgi", {"term": '"<b>&"[ti]'}, 200, "&lt;b&gt;&amp;"),
        ("efetch.fcgi", {}, 400, "Supplied id parameter is empty"),
        ("efetch.fcgi", {"id": "999"}, 200, "<PubmedArticleSet></PubmedArticleSet>"),
        ("einfo.fcgi", {}, 404, "no such utility"),
        ("../../etc/passwd", {}, 404, "no such utility"),
        ("esearch.fcgi", {"term": "sarcoma", "retmax": "many", "retstart": "-1"}, 200, "<Count>2<"),
    ],
)
def test_odd_requests(
    ask: Client, utility: str, given: dict[str, str], status: int, words: str
) -> None:
    answer = ask(utility, **given)
    assert answer.status_code == status
    assert words in answer.text


def test_a_request_too_large_is_refused(ask: Client) -> None:
    host, port = ask.address.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(b"POST /esearch.fcgi HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
        assert b" 413 " in raw.recv(100)


def test_only_this_machine_is_served(ask: Client) -> None:
    assert ask.address.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<PubmedArticleSet><PubmedArticle>", "not well-formed"),
        (XML.format(article(1).replace(">1</PMID>", "></PMID>")), "without a PMID"),
    ],
)
def test_a_corpus_must_be_whole(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "c.xml").write_text(text)
    with pytest.raises(BadInput, match=words) as caught, offline.serve([tmp_path / "c.xml"]):
        raise AssertionError
    assert "c.xml" in str(caught.value)
