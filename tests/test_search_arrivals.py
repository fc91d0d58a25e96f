"""Keys are given when all records of a file are known, and memory does not hold them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.arrivals import Arrivals
from search.brought import SARCAT, Brought
from search.intake import assign_keys, keys_of
from search.records import Record, base_of, content_hash
from search.review import Review


def arrived(*records: Record) -> Arrivals:
    arrivals = Arrivals()
    for record in records:
        arrivals.add(record)
    return arrivals


def keys(review: Review, source: str, *records: Record) -> list[str]:
    with arrived(*records) as arrivals:
        return [key for _place, key in keys_of(arrivals, source, review.store)]


TITLES = st.sampled_from(["A", "B", "a.", None])
RECORDS = st.builds(Record, title=TITLES, doi=st.sampled_from(["10.1000/x", "10.1000/y", None]),
                    pages=st.sampled_from(["1", "2", None]), abstract=TITLES)  # fmt: skip


@given(st.lists(RECORDS, max_size=8), st.sampled_from(["embase", "pubmed"]))
def test_a_key_bears_its_content_where_others_share_the_rest(
    records: list[Record], source: str
) -> None:
    """Held against the rule as DESIGN tells it, worked out in memory."""

    class Nothing:
        def contents(self, _keys: object) -> dict[str, dict[str, str]]:
            return {}

        def naming(self, _keys: object) -> dict[str, object]:
            return {}

    contents: dict[str, set[str]] = {}
    for record in records:
        contents.setdefault(base_of(record), set()).add(content_hash(record))
    expected = [
        f"{base}@{source}#{content_hash(record)}" if len(contents[base]) > 1 else f"{base}@{source}"
        for record in records for base in [base_of(record)]
    ]  # fmt: skip
    with arrived(*records) as arrivals:
        found = [key for _place, key in keys_of(arrivals, source, Nothing())]  # type: ignore[arg-type]
        repeats, named = arrivals.repeated(3)
        once = dict(arrivals.given())
    assert found == expected
    assert repeats == len(expected) - len(set(expected))
    assert list(once) == sorted(set(expected))
    assert set(named) <= {key for key, times in once.items() if times > 1}


@pytest.mark.parametrize(
    ("own", "record", "comes_back"),
    [
        ("doi:10.1000/x@a", Record(title="A", doi="10.1000/x"), True),
        ("doi:10.1000/x@a#00ff00", Record(title="A", doi="10.1000/x"), True),
        ("doi:10.1000/x@a", Record(title="A", doi="10.1000/xy"), False),
        ("doi:10.1000/xy@a", Record(title="A", doi="10.1000/x"), False),
        ("pmid:7", Record(title="A", pmid="7"), True),
        ("pmid:77", Record(title="A", pmid="7"), False),
        ("pmid:77", Record(title="A"), True),
        ("key:77", Record(title="A"), False),
    ],
)
def test_a_key_of_our_own_must_not_contradict_the_record(
    review: Review, own: str, record: Record, comes_back: bool
) -> None:
    back = Record(title=record.title, pmid=record.pmid, doi=record.doi,
                  brought=Brought(SARCAT, key=own))  # fmt: skip
    (key,) = keys(review, "b", back)
    assert (key == own) is comes_back


def test_two_records_cannot_come_back_as_one(review: Review) -> None:
    brought = Brought(SARCAT, key="sha:000000000000@a")
    first, other = Record(title="A", brought=brought), Record(title="B", brought=brought)
    found = keys(review, "b", first, other, first)
    assert found[0] == found[2] == "sha:000000000000@a"
    assert found[1].endswith("@b")


def test_a_version_that_no_number_can_hold(review: Review) -> None:
    versions = [Record(pmid="7", title=str(each), version=each) for each in (1, 10**30, 2)]
    (given,) = assign_keys(lambda: versions, "pubmed", review.store)
    assert given == ("pmid:7", versions[1])


def test_memory_does_not_hold_what_came() -> None:
    def many(count: int) -> Iterator[Record]:
        return (Record(title=f"Title {n * 7919 % count}", year=2000) for n in range(count))

    def peak(count: int) -> int:
        tracemalloc.start()
        with arrived(*()) as arrivals:
            for record in many(count):
                arrivals.add(record)
            assert sum(map(len, arrivals.batches())) == count
            high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return high

    assert peak(6000) < peak(1500) + 100_000
