"""PubMed's query language over a few records of our own making."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.offline.fields import searchable
from search.offline.places import Places
from search.offline.query import Unbalanced, ask, parse
from search.records import Record

RECORDS = [
    Record(
        pmid="1", title="The Swiss sarcoma registry", year=2020, published="2020 Mar 05",
        abstract="A national database of soft-tissue tumours; Ewing's sarcoma is included.",
        created="2020-03-07", language=("eng",), publication_types=("Journal Article", "Review"),
        mesh=("Sarcoma/epidemiology", "Registries", "Sarcoma, Ewing"), keywords=("biobank",),
        authors=("Müller, Anna-Lena", "Swiss Sarcoma Network"), journal="Annals of Inventions",
        doi="10.1000/abc.1", issn=("1234-5679",), registrations=("ClinicalTrials.gov: NCT00000001",),
    ),
    Record(
        pmid="20", title="Knochentumoren in Dänemark", vernacular_title="Bone tumours", year=2015,
        published="2015", published_online="2014-11-30", created="2014-12-01", language=("ger",),
        publication_types=("Journal Article",), mesh=("Bone Neoplasms",), abstract="Registry data.",
        authors=("Smith, John A", "Smithson, Jane"), journal="Other Annals",
    ),
    Record(pmid="300", title="Sarcomas in dogs", year=2020, kind="chapter", created="2021-01-01",
           authors=("Smith, Jack",), abstract="soft words and a tissue of lies", status="Publisher"),
]  # fmt: skip
CORPUS = Places(
    [
        searchable(
            RECORDS[0], journals=["Ann Invent"], affiliations=["Clinic of Bern, Switzerland"]
        ),
        *map(searchable, RECORDS[1:]),
    ]
)


def found(query: str) -> list[str]:
    return [str(RECORDS[place].pmid) for place in ask(query, CORPUS).places]


@pytest.mark.parametrize(
    ("query", "pmids"),
    [
        # words, phrases, folding
        ("sarcoma", "1"), ("SARCOMA", "1"), ("sarcoma*", "1 300"), ("registry", "1 20"),
        ('"soft tissue"', "1"), ('"soft-tissue tumours"[tiab]', "1"), ("soft tissue[tiab]", "1"),
        ('"tissue soft"', ""), ("danemark[ti]", "20"), ('"ewing\'s sarcoma"', "1"), ("muller", "1"),
        # words side by side: anywhere without a tag, as a phrase with one if there is such a phrase
        ("soft tissue", "1 300"), ("registry data[tiab]", "20"), ("data registry[tiab]", "20"),
        # operators, from left to right and in capitals
        ("sarcoma AND registry", "1"), ("sarcoma* registry", "1"), ("dogs OR biobank", "1 300"),
        ("sarcoma* NOT dogs", "1"), ("dogs OR sarcoma* AND registry", "1"),
        ("dogs OR (sarcoma* AND registry)", "1 300"), ("(dogs) OR (swiss)", "1 300"),
        ("dogs or swiss", ""), ("dogs AND", "300"), ("AND dogs", "300"), ("NOT dogs", "300"),
        ("dogs AND () AND sarcomas", "300"), ("dogs[ti]AND sarcomas[ti]", "300"),
        # fields
        ("registry[ti]", "1"), ("registry[title]", "1"), ("registry[ab]", "20"),
        ("tumours[ti]", "20"), ("biobank[tiab]", "1"), ("biobank[ot]", "1"), ("biobank[ti]", ""),
        ("sarcoma[mh]", "1"), ('"Sarcoma, Ewing"[mh]', "1"), ("ewing[mh]", ""),
        ("sarcoma/epidemiology[mesh]", "1"), ("registries[MeSH Terms]", "1"),
        ('"Sarcoma"[Mesh:NoExp]', "1"), ("epidemiology[sh]", "1"), ("review[pt]", "1"),
        ("journal[pt]", ""), ("english[la]", "1"), ("ger[la]", "20"), ("german[Language]", "20"),
        ('"annals of inventions"[ta]', "1"), ("ann invent[ta]", "1"), ("annals[ta]", ""),
        ("1234-5679[ta]", "1"), ("muller al[au]", "1"), ("muller a[au]", "1"), ("smith[au]", "20 300"),
        ("smith j[au]", "20 300"), ("smith ja[au]", "20"), ('"smith j"[au]', "300"),
        ("smiths[au]", ""), ("smith*[au]", "20 300"), ("smith jack[fau]", "300"), ("jack", "300"), ("swiss sarcoma network[cn]", "1"),
        ("bern[ad]", "1"), ("10.1000/abc.1[doi]", "1"), ("nct00000001[si]", "1"),
        ("20[uid]", "20"), ("2[pmid]", ""), ("1:20[uid]", "1 20"), ("20:1000[UID]", "20 300"),
        ("epidemiology[tw]", "1"), ("epidemiology[tiab]", ""),
        # an unknown tag searches everywhere, a tag behind a bracket counts for nothing
        ("biobank[tiabb]", "1"), ("(biobank OR dogs)[ti]", "1 300"),
        # truncation wants four letters before the sign
        ("sarc*", "1 300"), ("sar*", ""), ('"swiss sarco*"', "1"), ("smithso*[au]", "20"),
        # proximity
        ('"registry swiss"[ti:~1]', "1"), ('"registry swiss"[ti:~0]', ""),
        ('"swiss registry"[tiab:~1]', "1"), ('"tissue lies"[tiab:~1]', "300"),
        ('"soft lies"[ab:~2]', ""), ('"bern clinic"[ad:~1]', "1"),
        # dates
        ("2020[dp]", "1 300"), ("2020/03[dp]", "1 300"), ("2020/04[dp]", "300"),
        ("2014[dp]", ""), ("2014:2014[dp]", "20"), ("2010:2016[dp]", "20"), ("2021:3000[dp]", ""),
        ('"2010"[dp] : "2016"[dp]', "20"), ('"2010/01/01"[Date - Publication]:"2016"[dp]', "20"),
        ("2010 : 2016[dp]", "20"), ("2020/03/07[crdt]", "1"), ("2020/03/08:3000[crdt]", "300"),
        ("2014/12/01:2020/03/07[crdt]", "1 20"), ("2020:2010[dp]", ""), ("soon[dp]", ""),
        # subsets
        ("all[SB] NOT pubmed books[SB]", "1 20"), ("publisher[sb]", "300"),
        ("all[sb]", "1 20 300"),
        ("", ""), ("   ", ""), ("()", ""), ('""', ""), ("***", ""),
    ],
)  # fmt: skip
def test_what_is_found(query: str, pmids: str) -> None:
    assert found(query) == pmids.split()


@pytest.mark.parametrize("query", ["(a", "a)", "((a) OR b", "a[ti", "(a OR b))", "(" * 999 + "a"])
def test_brackets_must_match(query: str) -> None:
    with pytest.raises(Unbalanced):
        ask(query, CORPUS)


@pytest.mark.parametrize(
    ("query", "translation"),
    [
        ("sarcoma[tiab]", '"sarcoma"[Title/Abstract]'),
        ("Sarcoma", '"sarcoma"[All Fields]'),
        ("soft words", '"soft"[All Fields] AND "words"[All Fields]'),
        ("(a[ti] OR b[ti]) AND c[mh]", '("a"[Title] OR "b"[Title]) AND "c"[MeSH Terms]'),
        ("a[ti] OR b[ti] OR c[ti]", '"a"[Title] OR "b"[Title] OR "c"[Title]'),
        ("c[ti] AND (a[ti] OR b[ti])", '"c"[Title] AND ("a"[Title] OR "b"[Title])'),
        ("2000/01:2010[dp]", "2000/01:2010[Date - Publication]"),
        ("x[tiabb]", '"x"[All Fields]'),
        ("1:9[uid]", "1:9[UID]"),
        ('"a b"[tiab:~2]', '"a b"[Title/Abstract:~2]'),
        ('"a b"[mh:~2]', '"a b"[MeSH Terms]'),
    ],
)
def test_how_it_is_understood(query: str, translation: str) -> None:
    assert ask(query, CORPUS).translation == translation


def test_what_was_not_found_is_named() -> None:
    answer = ask('sarcoma OR "no such phrase"[ti] OR zebra OR 1999[dp] OR the', CORPUS)
    assert answer.phrases == ('"no such phrase"[ti]',)
    assert answer.words == ("zebra",)
    assert answer.ignored == ("the",)
    assert answer.places == (0,)


def test_a_long_strategy_is_no_burden() -> None:
    query = " OR ".join(f'"phrase {number}"[tiab]' for number in range(3000)) + " OR sarcoma"
    assert found(query) == ["1"]


WORDS = ["alpha", "beta", "gamma", "delta"]
texts = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
expressions = st.recursive(
    st.sampled_from([f"{word}[ti]" for word in WORDS]),
    lambda inner: st.tuples(inner, st.sampled_from(["AND", "OR", "NOT"]), inner).map(
        lambda three: f"({three[0]}) {three[1]} ({three[2]})"
    ),
    max_leaves=8,
)


@given(st.lists(texts, max_size=6), expressions)
def test_sets_add_up(titles: list[str], query: str) -> None:
    """Bracketed whole, a query finds what the same expression over Python's sets gives."""
    corpus = Places(
        [searchable(Record(pmid=str(number + 1), title=title))
         for number, title in enumerate(titles)]
    )  # fmt: skip
    by_word = {word: {place for place, title in enumerate(titles) if word in title.split()}
               for word in WORDS}  # fmt: skip
    python = query.replace("[ti]", "").replace("AND", "&").replace("OR", "|").replace("NOT", "-")
    assert set(ask(query, corpus).places) == eval(python, {}, by_word)


@given(st.text(st.sampled_from('ab ()"[]:~*ANDORT/12'), max_size=40))
def test_no_text_is_too_odd(query: str) -> None:
    """Whatever is asked is answered, or refused for its brackets."""
    try:
        ask(query, CORPUS)
        parse(query)
    except Unbalanced:
        pass


def test_a_term_is_looked_for_once_and_each_time_given_whole() -> None:
    looked = []

    class Watched(list):
        def __iter__(self):
            looked.append(1)
            return super().__iter__()

    corpus = Places(Watched(CORPUS.corpus))
    answers = [ask(f"(sarcoma[tiab] NOT dogs[ti]) AND {first}:400[uid]", corpus).places
               for first in (1, 2, 300, 1)]  # fmt: skip
    assert answers == [(0,), (), (), (0,)]
    assert len(looked) == 2, "each of two terms is looked for once"


def test_what_is_kept_of_terms_is_bounded() -> None:
    corpus = Places(CORPUS.corpus)
    for number in range(100):
        assert ask(f"sarcoma[ti] OR none{number}[ti]", corpus).places == (0,)
    assert len(corpus._found) < 40
