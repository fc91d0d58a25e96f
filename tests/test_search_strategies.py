"""A strategy becomes the query that is sent."""

import pytest

from search.errors import BadInput
from search.protocol import Block, Limit, Strategy
from search.strategies import query_of, since, within


def strategy(*blocks: Block, query: str | None = None, limits: tuple[str, ...] = ()) -> Strategy:
    return Strategy("s", "pubmed", query, blocks, tuple(Limit(text, "why") for text in limits))


SARCOMA = Block("sarcoma", ("sarcoma*[tiab]", '"Sarcoma"[mh]'))
REGISTRY = Block("registry", ("registry[tiab]",))
NOT_KAPOSI = Block("Kaposi", ("kaposi[ti]", "HIV[ti]"), negated=True, reason="another disease")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (strategy(SARCOMA), '(sarcoma*[tiab] OR "Sarcoma"[mh])'),
        (strategy(SARCOMA, REGISTRY), '(sarcoma*[tiab] OR "Sarcoma"[mh]) AND (registry[tiab])'),
        # NOT comes last wherever it stands, and limits before it
        (
            strategy(NOT_KAPOSI, REGISTRY, limits=("english[la]", "2000:2020[dp]")),
            "(registry[tiab]) AND (english[la]) AND (2000:2020[dp]) NOT (kaposi[ti] OR HIV[ti])",
        ),
        # PubMed knows no precedence: a term that holds operators needs brackets of its own
        (
            strategy(Block("x", ("bone AND sarcoma", "chordoma"))),
            "((bone AND sarcoma) OR chordoma)",
        ),
        # but an operator inside a phrase is none
        (strategy(Block("x", ('"bone AND soft"', "rare"))), '("bone AND soft" OR rare)'),
        # a raw query is sent as it is, to the byte
        (strategy(query=" sarcoma  registry\nOR chordoma "), " sarcoma  registry\nOR chordoma "),
        (strategy(query="a OR b", limits=("english[la]",)), "(a OR b) AND (english[la])"),
    ],
)  # fmt: skip
def test_query(given: Strategy, expected: str) -> None:
    assert query_of(given) == expected


@pytest.mark.parametrize(
    "query",
    [
        "sarcoma AND 2020:2010[dp]",
        "sarcoma AND 2020/03/05:2020/03/01[crdt]",
        'sarcoma AND "2020/02/01"[Date - Publication] : "2020/01"[Date - Publication]',
    ],
)
def test_dates_the_wrong_way_round_are_refused(query: str) -> None:
    with pytest.raises(BadInput, match=r"strategy s: the dates .+ wrong way round"):
        query_of(strategy(query=query))


@pytest.mark.parametrize(
    "query",
    ["2010:2020[dp]", "2020:2020[dp]", "2020/03:2020[dp]", "2020:3000[crdt]", "99999:1[uid]",
     '"2020"[dp]:"2020/03/05"[dp]', "2020/01/31:2020/02/01[dp]"],
)  # fmt: skip
def test_dates_the_right_way_round_are_sent(query: str) -> None:
    assert query_of(strategy(query=query)) == query


def test_limits_of_updates_and_slices() -> None:
    assert since("a OR b", "2026/11/01") == "(a OR b) AND 2026/11/01:3000[crdt]"
    assert within("a OR b", 1, 500) == "(a OR b) AND 1:500[UID]"
